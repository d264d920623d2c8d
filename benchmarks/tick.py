"""One tick with many subscribers due at once, beside APScheduler's own durable job store."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert, select

from benchmarks import scheduler_jobs
from benchmarks.table import Row, spread
from config.settings import Settings
from service.reminders.due import enqueue_slice
from service.store.engine import Store, open_store
from service.store.migrate import migrate
from service.store.tables import AddressRow, Person, Plan

RUNS = 3
CROWDS = (10_000, 100_000)
MONDAY = datetime(2026, 3, 2, 14, 50, tzinfo=UTC)  # 09:50 in New York
QUIET = Settings.model_construct().quiet
Tick = tuple[float, float]  # seconds in all, and of the longest slice


def measure() -> list[Row]:
    with TemporaryDirectory(prefix="upright-bench-") as folder:
        stores = {crowd: _crowded(Path(folder) / f"{crowd}.db", crowd) for crowd in CROWDS}
        ticks: dict[int, list[Tick]] = {crowd: [] for crowd in CROWDS}
        jobs = []
        for run in range(RUNS):
            for crowd, store in stores.items():
                ticks[crowd].append(_tick(store))
            jobs.append(scheduler_jobs.seconds_to_fire(Path(folder) / f"jobs-{run}.db"))
        for store in stores.values():
            store.close()
    rows = [row for crowd in CROWDS for row in _rows(crowd, ticks[crowd])]
    return [*rows, *_peer_rows(ticks, jobs)]


def _crowded(path: Path, crowd: int) -> Store:
    """A database in which as many people share one plan, which is due on Monday."""
    url = f"sqlite:///{path}"
    migrate(url)
    store = open_store(url)
    with store.write() as session:
        plan = Plan(
            zone="America/New_York",
            days="1111100",
            hours="09:00-17:00",
            lunch="12:30-13:30",
            every=60,
            minute=50,
            holidays="US",
            own=False,
            next_at=MONDAY,
        )
        session.add(plan)
        session.flush()
        since = MONDAY - timedelta(days=3)
        person = {"created_at": since, "state": "active", "plan_id": plan.id, "plan_since": since}
        person |= {"zone": plan.zone, "country": "US", "restated_at": since}
        ids = range(1, crowd + 1)
        session.execute(insert(Person), [{"id": each, **person} for each in ids])
        address = {"channel": "simulator", "standing": "in", "primary": True}
        session.execute(
            insert(AddressRow),
            [{"person_id": each, "handle": f"+1{each:010}", **address} for each in ids],
        )
    return store


def _tick(store: Store) -> Tick:
    """Write every reminder of the plan's next slot, as the clock does: a transaction a slice."""
    with store.read() as session:
        now = session.scalars(select(Plan.next_at)).one()
    assert now is not None
    slices = []
    more = True
    while more:
        began = time.perf_counter()
        with store.write() as session:
            more = enqueue_slice(session, now, QUIET)
        slices.append(time.perf_counter() - began)
    return sum(slices), max(slices)


def _rows(crowd: int, ticks: Sequence[Tick]) -> list[Row]:
    return [
        Row(f"tick, {crowd:,} due", "s", spread([whole for whole, _ in ticks], ".3f")),
        Row("", "longest slice, ms", spread([longest * 1000 for _, longest in ticks], ".1f")),
        Row("", "reminders/s", spread([crowd / whole for whole, _ in ticks], ",.0f")),
    ]


def _peer_rows(ticks: dict[int, list[Tick]], jobs: Sequence[float]) -> list[Row]:
    most = CROWDS[-1]
    pairs = zip(ticks[most], jobs, strict=True)
    ratios = [(each / scheduler_jobs.JOBS) / (whole / most) for (whole, _), each in pairs]
    rates = [scheduler_jobs.JOBS / each for each in jobs]
    return [
        Row(
            f"APScheduler, SQLAlchemyJobStore, {scheduler_jobs.JOBS:,} jobs due",
            "firings/s",
            spread(rates, ",.0f"),
        ),
        Row("its time a firing / ours a reminder", "ratio", spread(ratios, ".0f")),
    ]
