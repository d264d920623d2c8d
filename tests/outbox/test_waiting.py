"""A few texts are taken ahead, so that no line stands idle; what waits so is never sent on an old answer."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

import pytest

from service.envelopes import Outgoing, Sent, Verdict
from service.outbox import deliver
from service.store.engine import Store
from tests.outbox.line import House, Line, failed

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


@pytest.fixture
def taken_ahead(house: House) -> House:
    """With one line, the second of three texts goes while the third is taken already."""
    for _ in range(3):
        house.put(house.person())
    return house


def test_stop_silences_a_text_that_waits_for_a_free_line(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "HELD", 0.0)
    monkeypatch.setattr(deliver, "LOOK", 0.01)
    line = SlowLine()
    house = line.house = House(store, line=line)
    for _ in range(3):
        house.put(house.person())
    house.deliver(in_flight=1)
    assert line.held == ["sending"]
    assert line.texts == ["stretch for 1", "stretch for 2"]
    assert (house.entry(3).state, house.entry(3).error) == ("dropped", "no consent")


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
