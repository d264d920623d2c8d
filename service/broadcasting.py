"""What operators send to many people, a beat of the clock at a time."""

import logging
from collections.abc import Callable
from datetime import datetime, time

from service.broadcasts import writing
from service.outbox.windows import Reach
from service.store.engine import Store, StoreBusy, StoreFailed

log = logging.getLogger(__name__)
BETWEEN = 0.005  # seconds in which a webhook gets the write lock


def advance(
    store: Store,
    reach: Reach,
    quiet: tuple[time, time],
    now: datetime,
    ending: Callable[[float], bool],
    wake: Callable[[], None],
) -> None:
    """Write what was sent off, and take back what was cancelled; delivery is woken as it goes.

    `ending` waits so many seconds at most, and says whether the process is about to end.
    """
    try:
        with store.read() as session:
            if not writing.anything(session):
                return
        for _ in writing.advance(store, reach, quiet, now, lambda: not ending(BETWEEN)):
            wake()
    except (StoreBusy, StoreFailed) as error:
        log.error("broadcast_without_database: %s", error)
