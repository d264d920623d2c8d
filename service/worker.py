"""A worker: delivery in a process of its own, woken by Celery.

One process is one event loop with many texts in flight, so Celery's pool is "solo": there is no
fork for connections and threads to survive, and more processes are more workers.
"""

import signal
import socket
import sys
from uuid import uuid4

import click
from celery import Celery

from config.settings import Settings, SettingsError
from service.broker import WAKE, application, require_welcome
from service.ending import end_in_time
from service.runtime import Runtime

_OPTIONS = (
    "--quiet", "worker", "--pool=solo", "--loglevel=WARNING", "--without-gossip", "--without-mingle",
)  # fmt: skip


def require_shared(settings: Settings) -> None:
    """Raises SettingsError unless several processes can share the work."""
    if not settings.broker_url.get_secret_value():
        raise SettingsError(
            "A worker needs a broker: set BROKER_URL to redis://host:6379/0 or amqp://user:password@host// "
            "(on one machine `upright serve` does all of it without one)."
        )
    if settings.database.startswith("sqlite"):
        raise SettingsError(
            "Hosts that share work need PostgreSQL: set DATABASE_URL=postgresql+psycopg://user:password@host/upright."
        )


def work(runtime: Runtime) -> None:
    """Deliver until SIGTERM or SIGINT; attempts in flight end, or are given back, within 10 s.

    Raises SettingsError when the broker refuses us: Celery would end without an error code.
    """
    app = listener(runtime)
    require_welcome(app)
    # Until Celery has handlers of its own; what was begun by then is ended all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    runtime.start_delivery()
    click.echo("Upright's worker sends.")
    try:
        app.worker_main([*_OPTIONS, f"--hostname=upright-{uuid4().hex[:8]}@{socket.gethostname()}"])
    finally:
        end_in_time()
        runtime.close()


def listener(runtime: Runtime) -> Celery:
    """The Celery application whose one task wakes this process's delivery."""
    app = application(runtime.settings.broker_url.get_secret_value())
    app.task(name=WAKE, shared=False)(runtime.delivery.wake)
    return app
