"""How gunicorn serves Upright: `gunicorn -c config/gunicorn.conf.py "service.app:create_app()"`.

Whose X-Forwarded-Proto is believed is FORWARDED_ALLOW_IPS: loopback unless it is set. What they say of
the client's address is believed as well (service/web/proxies.py): gunicorn leaves that to us.
"""

# ruff: noqa: N999 (gunicorn's own name for this file)
import socket
import struct
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from config import logs
from config.settings import SettingsError, load

try:
    settings = load()
except SettingsError as error:
    raise SystemExit(str(error)) from None

bind = (
    f"[{settings.host}]:{settings.port}"
    if ":" in settings.host
    else f"{settings.host}:{settings.port}"
)

# With BACKGROUND the process also ticks and sends: two of them would only get in each other's way.
workers = 1 if settings.background else settings.web_concurrency
worker_class = "gthread"
threads = 16  # a request that trickles in holds one; few are busy at a time
timeout = 30  # seconds without a sign of life before a worker is replaced
graceful_timeout = 9  # the master ends its workers then; their own time is below
keepalive = 75  # longer than a proxy keeps its idle connections, so that it is the one to close

# A worker shows that it lives by touching a file; a slow disk mustn't look like a dead worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

forwarded_allow_ips = settings.forwarded_allow_ips
control_socket_disable = True  # else one is opened in the home directory
logconfig_dict = logs.scheme(settings)


READ_WITHIN = 10  # seconds between two pieces of a request; gunicorn itself waits without end


def post_fork(_server: Any, worker: Any) -> None:
    """See that the worker ends in time, and that half a request can't hold one of its threads.

    Connections inherit the time-out of the listener (Linux).
    """
    # Of the ten seconds in which all of it ends; the rest is for texts in flight.
    worker.cfg.set("graceful_timeout", 5)
    for listener in worker.sockets:
        listener.sock.setsockopt(
            socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", READ_WITHIN, 0)
        )


def worker_exit(_server: Any, worker: Any) -> None:
    """What was started is stopped, and an opt-out that waits to be stored is tried once more."""
    if getattr(worker, "wsgi", None) is not None:  # it may have failed while it started
        worker.wsgi.extensions["upright"].close()


class NoAccessLog(Logger):
    """A logconfig_dict switches the access log on, and its lines hold the numbers people ask for."""

    access_log_enabled = False


logger_class = NoAccessLog
