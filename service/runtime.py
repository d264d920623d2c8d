"""The composition root: settings become a store, a catalogue, channels, a clock and a delivery."""

import logging
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from datetime import datetime
from functools import partial

import apprise
from sqlalchemy.orm import Session

from config.settings import Settings
from messages import catalogue as catalogues
from messages.catalogue import Catalogue
from service import places
from service.channels.simulator import Simulator
from service.channels.twilio import Twilio
from service.conversation.receive import attempt_of, durable, receive
from service.conversation.turn import House
from service.conversation.understand import understand
from service.envelopes import Channel, Inbound, Reading, Receipt, Reply
from service.store.engine import Store, StoreBusy, StoreFailed, open_store
from service.timekeeper import Timekeeper
