"""No UTC minute holds more people than the sender can text in it, whatever rhythms they have."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from benchmarks import crowd
from service.hours import Span
from service.reminders import plans, room, schedule
from service.reminders.rhythm import Rhythm
from service.store.engine import Store
from service.store.tables import AddressRow, Minute, Person, Plan
from tests.reminders.people import QUIET, WEEKDAYS, at, join, plan_of

ZONES = ["America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns"]
RHYTHMS = st.builds(
    lambda zone, every, minute, hours, lunch: replace(
        WEEKDAYS, zone=zone, every=every, minute=minute, holidays="",
        hours=(Span.parse(hours),), lunch=Span.parse("12:30-13:30") if lunch else None, own=True,
    ),
    zone=st.sampled_from(ZONES),
    every=st.sampled_from([30, 40, 45, 60, 75, 90, 120, 240]),
    minute=st.sampled_from([0, 10, 50]),
    hours=st.sampled_from(["09:00-17:00", "00:00-23:59", "22:00-06:00"]),
    lunch=st.booleans(),
)  # fmt: skip


def on_sqlite(test: object) -> object:
    return pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)(test)


def settled(store: Store, rhythms: list[Rhythm], rate: float) -> list[Rhythm]:
    with store.write() as session:
        for table in (AddressRow, Person, Plan, Minute):
            session.execute(delete(table))
        people = [join(session, at("08:00"), rhythm, rate=rate) for rhythm in rhythms]
        return [plans.rhythm_on(plan_of(session, person)) for person in people]


def load(rhythms: list[Rhythm], days: int = 3) -> Counter[datetime]:
    """How many reminders fall on each minute of the days to come."""
    found: Counter[datetime] = Counter()
    for rhythm, people in Counter(rhythms).items():
        for slot in schedule.slots(rhythm, after=at("08:00")):
            if slot > at("08:00") + timedelta(days=days):
                break
            found[slot] += people
    return found


@on_sqlite
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rhythms=st.lists(RHYTHMS, min_size=8, max_size=24))
def test_no_minute_of_any_day_holds_more_than_the_sender_can(
    store: Store, rhythms: list[Rhythm]
) -> None:
    three_a_minute = 3 / 60
    found = load(settled(store, rhythms, three_a_minute))
    assert max(found.values(), default=0) <= 3


@on_sqlite
def test_every_30_minutes_takes_a_place_in_two_minutes(store: Store) -> None:
    often = replace(WEEKDAYS, every=30)
    assert [rhythm.minute for rhythm in settled(store, [often, WEEKDAYS], 1 / 60)] == [50, 51]
    at_20 = WEEKDAYS.at_minute(20)
    assert [rhythm.minute for rhythm in settled(store, [often, at_20], 1 / 60)] == [50, 21]


@on_sqlite
def test_past_what_a_sender_can_people_are_spread_evenly(store: Store) -> None:
    found = settled(store, [WEEKDAYS] * 150, 1 / 60)
    assert set(Counter(rhythm.minute for rhythm in found).values()) == {2, 3}


@on_sqlite
def test_who_moves_gives_their_place_up(store: Store) -> None:
    with store.write() as session:
        first, second = (join(session, at("08:00"), rate=1 / 60) for _ in range(2))
        wanted = replace(WEEKDAYS, minute=20, every=120)
        plans.settle(session, first, wanted, at("08:00"), 1 / 60, QUIET)
        assert plan_of(session, join(session, at("08:00"), rate=1 / 60)).minute == 50
        assert plan_of(session, second).minute == 51


def test_what_is_noted_agrees_with_a_count(store: Store) -> None:
    often = replace(WEEKDAYS, every=30)
    tokyo = replace(WEEKDAYS, zone="Asia/Kathmandu")
    with store.write() as session:
        people = [join(session, at("08:00"), each) for each in (WEEKDAYS, often, tokyo, WEEKDAYS)]
        plans.settle(session, people[0], replace(often, minute=7), at("08:00"), 1.0, QUIET)
        noted = {row.minute: row.people for row in session.scalars(select(Minute))}
        assert [noted.get(minute, 0) for minute in range(60)] == room.count(session, at("08:00"))


@pytest.mark.parametrize(
    ("rate", "people"), [(1 / 60, 1), (0.001, 1), (2 / 60, 2), (0.02, 1), (1, 54), (30, 1620)]
)
def test_a_minute_keeps_a_tenth_for_snoozes_and_answers(rate: float, people: int) -> None:
    assert room.capacity(rate) == people


@on_sqlite
@pytest.mark.parametrize(("people", "rate", "one_in"), [(330, 0.1, 0), (250, 0.2, 20)])
def test_a_crowd_on_one_sender_loses_no_reminder_for_want_of_rate(
    store: Store, people: int, rate: float, one_in: int
) -> None:
    """As 100,000 on 30 segments a second (docs/scaling.md), a few hundred times smaller."""
    crowd.settle(store, people, rate)
    played = crowd.play(store, rate, one_in=one_in, minutes=65 if not one_in else 40)
    assert played.states == {"sent": people + (people // one_in if one_in else 0)}
    assert played.fullest <= 60 * rate
    assert played.latest <= 60
