"""Machines on one database go by its server's time, whatever their own clocks say."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from service.runtime import Runtime
from service.store.engine import Store, open_store
from service.store.server_time import EVERY, ServerTime
from service.timekeeper import system_time
from tests.databases import Database, made

pytestmark = pytest.mark.server("postgresql")
NEAR = timedelta(seconds=1)  # all of this runs on one machine, whose clock is the server's


@dataclass
class Machine:
    """One whose count of seconds started elsewhere, and may be moved."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def store(on_server: Database) -> Iterator[Store]:
    store = open_store(on_server.url)
    yield store
    store.close()


def near(one: datetime, other: datetime) -> bool:
    return abs(one - other) < NEAR


def test_machines_that_count_differently_agree(store: Store) -> None:
    one, other = ServerTime(store, Machine(ahead=86_400)), ServerTime(store, Machine())
    assert near(one(), other())
    assert near(one(), datetime.now(UTC))
    assert one().tzinfo is UTC


def test_time_goes_on_steadily_between_two_looks(store: Store) -> None:
    machine = Machine()
    clock = ServerTime(store, machine)
    before = clock()
    machine.ahead += EVERY - 5
    assert timedelta(0) < clock() - before - timedelta(seconds=EVERY - 5) < NEAR


def test_a_machine_that_counts_wrong_is_set_right_by_the_next_look(store: Store) -> None:
    machine = Machine()
    clock = ServerTime(store, machine)
    machine.ahead += 3600
    deadline = time.monotonic() + 10
    while not near(clock(), datetime.now(UTC)):
        assert time.monotonic() < deadline


def test_time_never_steps_back_where_nothing_is_wrong(store: Store) -> None:
    machine = Machine()
    clock = ServerTime(store, machine)
    told = []
    for _ in range(2_000):
        told.append(clock())
        clock._looked -= EVERY / 10  # looks again at every tenth question
    assert told == sorted(told)


def test_while_the_server_is_away_time_goes_on() -> None:
    with made("brief") as url:
        store = open_store(url)
        clock = ServerTime(store)
    clock._looked -= EVERY
    assert near(clock(), datetime.now(UTC))
    with clock._looking:  # the look in vain has ended
        assert near(clock(), datetime.now(UTC))
    store.close()


def test_a_service_on_a_server_goes_by_its_time(
    service: Callable[..., Runtime], on_server: Database
) -> None:
    runtime = service(wall=None, database_url=SecretStr(on_server.url))
    assert isinstance(runtime.clock.wall, ServerTime)
    assert near(runtime.now(), datetime.now(UTC))


def test_a_service_on_a_file_goes_by_its_machines_time(service: Callable[..., Runtime]) -> None:
    assert service(wall=None).clock.wall is system_time
