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
CHANNELS = ("sms", "whatsapp", "simulator")  # that reach somebody by number, the best first


def channel_of(house: House) -> str:
    """On which newcomers are reached; empty where a list can't be brought in."""
    return next((name for name in CHANNELS if name in house.carriers), "")


def go_on(store: Store, house: House, now: datetime, ending: Callable[[float], bool]) -> None:
    """Read and write all that waits, unless somebody else reads it at this moment.

    `ending` as in tidying.py. Raises StoreBusy, StoreFailed.
    """
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
            if _is_read_elsewhere(store, file.id):
                return  # they were faster: to begin again from the first line would only be in their way
        size = writing.FIRST
        while (took := writing.write_slice(store, file.id, house, now, size)) is not None:
            size = writing.next_size(size, took)
            if ending(BETWEEN):
                return
        if ending(BETWEEN):
            return


def _is_read_elsewhere(store: Store, file_id: int) -> bool:
    with store.read() as session:
        file = files.find(session, file_id)
        return file is not None and file.state == files.READING
