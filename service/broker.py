"""Wake-ups between machines, over Celery and Redis or RabbitMQ.

A wake-up says that something is due, and nothing else: what, for whom and how often stands in the
database, and every worker looks there at least once a second anyway. So one that is lost, or a
broker that is down, costs a moment and never a text.
"""

import logging
import threading
from typing import Any

from amqp.exceptions import AccessRefused, NotAllowed
from celery import Celery
from kombu.common import Broadcast
from kombu.entity import Exchange
from kombu.exceptions import KombuError
from redis.exceptions import AuthenticationError, NoPermissionError

from config.settings import SettingsError

log = logging.getLogger(__name__)
WAKE = "upright.wake"
STALE = 5  # seconds; by then a worker has looked by itself
GATHER = 0.05  # seconds in which wake-ups become one
_QUEUE = "upright.wake"
_EVERYBODY = Exchange(_QUEUE, type="fanout")  # type: ignore[no-untyped-call]
_REFUSALS = (AccessRefused, NotAllowed, AuthenticationError, NoPermissionError)
_PATIENCE = 2  # seconds to reach the broker; it is asked by a thread of its own


def application(url: str) -> Celery:
    """Celery on the broker at `url`. Every worker hears every wake-up: the rows decide who sends."""
    app = Celery("upright", broker=url)
    app.conf.update(
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        task_serializer="json",
        accept_content=["json"],
        task_queues=(
            Broadcast(_QUEUE, exchange=_EVERYBODY, routing_key=_QUEUE),  # type: ignore[no-untyped-call]
        ),
        task_default_queue=_QUEUE,
        task_routes={WAKE: {"queue": _QUEUE}},
        task_publish_retry=False,
        broker_connection_timeout=_PATIENCE,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "socket_timeout": _PATIENCE * 5,
            "socket_connect_timeout": _PATIENCE,
            "max_retries": 0,
        },
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        # A wake-up that is cut off costs nothing; unset, Celery warns at each loss of the broker.
        worker_cancel_long_running_tasks_on_connection_loss=True,
    )
    return app


def require_welcome(app: Celery) -> None:
    """Raises SettingsError when the broker refuses us. One that is away may come: Celery waits for it."""
    try:
        with app.connection_for_read() as connection:
            connection.connect()
    except _REFUSALS as error:
        raise SettingsError(
            f"The broker refuses us ({type(error).__name__}): correct user, password and what follows "
            "the host in BROKER_URL."
        ) from None
    except _errors(app) as error:
        log.warning("broker_unreachable error=%s: waiting for it", type(error).__name__)


def answering(app: Celery) -> int:
    """How many workers answer within a second. Raises ConnectionError when the broker doesn't."""
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=_PATIENCE)
            return len(app.control.ping(timeout=1.0, connection=connection))
    except _errors(app) as error:
        raise ConnectionError(type(error).__name__) from error


def _errors(app: Celery) -> tuple[type[BaseException], ...]:
    """What a broker that is away, or refuses us, makes its client raise; each client has its own kinds."""
    connection = app.connection_for_write()
    return (*connection.connection_errors, *connection.channel_errors, KombuError, OSError)


class Wakeups:
    """Publishes wake-ups from a thread of its own: no caller ever waits for the broker."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._due = threading.Event()
        self._ending = threading.Event()
        self._reached = True
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def wake(self) -> None:
        """Tell all workers to look now; many calls at once are one."""
        with self._starting:  # not when this is made: a thread doesn't survive a fork
            if self._thread is None and not self._ending.is_set():
                self._thread = threading.Thread(target=self._publish, name="wakeups", daemon=True)
                self._thread.start()
        self._due.set()

    def close(self) -> None:
        self._ending.set()
        self._due.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def _publish(self) -> None:
        while not self._ending.is_set():
            self._due.wait()
            self._due.clear()
            if not self._ending.is_set():
                self._send()
                self._ending.wait(GATHER)

    def _send(self) -> None:
        try:
            # Redis keeps no exchanges: whoever publishes must say that this one is a fan-out, and
            # name the key that its listeners named.
            self._app.send_task(
                WAKE, expires=STALE, retry=False, declare=[_EVERYBODY], routing_key=_QUEUE
            )
        except _errors(self._app) as error:
            self._said(False, type(error).__name__)
        else:
            self._said(True)

    def _said(self, reached: bool, why: Any = "") -> None:
        """The log tells the change, not each attempt."""
        if self._reached and not reached:
            log.error(
                "broker_unreachable error=%s: check BROKER_URL; texts go within a second all the same",
                why,
            )
        elif reached and not self._reached:
            log.info("broker_reached")
        self._reached = reached
