"""SIGTERM: what is in flight is settled, what hangs is in doubt, and the process is gone within 10 s."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NEEDS_POSTGRESQL
from tests.databases import Database
from tests.loopback import Act, Loopback, loopback
from tests.processes import NOBODY, answers, command, ends, free_port, put, running, states, web


@pytest.fixture
def api() -> Iterator[Loopback]:
    with loopback() as api:
        yield api


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
        assert answers(port)
        assert ends(process, within=10) == 0
