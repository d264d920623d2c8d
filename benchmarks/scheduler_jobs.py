"""The peer of the tick: APScheduler with a job a person, durable in SQLite or in memory."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.jobstores.base import BaseJobStore
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

DURABLE, IN_MEMORY = 1_000, 20_000  # jobs
PATIENCE = 60.0

_left = 0
_lock = threading.Lock()
_done = threading.Event()


def fire() -> None:
    """What a job does: nothing but count, so that only the scheduling is measured."""
    global _left  # noqa: PLW0603  # a job store keeps functions by name, so they can't share an object
    with _lock:
        _left -= 1
        if _left == 0:
            _done.set()


def durable_firings(path: Path) -> float:
    """Firings a second of the SQLAlchemy job store on SQLite, as it comes."""
    store = SQLAlchemyJobStore(url=f"sqlite:///{path}")
    return DURABLE / _seconds_to_fire(store, DURABLE)


def firings_in_memory() -> float:
    """Firings a second of the memory job store."""
    return IN_MEMORY / _seconds_to_fire(MemoryJobStore(), IN_MEMORY)


def _seconds_to_fire(store: BaseJobStore, jobs: int) -> float:
    """Let hourly jobs fall due at once; how long until the last has fired."""
    global _left  # noqa: PLW0603
    _left = jobs
    _done.clear()
    scheduler = BackgroundScheduler(
        jobstores={"default": store},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
        timezone=UTC,
    )
    scheduler.start(paused=True)
    due = datetime.now(UTC) - timedelta(seconds=1)
    for _ in range(jobs):
        scheduler.add_job(fire, "interval", hours=1, next_run_time=due)
    began = time.perf_counter()
    scheduler.resume()
    finished = _done.wait(PATIENCE)
    took = time.perf_counter() - began
    scheduler.shutdown()
    if not finished:
        raise SystemExit(f"benchmarks: {jobs} jobs didn't fire within {PATIENCE:.0f} seconds")
    return took
