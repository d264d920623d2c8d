"""The clock's heartbeat: shown to whoever watches it, and how a clock that was set back is noticed."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from service.reminders import due
from service.store import facts
from service.store.engine import Store
from service.store.tables import Setting

HEARTBEAT = "clock.heartbeat"
_BEAT = timedelta(minutes=1)  # between two that are written
_AHEAD_OF_TIME = timedelta(minutes=2)


class Heartbeat:
    def __init__(
        self, store: Store, alert: Callable[[str, str], None], quiet: tuple[time, time]
    ) -> None:
        self._store = store
        self._alert = alert
        self._quiet = quiet
        self._last: datetime | None = None

    def look(self, now: datetime) -> None:
        """A clock that was ahead leaves plans whose next slot is far off: aim them anew."""
        if self._last is None:
            with self._store.read() as session:
                stored = session.get(Setting, HEARTBEAT)
            self._last = datetime.fromisoformat(stored.value) if stored else None
        if self._last is None or self._last - now <= _AHEAD_OF_TIME:
            return
        with self._store.write() as session:
            due.aim_anew(session, now, self._quiet)
        self._alert("the clock was set back", f"by {self._last - now}")
        self._last = None
        self.beat(now)

    def beat(self, now: datetime) -> None:
        if self._last is None or now - self._last >= _BEAT:
            with self._store.write() as session:
                facts.note(session, HEARTBEAT, now.isoformat())
            self._last = now
