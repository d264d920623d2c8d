"""A channel keeps its rate, and its pauses."""

from datetime import timedelta

from service.outbox.pace import Pace
from tests.outbox.line import NOON


def at(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def test_a_simulated_channel_has_no_limit() -> None:
    pace = Pace(None)
    pace.take(1000)
    assert pace.room(NOON, 64) == 64


def test_a_rate_below_one_a_second_still_sends() -> None:
    pace = Pace(0.1)
    assert pace.room(NOON, 64) == 1
    pace.take(1)
    assert pace.room(NOON + at(9), 64) == 0
    assert pace.room(NOON + at(10.1), 64) == 1


def test_a_quiet_hour_saves_up_no_more_than_a_second() -> None:
    pace = Pace(5)
    assert pace.room(NOON, 64) == 5
    pace.take(5)
    assert pace.room(NOON + timedelta(hours=1), 64) == 5


def test_a_clock_set_back_neither_stops_nor_floods() -> None:
    pace = Pace(2)
    pace.room(NOON, 64)
    pace.take(2)
    pace.set_up_fault(NOON)
    before = NOON - timedelta(hours=1)
    assert pace.room(before, 64) == 0
    assert pace.room(before + at(1), 64) == 2


def test_pauses_grow_to_a_bound_and_end_when_all_is_well() -> None:
    pace, now = Pace(None), NOON
    lengths = []
    for _ in range(6):
        pace.set_up_fault(now)
        start = now
        while pace.paused(now):
            now += at(1)
        lengths.append((now - start).total_seconds())
    assert 54 <= lengths[0] <= 67
    assert lengths[:4] == sorted(lengths[:4])
    assert 540 <= lengths[5] <= 661
    pace.went_well(now)
    pace.set_up_fault(now)
    assert not pace.paused(now + at(67))


def test_many_failures_at_once_are_one_fault() -> None:
    pace = Pace(None)
    for _ in range(64):
        pace.set_up_fault(NOON)
    assert not pace.paused(NOON + at(67))


def test_a_providers_wish_is_granted() -> None:
    pace = Pace(None)
    pace.slow_down(NOON, 45)
    assert pace.paused(NOON + at(44))
    assert not pace.paused(NOON + at(45))
