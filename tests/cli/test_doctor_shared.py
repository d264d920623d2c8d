"""`upright doctor` where machines share the work: the server, the broker, the workers, the sender's rate."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import responses

from service import broker
from service.commands import findings, shared_findings
from service.store.engine import Store, open_store
from service.store.tables import Person, Plan
from tests.cli.conftest import Upright
from tests.cli.test_doctor import TWILIO, read_once, tell
from tests.conftest import NEEDS_POSTGRESQL, NEEDS_RABBITMQ, NEEDS_REDIS
from tests.databases import Database
from tests.loopback import loopback
from tests.processes import NOBODY, command, ends, running
from tests.servers import RABBITMQ, REDIS

ALONE = f"{REDIS}/{1 + os.getpid() % 15}"  # others' workers listen on the usual one


@pytest.fixture(autouse=True)
def _messages_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "of_messages", read_once)


@pytest.fixture
def server(on_server: Database) -> Iterator[Store]:
    store = open_store(on_server.url)
    yield store
    store.close()
    on_server.empty()


def told(store: Store, now: datetime) -> list[str]:
    return [finding.what for finding in shared_findings.of_server(store, now)]


@NEEDS_POSTGRESQL
def test_a_server_in_order_leaves_nothing_to_say(server: Store) -> None:
    assert told(server, datetime.now(UTC)) == []


@NEEDS_POSTGRESQL
def test_a_machine_whose_clock_is_off_is_named(server: Store) -> None:
    (what,) = told(server, datetime.now(UTC) - timedelta(minutes=3))
    assert "clock" in what


@NEEDS_POSTGRESQL
def test_an_old_and_crowded_server_is_named(server: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_findings, "TESTED", 99)
    monkeypatch.setattr(shared_findings, "CROWDED", 0.0)
    assert len(told(server, datetime.now(UTC))) == 2


@pytest.mark.parametrize(
    "url",
    [
        NOBODY.replace("//", "//:sesame@"),
        pytest.param(RABBITMQ.replace("guest@", "sesame@"), marks=NEEDS_RABBITMQ, id="refused"),
    ],
)
def test_a_broker_that_is_away_is_a_warning_without_its_password(
    upright: Upright, url: str
) -> None:
    shown = upright("doctor", broker_url=url).stdout
    assert "the broker can't be reached" in shown
    assert "sesame" not in shown


@NEEDS_REDIS
def test_a_broker_without_workers_and_a_file_to_share_are_errors(upright: Upright) -> None:
    result = upright("doctor", broker_url=ALONE)
    assert "no worker answers" in result.stdout
    assert "the database is a file" in result.stdout
    assert result.exit_code == 1


@NEEDS_POSTGRESQL
@pytest.mark.parametrize(
    "url",
    [
        pytest.param(ALONE, marks=NEEDS_REDIS, id="redis"),
        pytest.param(RABBITMQ, marks=NEEDS_RABBITMQ, id="rabbitmq"),
    ],
)
def test_a_worker_that_listens_is_seen(
    upright: Upright, on_server: Database, tmp_path: Path, url: str
) -> None:
    given = {"database_url": on_server.url, "broker_url": url}
    with loopback() as api, running(command("worker"), api, tmp_path, **given) as process:
        deadline = time.monotonic() + 30
        while not broker.answering(broker.application(url)):
            assert time.monotonic() < deadline
        assert "no worker answers" not in upright("doctor", **given).stdout
        assert ends(process) == 0
    on_server.empty()


def test_a_sender_that_is_too_slow_for_its_people_is_an_error(
    upright: Upright, tmp_path: Path
) -> None:
    store, now = open_store(f"sqlite:///{tmp_path / 'upright.db'}"), datetime.now(UTC)
    with store.write() as session:
        plan = Plan(
            zone="UTC", days="1111111", hours="09:00-17:00", lunch="", every=60, minute=50,
            holidays="", own=False, next_at=now + timedelta(hours=1),
        )  # fmt: skip
        session.add(plan)
        session.flush()
        people = [Person(created_at=now, state="active", plan_id=plan.id) for _ in range(61)]
        session.add_all(people)
    store.close()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as account:
        tell(account)
        assert "61 reminders are due in one minute" in upright("doctor", **TWILIO).stdout
