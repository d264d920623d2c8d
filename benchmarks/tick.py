"""The tick: who is due now goes into the outbox, beside APScheduler with a job a person."""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from benchmarks import scheduler_jobs, subscribers
from benchmarks.table import Row, spread
from config.settings import Settings
from service.slices import Slices
from service.store.engine import Store
from service.store.tables import Entry, Plan

RUNS = 5
QUIET = Settings.model_construct().quiet
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Crowd:
    people: int
    plans: int = 1
    days: int = 0  # of reminders that they have had

    @property
    def due(self) -> int:
        return self.people // self.plans

    def __str__(self) -> str:
        if self.plans > 1:
            return f"{self.due:,} due of {self.people:,}"
        return f"{self.due:,} due" + (f", each with {8 * self.days} earlier ones" * bool(self.days))


AT_ONCE = Crowd(100_000)
REMEMBERED = Crowd(20_000, days=5)
MILLION = Crowd(1_000_000, plans=60)
CROWDS = (AT_ONCE, REMEMBERED, MILLION)


@dataclass(frozen=True)
class Tick:
    """One tick as the clock makes it: all of it, and how long each slice held its locks."""

    seconds: float
    slices: Sequence[float]


class Clock:
    """A store full of people, and what writes their reminders."""

    def __init__(self, store: Store, crowd: Crowd) -> None:
        self._store = store
        self._crowd = crowd
        self._slices = Slices(store, QUIET)

    def tick(self) -> Tick:
        with self._store.read() as session:
            now = session.scalar(select(func.min(Plan.next_at)))
            before = session.scalar(select(func.count()).select_from(Entry)) or 0
        assert now is not None
        began = time.perf_counter()
        slices = list(self._slices.write(now))
        took = time.perf_counter() - began
        with self._store.read() as session:
            written = (session.scalar(select(func.count()).select_from(Entry)) or 0) - before
        if abs(written - self._crowd.due) > 1:  # of a million, 60 plans can't have the same number
            raise SystemExit(f"benchmarks: {written} reminders were written for {self._crowd}")
        return Tick(took, slices)


def measure() -> list[Row]:
    ticks: dict[tuple[Crowd, str], list[Tick]] = {}
    durable, in_memory = [], []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="upright-bench-")))
        clocks = {
            (crowd, database): Clock(_filled(stack, crowd, database), crowd)
            for crowd in CROWDS
            for database in subscribers.available()
        }
        for run in range(RUNS):
            for which, clock in clocks.items():
                ticks.setdefault(which, []).append(clock.tick())
            durable.append(scheduler_jobs.durable_firings(folder / f"jobs-{run}.db"))
            in_memory.append(scheduler_jobs.firings_in_memory())
    return [
        *(row for (crowd, database), made in ticks.items() for row in _rows(crowd, database, made)),
        *_peer(f"SQLAlchemyJobStore, {scheduler_jobs.DURABLE:,} jobs", durable, ticks),
        *_peer(f"MemoryJobStore, {scheduler_jobs.IN_MEMORY:,} jobs", in_memory, ticks),
    ]


def _filled(stack: ExitStack, crowd: Crowd, database: str) -> Store:
    made = subscribers.crowded(database, crowd.people, crowd.plans, crowd.days)
    return stack.enter_context(made)


def _rows(crowd: Crowd, database: str, ticks: Sequence[Tick]) -> list[Row]:
    longest = [1000 * max(tick.slices) for tick in ticks]
    usual = [1000 * sorted(tick.slices)[len(tick.slices) // 2] for tick in ticks]
    rates = [crowd.due / tick.seconds for tick in ticks]
    return [
        Row(f"{NAMES[database]}: {crowd}", "s", spread([tick.seconds for tick in ticks], ".2f")),
        Row("", "reminders/s", spread(rates, ",.0f")),
        Row("", "usual slice, ms", spread(usual, ".1f")),
        Row("", "longest slice, ms", spread(longest, ".1f")),
    ]


def _peer(
    name: str, rates: Sequence[float], ticks: Mapping[tuple[Crowd, str], Sequence[Tick]]
) -> list[Row]:
    """Its firings a second, and how many times as many reminders we write in the same minutes."""
    ours = {
        database: [AT_ONCE.due / tick.seconds for tick in ticks[AT_ONCE, database]]
        for database in subscribers.available()
    }
    ratios = {
        database: [own / theirs for own, theirs in zip(made, rates, strict=True)]
        for database, made in ours.items()
    }
    return [
        Row(f"APScheduler, {name} due", "firings/s", spread(rates, ",.0f")),
        *(
            Row(f"our reminders on {NAMES[database]} / its firings", "ratio", spread(each, ".1f"))
            for database, each in ratios.items()
        ),
    ]
