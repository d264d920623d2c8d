"""SIGTERM: what is in flight is settled, what hangs is in doubt, and the process is gone within 10 s."""

import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.conftest import NEEDS_POSTGRESQL
from tests.databases import Database
from tests.loopback import Act, Loopback, loopback
from tests.processes import NOBODY, command, ends, put, running, states, web


@pytest.fixture
def api() -> Iterator[Loopback]:
    with loopback() as api:
        yield api


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def end_while_sending(name: str, url: str, api: Loopback, home: Path, **settings: str) -> None:
    put(url, 3)
    api.script(Act(delay=1), Act(delay=1), Act(delay=60))
    with running(command(name), api, home, database_url=url, **settings) as process:
        api.wait_for(3)
        assert ends(process, within=10) == 0
    assert sorted(states(url)) == ["doubtful", "sent", "sent"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["serve", "clock"])
def test_a_process_that_is_told_to_end_forgets_nothing_in_flight(
    database_url: str, api: Loopback, tmp_path: Path, name: str
) -> None:
    end_while_sending(name, database_url, api, tmp_path, port=str(free_port()))


@NEEDS_POSTGRESQL
def test_a_worker_that_is_told_to_end_forgets_nothing_in_flight(
    on_server: Database, api: Loopback, tmp_path: Path
) -> None:
    end_while_sending("worker", on_server.url, api, tmp_path, broker_url=NOBODY)
    on_server.empty()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_web_alone_ends_when_told(database_url: str, api: Loopback, tmp_path: Path) -> None:
    port = free_port()
    given = {"database_url": database_url, "port": str(port), "background": "0"}
    with running(web(port), api, tmp_path, **given) as process:
        assert answer(f"http://127.0.0.1:{port}/live") == 200
        assert ends(process, within=10) == 0


def answer(url: str) -> int:
    """The status, once somebody listens."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as page:
                status: int = page.status
                return status
        except URLError:
            assert time.monotonic() < deadline
