"""A few texts are taken ahead, so that no line stands idle; what waits so is never sent on an old answer."""

import asyncio
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import event

from service.envelopes import Outgoing, Sent, Verdict
from service.outbox import deliver
from service.store.engine import Store
from tests.outbox.line import NOON, House, Line, failed

PATIENCE = 20  # seconds


@dataclass
class SlowLine(Line):
    """Its second text takes until the row of the third is no longer held."""

    house: House | None = None
    held: list[str] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> Sent:
        assert self.house is not None
        if len(self.given) == 1:
            self.held.append(self.house.entry(3).state)
            self.house.change(3, state="stopped")
            async with asyncio.timeout(PATIENCE):
                while self.house.entry(3).state == "sending":
                    await asyncio.sleep(0)
        return await super().send(outgoing)


@dataclass
class HeldLine(Line):
    """Its fourth and fifth text end while a look at the database takes long."""

    slow: threading.Event = field(default_factory=threading.Event)  # the look has begun
    ended: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    async def send(self, outgoing: Outgoing) -> Sent:
        number = len(self.given) + 1
        sent = await super().send(outgoing)
        if number in {4, 5}:
            async with asyncio.timeout(PATIENCE):
                while not self.slow.is_set():
                    await asyncio.sleep(0)
            asyncio.get_running_loop().call_soon(self.ended.release)
        return sent


@pytest.fixture
def taken_ahead(house: House) -> House:
    """With one line, the second of three texts goes while the third is taken already."""
    put_three(house)
    return house


def put_three(house: House) -> None:
    """One after the other: PostgreSQL keeps no order between texts of one moment."""
    for ago in (3, 2, 1):
        house.put(house.person(), not_before=NOON - timedelta(seconds=ago))


def test_stop_silences_a_text_that_waits_for_a_free_line(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "HELD", 0.0)
    monkeypatch.setattr(deliver, "LOOK", 0.01)
    line = SlowLine()
    house = line.house = House(store, line=line)
    put_three(house)
    house.deliver(in_flight=1)
    assert line.held == ["sending"]
    assert line.texts == ["stretch for 1", "stretch for 2"]
    assert (house.entry(3).state, house.entry(3).error) == ("dropped", "no consent")


def test_stop_silences_a_text_that_waits_while_the_database_is_slow(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "HELD", float(PATIENCE))
    line = HeldLine()
    house = House(store, line=line)
    for ago in range(7, 0, -1):  # one after the other, as put_three has it
        house.put(house.person(), not_before=NOON - timedelta(seconds=ago))

    def slow_look() -> int:
        if len(line.given) == 5 and not line.slow.is_set():
            for waiting in (6, 7):
                house.change(waiting, state="stopped")
            monkeypatch.setattr(deliver, "HELD", 0.0)
            line.slow.set()
            assert all(line.ended.acquire(timeout=PATIENCE) for _ in range(2))
        return 0

    house.deliver(in_flight=2, first=slow_look)
    assert line.slow.is_set()
    assert line.texts == [f"stretch for {person}" for person in range(1, 6)]
    assert house.states() == ["sent"] * 5 + ["dropped"] * 2


def test_what_waits_stays_when_the_provider_wants_fewer(taken_ahead: House) -> None:
    house = taken_ahead
    seen: list[str] = []

    def refuse_the_second(_: Outgoing) -> None:
        if len(house.line.given) == 2:
            seen.append(house.entry(3).state)
            house.line.script = deque([failed(Verdict.SLOW_DOWN)])

    house.line.on_send = refuse_the_second
    house.deliver(in_flight=1)
    assert seen == ["sending"]
    assert house.states() == ["sent", "queued", "queued"]
    assert house.entry(3).attempts == 0


def test_what_went_back_takes_nothing_of_the_rate(taken_ahead: House) -> None:
    house = taken_ahead
    house.line.real = True
    house.line.on_send = lambda _: (
        house.line.script.append(failed(Verdict.SLOW_DOWN, wait=0.2))
        if len(house.line.given) == 2
        else None
    )
    delivery = house.delivery(in_flight=1, sender_rate=3)
    asyncio.run(delivery.drain())
    assert len(house.line.given) == 2
    house.clock.forward(seconds=0.34)  # of the second that three texts need
    asyncio.run(delivery.drain())
    assert house.states() == ["sent", "sent", "sent"]


def test_nothing_is_taken_and_nothing_prepared_while_an_opt_out_waits_to_be_stored(
    house: House,
) -> None:
    """The last is of rows that were claimed when the database failed, and before the opt-out came."""
    house.put(house.person())
    answers = iter([0, 1, 1, 0])

    def first() -> int:
        waiting = next(answers, 0)
        asked.append((waiting, house.entry(1).state, len(house.line.given)))
        return waiting

    asked: list[tuple[int, str, int]] = []
    house.deliver(first=first)
    assert asked[:4] == [
        (0, "queued", 0),
        (1, "sending", 0),
        (1, "sending", 0),
        (0, "sending", 0),
    ]
    assert house.states() == ["sent"]


def test_senders_are_locked_before_rows_as_whoever_records_a_receipt_does(house: House) -> None:
    """Else the two would wait for each other."""
    said: list[str] = []
    event.listen(
        house.store.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: said.append(statement),
    )
    house.put(house.person())
    house.deliver()
    settling = next(n for n, told in enumerate(said) if "provider_id=" in told)
    opened = max(n for n, told in enumerate(said[:settling]) if "FROM sender" in told)
    changed = [told for told in said[opened:settling] if told.startswith("UPDATE")]
    assert changed == []


def test_stop_wins_over_an_answer_of_the_gate_that_the_database_was_slow_to_commit(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.put(house.person())
    looks: list[list[str]] = []

    def look() -> int:
        looks.append(house.states())
        monkeypatch.setattr(deliver, "LATE", -1.0 if len(looks) <= 2 else float(PATIENCE))
        if len(looks) > 2:
            house.change(1, state="stopped")
        return 0

    house.deliver(first=look)
    assert len(looks) > 2
    assert house.line.given == []
    assert (house.entry(1).state, house.entry(1).error) == ("dropped", "no consent")
