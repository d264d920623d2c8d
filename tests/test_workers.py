"""Workers in processes of their own: woken over a broker, sharing one outbox, ended without a loss."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service import broker
from service.outbox import entries
from service.store.engine import open_store
from service.store.tables import AddressRow, Entry, Person
from tests.conftest import NEEDS_POSTGRESQL
from tests.databases import Database
from tests.loopback import Act, Loopback, loopback

ROOT = Path(__file__).parent.parent
NOBODY = "redis://127.0.0.1:1/0"
NOW = datetime.now(UTC)


@pytest.fixture
def outbox(on_server: Database) -> Iterator[str]:
    """The address of an empty database on a server."""
    yield on_server.url
    on_server.empty()


@pytest.fixture
def api() -> Iterator[Loopback]:
    with loopback() as api:
        yield api


def put(url: str, count: int) -> None:
    store = open_store(url)
    with store.write() as session:
        for number in range(1, count + 1):
            person = Person(state="active", zone="UTC", created_at=NOW)
            session.add(person)
            session.flush()
            address = AddressRow(
                person_id=person.id, channel="sms", handle=f"+4477009{number:05}", standing="in"
            )
            session.add(address)
            session.flush()
            entries.put(
                session, person_id=person.id, address_id=address.id, kind="reply",
                now=NOW - timedelta(seconds=1), text=f"text {number}", segments=1,
                best_before=NOW + timedelta(hours=1),
            )  # fmt: skip
    store.close()


def states(url: str) -> list[str]:
    store = open_store(url)
    with store.read() as session:
        found = [row.state for row in session.query(Entry)]
    store.close()
    return found


@contextmanager
def worker(url: str, broker_url: str, api: Loopback, home: Path) -> Iterator[subprocess.Popen[str]]:
    """`upright worker` as an operator starts it; killed at the end if it is still there."""
    environment = os.environ | {
        "DATABASE_URL": url,
        "BROKER_URL": broker_url,
        "DATA_DIR": str(home),
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_FROM": "+14155550100",
        "TWILIO_API_URL": api.url,
        "PUBLIC_URL": "https://upright.example.org",
        "SECRET_KEY": "one",
        "SUPPRESSION_KEY": "other",
        "SENDER_RATE": "1000",
    }
    command = [sys.executable, "-m", "service.cli", "worker"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def listening(broker_url: str) -> Iterator[Callable[[], str]]:
    """A worker's ear on the broker: wait for the next wake-up, and get the name of its task."""
    app = broker.application(broker_url)
    heard: list[str] = []
    with app.connection_for_read() as connection:
        consumer = app.amqp.TaskConsumer(connection.channel())
        consumer.register_callback(lambda _, message: heard.append(message.headers["task"]))

        def following() -> str:
            while not heard:  # a broker may have something to say about itself first
                connection.drain_events(timeout=20)
            return heard.pop()

        with consumer:
            with suppress(TimeoutError):
                connection.drain_events(timeout=0.05)  # on Redis, listening begins with a look
            yield following


def test_every_worker_hears_every_wake_up(broker_url: str) -> None:
    wakeups = broker.Wakeups(broker.application(broker_url))
    with listening(broker_url) as one, listening(broker_url) as other:
        for _ in range(2):
            wakeups.wake()
            assert (one(), other()) == (broker.WAKE, broker.WAKE)
    wakeups.close()


class Heard(logging.Handler):
    """Lets a test wait for a line of the log."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.told = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        self.told.set()


def test_a_broker_that_is_down_is_told_to_operators_without_its_password() -> None:
    heard = Heard()
    broker.log.addHandler(heard)
    wakeups = broker.Wakeups(broker.application("redis://:secret@127.0.0.1:1/0"))
    wakeups.wake()
    assert heard.told.wait(30)
    wakeups.close()
    broker.log.removeHandler(heard)
    assert "BROKER_URL" in heard.lines[0]
    assert "secret" not in "".join(heard.lines)


@NEEDS_POSTGRESQL
def test_two_workers_share_a_backlog_and_send_each_text_once(
    outbox: str, api: Loopback, tmp_path: Path
) -> None:
    put(outbox, 150)
    with ExitStack() as running:
        workers = [running.enter_context(worker(outbox, NOBODY, api, tmp_path)) for _ in range(2)]
        api.wait_for(150)
        for process in workers:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(20) for process in workers] == [0, 0]
    assert sorted(form["Body"] for form in api.sent) == sorted(
        f"text {number}" for number in range(1, 151)
    )
    assert set(states(outbox)) == {"sent"}


@NEEDS_POSTGRESQL
def test_a_worker_that_is_told_to_end_settles_what_is_in_flight(
    outbox: str, api: Loopback, tmp_path: Path
) -> None:
    put(outbox, 3)
    api.script(*[Act(delay=1.0)] * 3)
    with worker(outbox, NOBODY, api, tmp_path) as process:
        api.wait_for(3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert states(outbox) == ["sent"] * 3
