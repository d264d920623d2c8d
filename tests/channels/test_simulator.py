"""The phone page's channel."""

import asyncio

import pytest

from service.channels.simulator import Simulator
from service.envelopes import Knock, Sent, State, Unverified
from tests.channels.twilio_line import OUTGOING


def test_a_text_arrives_at_once() -> None:
    simulator = Simulator()
    assert asyncio.run(simulator.send(OUTGOING)) == Sent("simulated-a1b2", State.DELIVERED)
    assert simulator.look_up(OUTGOING, []) is None


def test_nobody_gets_in_by_http() -> None:
    for door in (Simulator().read, Simulator().read_receipt):
        with pytest.raises(Unverified):
            door(Knock("/in/simulator", {}, []))
