"""Delivery in a thread of its own: woken, stopped and never in the way of itself."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from service.envelopes import Outgoing, Sent
from service.outbox import deliver
from service.store.engine import Store
from tests.outbox.line import House, Line


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


def test_who_rests_turns_once_for_each_wake_up(house: House) -> None:
    """A turn without a pause would never let its loop go on, and take the machine from who plays time."""
    loops: list[asyncio.AbstractEventLoop] = []
    given = threading.Event()

    def note(_: Outgoing) -> None:
        loops.append(asyncio.get_running_loop())
        given.set()

    house.line.on_send = note
    house.put(house.person())
    with house.running() as delivery:
        assert given.wait(5)

        def wake() -> None:
            delivery.wake()
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loops[0]).result(5)

        with delivery.resting():
            while house.states() != ["sent"]:  # what is under way is settled first
                wake()
            given.clear()
            house.put(house.person())
            for _ in range(20):
                wake()
            assert house.states() == ["sent", "queued"]
        delivery.wake()
        assert given.wait(5)
    assert house.states() == ["sent", "sent"]


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


@dataclass
class FillingLine(Line):
    """Takes two texts, and never answers the next two."""

    full: threading.Event = field(default_factory=threading.Event)

    async def send(self, outgoing: Outgoing) -> Sent:
        self.hangs = len(self.given) >= 2
        if len(self.given) == 3:
            self.full.set()
        return await super().send(outgoing)


def test_what_was_taken_ahead_is_given_back_at_the_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "WIND_UP", 0.01)
    monkeypatch.setattr(deliver, "HELD", 20.0)
    line = FillingLine()
    house = House(store, line=line)
    for _ in range(6):
        house.put(house.person())
    with house.running(in_flight=2):
        assert line.full.wait(5)
        assert house.states().count("sending") > 2
    assert sorted(house.states()) == ["doubtful", "doubtful", "queued", "queued", "sent", "sent"]
    rows = [house.entry(row) for row in range(1, 7)]
    assert [row.attempts for row in rows if row.state == "queued"] == [0, 0]


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
