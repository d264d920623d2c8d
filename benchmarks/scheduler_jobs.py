"""The peer of the tick: APScheduler with a job a person in its SQLAlchemy job store, on SQLite."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

JOBS = 1_000
PATIENCE = 60.0

_left = JOBS
_lock = threading.Lock()
_done = threading.Event()


def fire() -> None:
    """What a job does: nothing but count, so that only the scheduling is measured."""
    global _left  # noqa: PLW0603  # a job store keeps functions by name, so they can't share an object
    with _lock:
        _left -= 1
        if _left == 0:
            _done.set()


def seconds_to_fire(path: Path) -> float:
    """Let JOBS hourly jobs fall due at once; how long until the last has fired."""
    global _left  # noqa: PLW0603
    _left = JOBS
    _done.clear()
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{path}")},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
        timezone=UTC,
    )
    scheduler.start(paused=True)
    due = datetime.now(UTC) - timedelta(seconds=1)
    for _ in range(JOBS):
        scheduler.add_job(fire, "interval", hours=1, next_run_time=due)
    began = time.perf_counter()
    scheduler.resume()
    finished = _done.wait(PATIENCE)
    took = time.perf_counter() - began
    scheduler.shutdown()
    if not finished:
        raise SystemExit(f"benchmarks: {JOBS} jobs didn't fire within {PATIENCE:.0f} seconds")
    return took
