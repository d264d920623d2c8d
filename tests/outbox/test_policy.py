"""The table of policy.py, line by line, over a real line: from what the provider does to what follows."""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta

import aiohttp
import pytest

from service.channels import twilio_wire
from service.outbox import pace
from service.outbox.deliver import Delivery
from service.store.tables import Sender
from tests.channels.twilio_line import channel
from tests.loopback import Act, Loopback, loopback, refused
from tests.outbox.line import NOON, House, compose

QUIET = (time(9), time(20))


@dataclass(frozen=True)
class Line:
    """What follows. `rests`: seconds for which the sender is sure to rest."""

    state: str
    attempts: int = 1
    later: bool = False
    rests: float = 0
    told: bool = False
    standing: str = "in"
    dead: bool = False


AGAIN = Line("queued", later=True)
IN_DOUBT = Line("doubtful")
FAILED = Line("failed")
TABLE = {
    "connection refused": (None, AGAIN),
    "time-out after the request": (Act(delay=1), IN_DOUBT),
    "reset after the request": (Act(drop=True), IN_DOUBT),
    "429 with Retry-After": (
        Act(429, json={"code": 20429}, headers={"Retry-After": "7"}, taken=False),
        Line("queued", attempts=0, rests=6.9),
    ),
    "429 without": (refused(20429, 429), Line("queued", attempts=0, rests=0.07)),
    "500": (refused(20500, 500), IN_DOUBT),
    "503 of a proxy": (Act(503, text="<html>"), IN_DOUBT),
    "an answer nobody can read": (Act(201, text="{"), IN_DOUBT),
    "wrong token": (refused(20003, 401), Line("queued", attempts=0, rests=47, told=True)),
    "unregistered number": (refused(30034), Line("queued", attempts=0, rests=47, told=True)),
    "opted out": (refused(21610), Line("failed", standing="out")),
    "no mobile number": (refused(21614), Line("failed", dead=True)),
    "country switched off": (refused(21408), FAILED),
    "picture refused": (refused(21620), FAILED),
    "unknown code": (refused(99999), FAILED),
}


@pytest.fixture
def api() -> Iterator[Loopback]:
    with loopback() as served:
        yield served


@pytest.fixture
def nobody() -> Iterator[str]:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unheard.getsockname()[1]}"


def deliver(house: House, url: str) -> None:
    twilio = channel(api_url=url)

    async def drained() -> None:
        await Delivery(
            house.store, {"sms": twilio}, clock=house.clock, compose=compose, quiet=QUIET,
            alert=lambda title, _: house.alerts.append(title), rates={"sms": 100.0}, in_flight=1,
        ).drain()  # fmt: skip
        await twilio.close()

    asyncio.run(drained())


@pytest.mark.parametrize("what", TABLE)
def test_what_follows_from_each_failure(
    house: House, api: Loopback, nobody: str, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(twilio_wire, "TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    act, line = TABLE[what]
    person = house.person()
    row = house.put(person)
    if act is not None:
        api.script(act)
    deliver(house, api.url if act else nobody)
    entry, address = house.entry(row), house.address(person)
    assert (entry.state, entry.attempts) == (line.state, line.attempts)
    assert (entry.not_before > NOON) == line.later
    assert (address.standing, bool(address.dead)) == (line.standing, line.dead)
    assert len(house.alerts) == line.told
    assert resting(house, line.rests) == bool(line.rests)
    assert len(api.sent) == (act is not None)


def resting(house: House, seconds: float) -> bool:
    with house.store.read() as session:
        sender = session.get_one(Sender, "sms")
        return pace.resting(sender, NOON + timedelta(seconds=seconds))


def test_what_was_certainly_not_sent_is_sent_once_all_is_well(house: House, api: Loopback) -> None:
    rows = [house.put(house.person(), "reply", text=f"text {number}") for number in range(3)]
    api.script(refused(20003, 401))
    deliver(house, api.url)
    house.clock.forward(seconds=73)
    deliver(house, api.url)
    assert {house.entry(row).state for row in rows} == {"sent"}
    assert sorted(form["Body"] for form in api.sent[1:]) == ["text 0", "text 1", "text 2"]
    assert house.alerts == ["sms can't send (20003)"]
