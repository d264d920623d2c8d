"""What a load balancer or a monitor asks: is the process up, and can it do its work?"""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from flask import Blueprint, Response, current_app

from service.heartbeat import HEARTBEAT
from service.runtime import Runtime
from service.store.engine import StoreBusy, StoreFailed
from service.store.tables import Setting
from service.web import here

log = logging.getLogger(__name__)
PATIENCE = 0.5  # seconds for the database
SILENT = timedelta(minutes=2)  # longer without a tick, and reminders are late

blueprint = Blueprint("health", __name__)


@blueprint.get("/live")
def live() -> Response:
    return _line("ok")


@blueprint.get("/ready")
def ready() -> Response:
    runtime = here.runtime()
    asking: ThreadPoolExecutor = current_app.extensions["health"]
    try:
        # In a thread of its own: a disk that hangs would hang the answer, too.
        beat = asking.submit(_heartbeat, runtime).result(PATIENCE)
    except (StoreBusy, StoreFailed, TimeoutError) as error:
        log.warning("not_ready: the database doesn't answer (%s)", type(error).__name__)
        return _line("database", 503)
    if runtime.settings.background and (beat is None or abs(runtime.clock.now() - beat) > SILENT):
        log.warning("not_ready: the clock last ticked at %s", beat)
        return _line("clock", 503)
    return _line("ok")


def asker() -> ThreadPoolExecutor:
    """One thread: while a question hangs, the next ones wait behind it and time out as well."""
    return ThreadPoolExecutor(1, thread_name_prefix="ready")


def _heartbeat(runtime: Runtime) -> datetime | None:
    with runtime.store.read() as session:
        beat = session.get(Setting, HEARTBEAT)
        return datetime.fromisoformat(beat.value) if beat else None


def _line(word: str, status: int = 200) -> Response:
    response = Response(f"{word}\n", status, mimetype="text/plain")
    return here.not_kept(response)
