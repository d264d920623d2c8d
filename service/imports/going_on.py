"""What the clock does about lists, and the command line while it waits for one: read them, write their people.

Whoever does it, in whichever process, goes on where the last one was, also after a crash.
"""

from collections.abc import Callable
from datetime import datetime

from service.conversation.turn import House
from service.imports import checking, files, writing
from service.imports.lines import LineReader
from service.store.engine import Store

BETWEEN = 0.005  # seconds in which a webhook gets the write lock
CHANNELS = (
    "sms",
    "whatsapp",
    "simulator",
)  # on which somebody is reached by number, the best first


def channel_of(house: House) -> str:
    """On which newcomers are reached; empty where a list can't be brought in."""
    return next((name for name in CHANNELS if name in house.carriers), "")


def go_on(store: Store, house: House, now: datetime, ending: Callable[[float], bool]) -> None:
    """Read and write all that waits. `ending` as in tidying.py. Raises StoreBusy, StoreFailed."""
    while True:
        with store.read() as session:
            file = writing.under_way(session)
            if file is None:
                return
            session.expunge(file)
        if file.state == files.READING:
            reader = LineReader(house.catalogue, now)
            for _ in checking.slices(store, file, reader, house.suppression_keys):
                if ending(BETWEEN):
                    return
        size = writing.FIRST
        while (took := writing.write_slice(store, file.id, house, now, size)) is not None:
            size = writing.next_size(size, took)
            if ending(BETWEEN):
                return
        if ending(BETWEEN):
            return
