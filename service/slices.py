"""The tick's writing: slice after slice, each a transaction too short for anybody to mind."""

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from service.reminders import due
from service.reminders.schedule import Quiet
from service.store.engine import Store
from service.store.lazily import commit_lazily

log = logging.getLogger(__name__)
# Seconds that a slice takes. SQLite's holds the one write lock meanwhile, and none may hold it for
# 20 ms; PostgreSQL's is waited for by another clock only, and each costs eight round trips.
AIM = {"sqlite": 0.006, "postgresql": 0.010}
LEAST = {"sqlite": 200, "postgresql": 400}  # people
MOST = 4_000
_GROWTH = 2.0  # at most, from one slice to the next
_WEIGHT = 0.25  # of the last slice, against those before it


@dataclass
class Pace:
    """How many people a slice holds: as many as this machine writes in `aim`, as the last ones showed.

    One that took long because the machine was busy says little: smaller ones would only be more.
    """

    aim: float
    least: int
    size: int = 0
    _each: float = 0.0  # seconds a person

    def __post_init__(self) -> None:
        self.size = self.least

    def took(self, seconds: float) -> None:
        each = seconds / self.size
        if self._each:
            each = self._each + _WEIGHT * (min(each, 2 * self._each) - self._each)
        self._each = max(each, 1e-9)
        self.size = round(min(max(self.aim / self._each, self.least), MOST, self.size * _GROWTH))


class Slices:
    def __init__(self, store: Store, quiet: Quiet, pace: Pace | None = None) -> None:
        self._store = store
        self._quiet = quiet
        self._pace = pace or Pace(AIM[store.dialect], LEAST[store.dialect])
        self._ready = False

    def write(self, now: datetime) -> Iterator[float]:
        """Write all that is due; after each slice, the seconds for which it held the write lock.

        Raises StoreBusy and StoreFailed; what is written by then stays, the next call goes on.
        """
        if not self._ready:
            due.make_ready(self._store)
            self._ready = True
        with self._store.read() as session:
            due.look_ahead(session, now, self._quiet)
        more: bool | None = True
        while more is not False:
            more, took = self._slice(now, sure=more is not None)
            if more:
                self._pace.took(took)
            yield took

    def _slice(self, now: datetime, *, sure: bool) -> tuple[bool | None, float]:
        """Is there more (None: it was refused, and must be written row by row), and the seconds."""
        more, began = None, time.perf_counter()
        with suppress(due.Taken), self._store.write() as session:
            commit_lazily(session)  # the plan itself remembers how far it is written
            began = time.perf_counter()
            more = due.enqueue_slice(session, now, self._quiet, self._pace.size, sure=sure)
        took = time.perf_counter() - began
        if more is None:
            log.info("slice_refused people=%d: one of its rows was there", self._pace.size)
        return more, took
