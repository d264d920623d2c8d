"""The service's one clock. While no real channel is configured it can be moved; its offset is stored."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from service.store.engine import Store
from service.store.server_time import ServerTime
from service.store.tables import Setting

_OFFSET = "clock.offset_seconds"


def system_time() -> datetime:
    return datetime.now(UTC)


def wall_of(store: Store) -> Callable[[], datetime]:
    """The clock that a service goes by: its database server's, which its other machines share."""
    return ServerTime(store) if store.dialect == "postgresql" else system_time


class ClockFixed(Exception):
    """The clock can't be moved: real people are texted by it."""


class Timekeeper:
    """`movable` only without a real channel: skipping an hour would text people at the wrong time."""

    def __init__(self, *, movable: bool, wall: Callable[[], datetime] = system_time) -> None:
        self.movable = movable
        self.wall = wall
        self._offset = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self.wall() + self._offset

    def load(self, session: Session) -> None:
        """Take the stored offset, so that a restart doesn't turn the demo's time back."""
        stored = session.get(Setting, _OFFSET)
        if self.movable and stored is not None:
            self._offset = timedelta(seconds=float(stored.value))

    def move_to(self, session: Session, moment: datetime) -> None:
        """Go forward to `moment`, never back: what was due once mustn't become due again."""
        if not self.movable:
            raise ClockFixed("the clock can't be moved while a real channel is configured")
        with self._lock:
            offset = moment - self.wall()
            if offset > self._offset:
                self._offset = offset
                session.merge(Setting(name=_OFFSET, value=str(offset.total_seconds())))
