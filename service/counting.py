"""What the dashboard counts on is rolled up in small steps, beside whoever sends and receives."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic

from service.outbox.entries import REPLYING, STARTED
from service.store.engine import Store, StoreBusy, StoreFailed
from service.store.tables import Consent, Inbound
from service.tallies import census, keeping, marks, received, sent
from service.tallies.sums import Key, hour_of
from service.timekeeper import Timekeeper

log = logging.getLogger(__name__)
BETWEEN = 0.005  # seconds in which a webhook gets the write lock
LOOK_BACK = timedelta(days=90)  # the dashboard's longest period
_AT_ONCE = 6  # hours counted between two writes
_WORTH = 500  # the census is taken when this many times as long has passed as it takes


@dataclass
class Counting:
    """One process's; several may count at once. `history`: how long texts are kept."""

    store: Store
    clock: Timekeeper
    history: timedelta
    _census_at: float = -float("inf")
    _census_took: float = 0.0
    _census_day: date | None = None
    _census: Mapping[Key, int] = field(default_factory=dict)
    _ending: threading.Event = field(default_factory=threading.Event)

    def tally(self) -> None:
        """What the clock calls."""
        try:
            self.roll(self.clock.now(), lambda: not self._ending.wait(BETWEEN))
        except (StoreBusy, StoreFailed) as error:
            log.error("tally_without_database: %s", error)

    def stop(self) -> None:
        """Whatever is under way ends with the step that it is in."""
        self._ending.set()

    def roll(self, now: datetime, rest: Callable[[], bool] = lambda: True) -> None:
        """Bring the counts up to date.

        `rest` is called between two writes, and may wait: False ends it, and the next call goes on
        there. Raises StoreBusy, StoreFailed.
        """
        self._take_census(now)
        for table in received.TABLES:
            while self._receive(table):
                if not rest():
                    return
        # Of an hour at the end of the history some texts are gone already.
        since = hour_of(now - min(self.history, LOOK_BACK)) + sent.HOUR
        self._mend(now)
        with self.store.read() as session:
            due = sent.due(session, since, now)
        for run in sent.in_runs(due, _AT_ONCE):
            self._send(run, now)
            if not rest():
                return
        while self._sum_up(since, now):
            if not rest():
                return
        with self.store.write() as session:
            keeping.purge(session, now)

    def _take_census(self, now: datetime) -> None:
        waited = monotonic() - self._census_at
        if waited < _WORTH * self._census_took and self._census_day == now.date():
            return
        began = monotonic()
        with self.store.read() as session:
            counted = census.count(session, now)
        self._census_at, self._census_took = monotonic(), monotonic() - began
        self._census_day = now.date()
        if counted != self._census:
            with self.store.write() as session:
                census.write(session, counted, now)
            self._census = counted

    def _receive(self, table: type[Inbound] | type[Consent]) -> bool:
        """Is there more?"""
        wall = self.clock.wall()
        with self.store.read() as session:
            batch = received.count(session, table, wall, marks.LAG[self.store.dialect])
        if not batch.anything:
            return False
        with self.store.write() as session:
            return received.write(session, batch) and batch.more

    def _send(self, run: Sequence[sent.Hour], now: datetime) -> None:
        with self.store.read() as session:
            counted = sent.count(session, run, STARTED, REPLYING)
        with self.store.write() as session:
            sent.write(session, counted, now)

    def _mend(self, now: datetime) -> None:
        with self.store.read() as session:
            early = keeping.too_early(session, now)
        if early:
            with self.store.write() as session:
                keeping.undo(session, now)

    def _sum_up(self, since: datetime, now: datetime) -> bool:
        """Is there more?"""
        with self.store.read() as session:
            day = keeping.next_day(session, since, now)
        if day is None:
            return False
        for model in keeping.SUMMED:
            with self.store.write() as session:
                keeping.sum_up(session, model, day)
        with self.store.write() as session:
            keeping.summed_up(session, day)
        return True
