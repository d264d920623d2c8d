"""Delivery in a thread of its own: woken, stopped and never in the way of itself."""

import threading
from collections.abc import Callable

import pytest

from service.outbox import deliver
from tests.outbox.line import House


@pytest.fixture
def given(house: House) -> Callable[[], bool]:
    """Wait until the line has been given a text."""
    event = threading.Event()
    house.line.on_send = lambda _: event.set()
    return lambda: event.wait(5)


def test_what_is_queued_at_the_start_goes_at_once(house: House, given: Callable[[], bool]) -> None:
    house.put(house.person())
    with house.running():
        assert given()
    assert house.states() == ["sent"]
    assert house.line.closed


def test_a_wake_up_saves_the_wait(house: House, given: Callable[[], bool]) -> None:
    with house.running() as delivery:
        house.put(house.person())
        delivery.wake()
        assert given()
    assert house.states() == ["sent"]


def test_waking_what_doesnt_run_does_nothing(house: House) -> None:
    delivery = house.delivery()
    delivery.wake()
    delivery.start()
    delivery.stop()
    delivery.wake()
    delivery.stop()


def test_stopping_leaves_no_row_unexplained(
    house: House, given: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "WIND_UP", 0.01)
    house.line.hangs = True
    for _ in range(3):
        house.put(house.person())
    with house.running(in_flight=2):
        assert given()
    assert sorted(house.states()) == ["doubtful", "doubtful", "queued"]
    assert max(house.entry(row).attempts for row in (1, 2, 3)) == 1


def test_delivery_outlives_a_database_that_fails(
    house: House, given: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "LOOK", 0.01)
    house.put(house.person())
    with house.store.write() as session:
        session.connection().exec_driver_sql("ALTER TABLE entry RENAME TO away")
    with house.running():
        with house.store.write() as session:
            session.connection().exec_driver_sql("ALTER TABLE away RENAME TO entry")
        assert given()
    assert house.states() == ["sent"]
