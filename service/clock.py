"""APScheduler as a metronome: each job is one call into the service; no due time lives here."""

from collections.abc import Callable, Sequence
from datetime import UTC, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

TICK = timedelta(seconds=2)
SWEEP = timedelta(seconds=30)
TIDY = timedelta(hours=1)


def metronome(beats: Sequence[tuple[Callable[[], None], timedelta]]) -> BackgroundScheduler:
    """A scheduler that calls each function at its interval; the caller starts it and shuts it down.

    APScheduler's own misfire grace is one second, past which it drops a job in silence. The rows
    know what is due, so a late beat is as good as one in time, and several missed ones are one.
    """
    scheduler = BackgroundScheduler(
        timezone=UTC,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job, every in beats:
        scheduler.add_job(job, "interval", seconds=every.total_seconds(), id=job.__name__)
    return scheduler
