"""The time of the database server, which all machines of a service share.

The one place where SQL reads a clock: rules and statements are handed the time that stands here.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import DateTime, func, select

from service.store.engine import Store, StoreBusy, StoreFailed

log = logging.getLogger(__name__)
EVERY = 30.0  # seconds between two looks at the server's clock
_LOOKS = 3  # of which the quickest tells most exactly
_NOW = select(func.clock_timestamp(type_=DateTime(timezone=True)))


def elapsed() -> float:
    """Seconds that nobody can set, those in which the machine slept included."""
    boot = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # Linux counts sleep there only
    return time.clock_gettime(boot)


@dataclass(frozen=True, slots=True)
class _Look:
    server: datetime
    at: float  # of elapsed
    unsure: float  # seconds

    def says(self, at: float) -> datetime:
        return self.server + timedelta(seconds=at - self.at)


class ServerTime:
    """Call it for the time. Between two looks at the server it goes on steadily, whatever happens
    to this machine's clock; looking is done aside, and while the server is away it just goes on.
    """

    def __init__(self, store: Store, elapsed: Callable[[], float] = elapsed) -> None:
        """Raises StoreBusy, StoreFailed."""
        self._store = store
        self._elapsed = elapsed
        self._looking = threading.Lock()
        self._look = self._best_look()
        self._looked = self._look.at

    def __call__(self) -> datetime:
        at = self._elapsed()
        if at - self._looked >= EVERY and self._looking.acquire(blocking=False):
            self._looked = at
            threading.Thread(target=self._look_again, name="server-time", daemon=True).start()
        return self._look.says(at)

    def _look_again(self) -> None:
        try:
            look = self._best_look()
        except (StoreBusy, StoreFailed) as error:
            log.warning("server_time_not_read: %s", error)
        else:
            # Within what can't be told apart the old line goes on, so that time never steps back.
            if abs(look.server - self._look.says(look.at)).total_seconds() > look.unsure:
                self._look = look
        finally:
            self._looking.release()

    def _best_look(self) -> _Look:
        with self._store.read() as session:
            session.execute(_NOW)  # opens the transaction, which isn't part of the look
            looks = []
            for _ in range(_LOOKS):
                before = self._elapsed()
                server = session.execute(_NOW).scalar_one()
                took = self._elapsed() - before
                looks.append(_Look(server.astimezone(UTC), before + took / 2, took / 2))
        return min(looks, key=lambda look: look.unsure)
