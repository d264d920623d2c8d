"""The service as a process: web, clock and delivery together, or clock and delivery alone."""

import errno
import logging
import signal
import socket
import threading
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import Application

import config
from config import logs
from config.settings import Settings, SettingsError, load
from messages import catalogue as catalogues
from service import runtime as runtimes
from service.alerts import Alerts
from service.app import create_app
from service.commands import running
from service.commands.findings import reviews
from service.commands.twilio_findings import webhook
from service.ending import end_in_time
from service.operators import accounts
from service.store.engine import open_store
from service.store.migrate import migrate, require_current

GUNICORN = Path(config.__file__).parent / "gunicorn.conf.py"
log = logging.getLogger(__name__)


class Server(Application):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn as config/gunicorn.conf.py sets it, with clock and delivery in its one worker."""

    def __init__(self, settings: Settings, staffed: bool) -> None:
        self._settings = settings
        self._staffed = staffed
        super().__init__(prog="upright serve")

    def load_config(self) -> None:
        self.load_config_from_file(str(GUNICORN))
        self.cfg.set("when_ready", self._greet)
        self.cfg.set("post_worker_init", self._begin)

    def load(self) -> Flask:
        return create_app(runtimes.build(self._settings))

    def _greet(self, _arbiter: Any) -> None:
        click.echo(greeting(self._settings, self._staffed))

    def _begin(self, worker: Any) -> None:
        """In the worker, after its fork: threads and connections don't survive one."""
        runtime = worker.wsgi.extensions["upright"]
        running.note(runtime.store, self._settings)
        if self._settings.background:
            runtime.start()


@click.command()
@click.option("--migrate", "first", is_flag=True, help="Bring the database up to date first.")
def serve(first: bool) -> None:
    """Serve the web, and tick and send in the same process (unless BACKGROUND=0)."""
    settings = load()
    require_free_port(settings.host, settings.port)
    if first:
        migrate(settings.database)
    staffed = prove(settings)
    Server(settings, staffed).run()


@click.command()
def clock() -> None:
    """Tick, and without BROKER_URL also send: for a machine where web runs with BACKGROUND=0."""
    settings = load()
    prove(settings)
    runtime = runtimes.build(settings)
    ended = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: ended.set())
    sends = not settings.broker_url.get_secret_value()
    runtime.start(deliver=sends)
    click.echo(f"Upright's clock runs and {'sends' if sends else 'leaves sending to workers'}.")
    ended.wait()
    end_in_time()
    runtime.close()


@click.command()
def worker() -> None:
    """Send, woken by a broker: any number of these, on any number of machines."""
    settings = load()
    try:
        workers = import_module("service.worker")
    except ModuleNotFoundError as error:
        raise SettingsError("A worker needs Celery: run `make machines`.") from error
    workers.require_shared(settings)
    prove(settings)
    workers.work(runtimes.build(settings))


def prove(settings: Settings) -> bool:
    """Say in the first second what would otherwise stop a process with a traceback.

    Returns whether there is an operator, or will be. Raises SettingsError, CatalogueError or StoreFailed.
    """
    catalogues.load(settings.programme_name, settings.support_contact)
    Alerts(settings.alert_urls.get_secret_value())  # an address that can't be used raises
    store = open_store(settings.database)
    try:
        require_current(store)
        with store.read() as session:
            staffed = accounts.staffed(session)
    finally:
        store.close()
    logs.configure(settings)
    texts = reviews(datetime.now(UTC).date())
    if settings.real and texts.unsigned:
        log.warning(
            "texts_unreviewed count=%d of=%d: see upright doctor", texts.unsigned, texts.all
        )
    return staffed or bool(settings.dashboard_password.get_secret_value())


def require_free_port(host: str, port: int) -> None:
    """Raises SettingsError when something else listens there, or nobody may."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family, reuse_port=False):
            return
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"Port {port} is in use: stop what runs there or run `make run PORT={port + 1}`."
            ) from None
        raise SettingsError(
            f"{host}:{port} can't be listened on ({error.strerror}): correct HOST and PORT."
        ) from None


def greeting(settings: Settings, staffed: bool = True) -> str:
    """What a newcomer, or somebody with a Twilio number, does next.

    `staffed`: there is an operator.
    """
    here = f"http://{settings.host}:{settings.port}"
    lines = [f"Upright is at {here}"]
    if settings.phone:
        lines += [
            f"The phone page: {here}/phone",
            "Three things to try there: text POSTURE; text REMIND, then YES;",
            "press 'Next morning', then '15 min', and see a reminder arrive.",
        ]
    lines += [f"The dashboard: {here}/dashboard"]
    if not staffed:
        lines += [
            "  Nobody can sign in there yet. To make the first operator:",
            "  .venv/bin/upright operators add NAME",
        ]
    if settings.twilio:
        address = webhook(settings)
        lines += [
            f"At Twilio, under {_senders(settings)}, both with HTTP POST:",
            f"  A message comes in:    {address}",
            f"  Primary handler fails: {address.partition('#')[0]}",
            "Then run `.venv/bin/upright doctor`.",
        ]
    return "\n".join(lines)


def _senders(settings: Settings) -> str:
    """Where addresses are to be entered."""
    of_whatsapp = "the WhatsApp sender" if settings.whatsapp else ""
    of_sms = "the number or its Messaging Service" if settings.sms else ""
    return " and ".join(filter(None, (of_sms, of_whatsapp)))
