"""The composition root: settings become a store, a catalogue, channels, a clock and a delivery."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from config.settings import Settings
from messages import catalogue as catalogues
from messages.catalogue import Catalogue
from service import playback
from service.alerts import Alerts
from service.channels.simulator import Simulator
from service.channels.twilio import Twilio
from service.conversation import closing
from service.conversation.turn import House
from service.envelopes import Channel, Receipt
from service.outbox import deliver, receipts
from service.reception import Reception
from service.reminders import compose, due, notices
from service.store.engine import Store, open_store
from service.store.tables import Setting
from service.timekeeper import Timekeeper, system_time

log = logging.getLogger(__name__)
HEARTBEAT = "clock.heartbeat"
_SLICE_PAUSE = 0.005  # seconds in which a webhook gets the write lock between two slices
