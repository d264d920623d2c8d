"""A sender keeps its rate, and its rests, whoever sends."""

from collections import deque
from datetime import datetime, timedelta

import pytest

from service.envelopes import Verdict
from service.outbox import pace
from service.outbox.policy import Rest
from service.store.tables import Sender
from tests.outbox.line import NOON, House, failed


def fresh() -> Sender:
    return Sender(name="sms", tokens=0.0, faults=0)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def take(sender: Sender, rate: float, now: datetime) -> int:
    """All that may go now."""
    taken = pace.room(sender, rate, now, 10_000)
    sender.tokens -= taken
    return taken


def test_a_simulated_channel_has_no_limit() -> None:
    sender = fresh()
    sender.tokens = -1000
    assert pace.room(sender, None, NOON, 64) == 64


def test_a_rate_below_one_a_second_still_sends() -> None:
    sender = fresh()
    assert [take(sender, 0.1, at(second)) for second in (0, 9, 10.1)] == [1, 0, 1]


def test_a_quiet_hour_saves_up_no_more_than_a_second() -> None:
    sender = fresh()
    assert [take(sender, 5, at(second)) for second in (0, 3600)] == [5, 5]


def test_a_clock_set_back_neither_stops_nor_floods() -> None:
    sender = fresh()
    take(sender, 2, NOON)
    pace.rest(sender, Rest.STOPPED, NOON)
    assert [take(sender, 2, at(second)) for second in (-3600, -3599)] == [0, 2]


def test_a_clock_that_jumps_ahead_lets_a_second_go_at_most() -> None:
    sender = fresh()
    take(sender, 5, NOON)
    assert [take(sender, 5, at(second)) for second in (7200, 7200.2)] == [5, 1]


def test_rests_grow_to_a_bound_and_end_when_all_is_well() -> None:
    sender, now = fresh(), NOON
    lengths = []
    for _ in range(6):
        pace.rest(sender, Rest.STOPPED, now)
        assert sender.paused_until is not None
        lengths.append((sender.paused_until - now).total_seconds())
        now = sender.paused_until
    assert 48 <= lengths[0] <= 72
    assert 480 <= lengths[5] <= 720
    assert lengths[0] < lengths[1] < lengths[2]
    pace.went_well(sender, now)
    pace.rest(sender, Rest.STOPPED, now)
    assert not pace.resting(sender, now + timedelta(seconds=72))


def test_many_failures_at_once_are_one_fault() -> None:
    sender = fresh()
    for _ in range(64):
        pace.rest(sender, Rest.STOPPED, NOON)
    assert not pace.resting(sender, at(72))


def test_of_several_faults_at_once_the_longest_rest_counts() -> None:
    sender = fresh()
    pace.rest(sender, Rest.SLOW, NOON)
    pace.rest(sender, Rest.SLOW, NOON, 7)
    pace.rest(sender, Rest.SLOW, NOON)
    assert pace.resting(sender, at(6.9))
    assert not pace.resting(sender, at(7))
    pace.rest(sender, Rest.STOPPED, at(1))
    assert pace.resting(sender, at(47))
    assert sender.faults == 1


def test_a_wrong_token_among_refusals_stops_the_sender(house: House) -> None:
    house.line.script = deque([failed(Verdict.SLOW_DOWN), failed(Verdict.SET_UP)])
    for _ in range(2):
        house.put(house.person())
    house.deliver(in_flight=2)
    house.clock.forward(seconds=40)
    house.deliver(in_flight=2)
    assert house.states() == ["queued", "queued"]
    assert len(house.line.given) == 2


def test_a_text_that_went_before_the_fault_doesnt_end_a_rest() -> None:
    sender = fresh()
    pace.rest(sender, Rest.STOPPED, NOON)
    pace.went_well(sender, at(1))
    assert pace.resting(sender, at(47))
    assert sender.faults == 1


def test_a_providers_wish_is_granted() -> None:
    sender = fresh()
    pace.rest(sender, Rest.SLOW, NOON, 45)
    assert pace.resting(sender, at(44))
    assert not pace.resting(sender, at(45))


@pytest.mark.parametrize(
    ("verdict", "faults"),
    [(Verdict.RETRY, 2), (Verdict.DOUBTFUL, 2), (Verdict.REFUSED, 0), (Verdict.DEAD, 0)],
)
def test_a_send_that_the_provider_didnt_see_says_nothing_of_the_sender(
    house: House, verdict: Verdict, faults: int
) -> None:
    with house.store.write() as session:
        session.add(Sender(name="sms", tokens=0.0, faults=2))
    house.line.script = deque([failed(verdict)])
    house.put(house.person())
    house.deliver()
    with house.store.read() as session:
        assert session.get_one(Sender, "sms").faults == faults
