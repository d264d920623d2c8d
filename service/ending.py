"""A process that was told to end does so in time, whatever holds it up."""

import logging
import os
import threading

log = logging.getLogger(__name__)
WITHIN = 9.0  # seconds


def end_in_time(within: float = WITHIN) -> None:
    """From now on this process has so many seconds.

    A database that keeps its connections open and doesn't answer would hold it for ever. What is
    cut off then is what a crash cuts off: rows in sending are looked up by the sweep.
    """
    timer = threading.Timer(within, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    log.error("ended_by_force: something didn't answer; what was under way is looked up later")
    os._exit(1)
