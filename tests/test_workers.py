"""Workers in processes of their own: woken over a broker, sharing one outbox, ended without a loss."""

import logging
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from config.settings import SettingsError
from service import broker
from tests.conftest import NEEDS_POSTGRESQL, NEEDS_RABBITMQ, NEEDS_REDIS
from tests.databases import Database
from tests.loopback import Loopback, loopback
from tests.processes import NOBODY, command, ends, put, running, states
from tests.servers import RABBITMQ, REDIS


@pytest.fixture
def outbox(on_server: Database) -> Iterator[str]:
    """The address of an empty database on a server."""
    yield on_server.url
    on_server.empty()


@pytest.fixture
def api() -> Iterator[Loopback]:
    with loopback() as api:
        yield api


def worker(
    url: str, broker_url: str, api: Loopback, home: Path
) -> AbstractContextManager[subprocess.Popen[str]]:
    """`upright worker` as an operator starts it."""
    return running(command("worker"), api, home, database_url=url, broker_url=broker_url)


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


@pytest.mark.parametrize(
    "url",
    [
        "redis://:secret@127.0.0.1:1/0",
        pytest.param(RABBITMQ.replace("guest@", "secret@"), marks=NEEDS_RABBITMQ, id="refused"),
    ],
)
def test_a_broker_that_is_down_or_refuses_us_is_told_to_operators_without_its_password(
    url: str,
) -> None:
    heard = Heard()
    broker.log.addHandler(heard)
    wakeups = broker.Wakeups(broker.application(url))
    wakeups.wake()
    assert heard.told.wait(30)
    wakeups.close()
    broker.log.removeHandler(heard)
    assert "BROKER_URL" in heard.lines[0]
    assert "secret" not in "".join(heard.lines)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(REDIS.replace("//", "//nobody:secret@") + "/9", marks=NEEDS_REDIS, id="redis"),
        pytest.param(RABBITMQ.replace("guest@", "secret@"), marks=NEEDS_RABBITMQ, id="rabbitmq"),
    ],
)
def test_a_worker_whose_broker_refuses_it_says_so_and_does_not_start(url: str) -> None:
    with pytest.raises(SettingsError, match="refuses us") as refused:
        broker.require_welcome(broker.application(url))
    assert "secret" not in str(refused.value)


def test_a_broker_that_is_away_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    broker.require_welcome(broker.application("redis://127.0.0.1:1/0"))
    assert "broker_unreachable" in caplog.text


@NEEDS_POSTGRESQL
def test_two_workers_share_a_backlog_and_send_each_text_once(
    outbox: str, api: Loopback, tmp_path: Path
) -> None:
    put(outbox, 150)
    with ExitStack() as running:
        workers = [running.enter_context(worker(outbox, NOBODY, api, tmp_path)) for _ in range(2)]
        api.wait_for(150)
        assert [ends(process) for process in workers] == [0, 0]
    assert sorted(form["Body"] for form in api.sent) == sorted(
        f"text {number}" for number in range(1, 151)
    )
    assert set(states(outbox)) == {"sent"}
