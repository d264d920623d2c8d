"""APScheduler as a metronome: each job is one call into the service; no due time lives here."""

from datetime import UTC, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from service.runtime import Runtime

TICK = timedelta(seconds=2)
SWEEP = timedelta(seconds=30)
TIDY = timedelta(hours=1)


def metronome(runtime: Runtime) -> BackgroundScheduler:
    """A scheduler that beats for this service; the caller starts it and shuts it down.

    APScheduler's own misfire grace is one second, past which it drops a job in silence. The rows
    know what is due, so a late beat is as good as one in time, and several missed ones are one.
    """
    scheduler = BackgroundScheduler(
        timezone=UTC,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job, every in ((runtime.tick, TICK), (runtime.sweep, SWEEP), (runtime.tidy, TIDY)):
        scheduler.add_job(job, "interval", seconds=every.total_seconds(), id=job.__name__)
    return scheduler
