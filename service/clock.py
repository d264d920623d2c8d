"""APScheduler as a metronome: each job is one call into the service; no due time lives here."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

TICK = timedelta(seconds=2)
SWEEP = timedelta(seconds=30)
TALLY = timedelta(minutes=1)
TIDY = timedelta(hours=1)
_LOOK = 1.0  # seconds between two looks at the machine's clock
_SLACK = 1.0  # seconds that it may be corrected by unnoticed: beats are that much late


class Metronome(BackgroundScheduler):  # type: ignore[misc] # APScheduler has no types
    """Calls each function at its interval, from `start` to `shutdown`.

    APScheduler's own misfire grace is one second, past which it drops a job in silence. The rows
    know what is due, so a late beat is as good as one in time, and several missed ones are one.

    It waits for moments of the machine's clock: set back by two hours, it would be silent for two
    hours. So that is noticed, and every job called at once.
    """

    def __init__(
        self,
        beats: Sequence[tuple[Callable[[], None], timedelta]],
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`wall`: the machine's clock, in seconds since an epoch."""
        # It warns every two seconds while a long list is written: what a beat leaves, the next one does.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        super().__init__(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for job, every in beats:
            self.add_job(job, "interval", seconds=every.total_seconds(), id=job.__name__)
        self._wall = wall
        self._ahead = self._reading()
        self._ended = threading.Event()

    def start(self, paused: bool = False) -> None:
        super().start(paused)
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def shutdown(self, wait: bool = True) -> None:
        self._ended.set()
        super().shutdown(wait)

    def look(self) -> None:
        """Call every job at once if the machine's clock was set back since the last look."""
        before, self._ahead = self._ahead, self._reading()
        if before - self._ahead > _SLACK:
            for job in self.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))

    def _reading(self) -> float:
        return self._wall() - time.monotonic()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK):
            self.look()
