"""Settling on a plan, and knowing when the next reminder comes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from service.hours import Span
from service.outbox import entries
from service.reminders import plans, room
from service.reminders.rhythm import Rhythm
from service.store.engine import Store
from service.store.tables import Entry, Person, Plan
from tests.reminders.people import QUIET, WEEKDAYS, ZONE, at, join, plan_of, tick

TOKYO = replace(WEEKDAYS, zone="Asia/Tokyo")
KATHMANDU = replace(WEEKDAYS, zone="Asia/Kathmandu")


def test_people_with_the_same_rhythm_share_a_plan(store: Store) -> None:
    with store.write() as session:
        first, second = (join(session, at("08:00")) for _ in range(2))
        assert first.plan_id == second.plan_id
        assert plan_of(session, first).next_at == at("09:50")
        assert session.scalar(select(func.count()).select_from(Plan)) == 1


def test_a_full_minute_sends_newcomers_to_the_next(store: Store) -> None:
    two_a_minute = 2 / 60
    with store.write() as session:
        people = [join(session, at("08:00"), rate=two_a_minute) for _ in range(5)]
        assert [plan_of(session, person).minute for person in people] == [50, 50, 51, 51, 52]


def test_a_utc_minute_is_shared_by_all_zones(store: Store) -> None:
    one_a_minute = 1 / 60
    with store.write() as session:
        people = [
            join(session, at("08:00"), rhythm, rate=one_a_minute)
            for rhythm in (WEEKDAYS, TOKYO, KATHMANDU)
        ]
        # 15:50 in Kathmandu, 5:45 ahead of UTC, is five past the hour.
        assert [plan_of(session, person).minute for person in people] == [50, 51, 50]


def test_when_every_minute_is_full_people_are_spread(store: Store) -> None:
    now = at("08:00")
    with store.write() as session:
        for minute in range(60):
            plan = Plan(**WEEKDAYS.at_minute(minute).columns(), next_at=at("09:50"))
            session.add(plan)
            session.flush()
            session.add(Person(created_at=now, state="active", zone=ZONE, plan_id=plan.id))
        people = [join(session, now, rate=1 / 60) for _ in range(3)]
        assert len({plan_of(session, person).minute for person in people}) == 3


def test_who_left_makes_room_by_the_next_count(store: Store) -> None:
    with store.write() as session:
        join(session, at("08:00"), rate=1 / 60).state = "stopped"
        room.note(session, room.count(session, at("08:00")))
        assert plan_of(session, join(session, at("08:00"), rate=1 / 60)).minute == 50


def test_the_same_rhythm_keeps_its_plan_though_its_minute_is_full(store: Store) -> None:
    with store.write() as session:
        join(session, at("08:00"), rate=1 / 60)
        second = join(session, at("08:00"), rate=1 / 60)
        plan = plan_of(session, second)
        plans.settle(session, second, WEEKDAYS, at("11:00"), 1 / 60, QUIET)
        assert plan_of(session, second) is plan
        assert plans.rhythm_of(session, second) == WEEKDAYS.at_minute(51)
        assert second.plan_since == at("11:00")


def test_a_changed_rhythm_keeps_the_minute_that_has_room(store: Store) -> None:
    with store.write() as session:
        join(session, at("08:00"), rate=1 / 60)
        second = join(session, at("08:00"), rate=1 / 60)
        wanted = replace(plans.rhythm_of(session, second), every=120)
        plans.settle(session, second, wanted, at("08:00"), 1 / 60, QUIET)
        assert plans.rhythm_of(session, second) == replace(WEEKDAYS, every=120, minute=51)


def test_an_idle_plan_wakes_when_somebody_settles(store: Store) -> None:
    with store.write() as session:
        person = join(session, at("08:00"))
        person.state = "stopped"
    tick(store, at("09:50"))
    with store.write() as session:
        person = session.get_one(Person, person.id)
        assert plan_of(session, person).next_at is None
        person.state = "active"
        plans.settle(session, person, WEEKDAYS, at("15:00"), 1.0, QUIET)
        assert plan_of(session, person).next_at == at("15:50")


@pytest.mark.server("postgresql")
def test_a_plan_doesnt_go_to_rest_while_somebody_joins_it(server_store: Store) -> None:
    store = server_store
    with store.write() as session:
        person = join(session, at("08:00"))
        person.state = "stopped"
    with store.write() as joining:
        back = joining.get_one(Person, person.id)
        back.state = "active"
        plans.settle(joining, back, WEEKDAYS, at("09:49"), 1.0, QUIET)
        assert tick(store, at("09:50")) == 1
    with store.read() as session:
        assert plan_of(session, back).next_at == at("10:50")


def test_without_a_zone_nothing_is_due(store: Store) -> None:
    with store.write() as session:
        person = join(session, at("08:00"), replace(WEEKDAYS, zone=""))
        assert plan_of(session, person).next_at is None
        assert plans.next_for(session, person, at("08:00"), QUIET) is None


def test_who_has_no_plan_would_start_with_the_default(store: Store) -> None:
    with store.write() as session:
        person = Person(created_at=at("08:00"), state="stranger", zone=ZONE, country="US")
        session.add(person)
        session.flush()
        assert plans.rhythm_of(session, person) == WEEKDAYS
        assert plans.next_for(session, person, at("08:00"), QUIET) is None


@pytest.mark.parametrize(
    ("columns", "now", "comes"),
    [
        ({}, "08:00", "09:50"),
        ({}, "09:50", "10:50"),
        ({}, "12:00", "13:50"),
        ({"held_until": at("11:50")}, "10:00", "11:50"),
        ({"held_until": at("11:51")}, "10:00", "13:50"),
        ({"rest_until": at("10:55")}, "10:00", "11:50"),
        ({"rest_until": at("10:55"), "held_until": at("12:00")}, "10:00", "13:50"),
    ],
)
def test_the_next_reminder_comes_after_hold_and_rest(
    store: Store, columns: dict[str, Any], now: str, comes: str
) -> None:
    with store.write() as session:
        person = join(session, at("08:00"), **columns)
        assert plans.next_for(session, person, at(now), QUIET) == at(comes)


def test_the_next_reminder_comes_on_a_day_with_room(store: Store) -> None:
    with store.write() as session:
        person = join(session, at("08:00"), agreed=2)
    tick(store, at("09:50"))
    tick(store, at("10:50"))
    with store.write() as session:
        person = session.get_one(Person, person.id)
        assert plans.next_for(session, person, at("10:51"), QUIET) == at("09:50", day=3)


def test_a_changed_plan_waits_its_interval(store: Store) -> None:
    with store.write() as session:
        person = join(session, at("08:00"))
    tick(store, at("09:50"))
    with store.write() as session:
        person = session.get_one(Person, person.id)
        wanted = replace(WEEKDAYS, minute=10)
        plans.settle(session, person, replace(wanted, every=90), at("09:55"), 1.0, QUIET)
        assert plans.next_for(session, person, at("09:55"), QUIET) == at("11:40")


def snooze(store: Store, slot: str) -> int:
    with store.write() as session:
        person = join(session, at("08:00"))
        entries.put(
            session,
            person_id=person.id,
            address_id=1,
            channel="sms",
            kind="snooze",
            now=at("09:00"),
            slot=at(slot),
            not_before=at(slot),
        )
        person.rest_until = at(slot) + timedelta(minutes=20)
        return person.id


@pytest.mark.parametrize(
    ("slot", "now", "comes"),
    [("10:05", "09:55", "10:05"), ("10:05", "10:06", "10:50"), ("10:40", "10:41", "11:50")],
)
def test_a_snooze_is_the_next_reminder(store: Store, slot: str, now: str, comes: str) -> None:
    person_id = snooze(store, slot)
    with store.write() as session:
        person = session.get_one(Person, person_id)
        assert plans.next_for(session, person, at(now), QUIET) == at(comes)


def test_a_hold_outlasts_a_snooze(store: Store) -> None:
    person_id = snooze(store, "10:05")
    with store.write() as session:
        person = session.get_one(Person, person_id)
        person.held_until = at("15:00")
        assert plans.next_for(session, person, at("09:55"), QUIET) == at("15:50")


def test_skip_leaves_out_one_reminder_and_names_the_next(store: Store) -> None:
    with store.write() as session:
        person = join(session, at("08:00"))
        assert plans.skip(session, person, at("08:00"), QUIET) == (at("09:50"), at("10:50"))
    assert tick(store, at("09:50"))
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 0


def test_skip_without_a_next_reminder_changes_nothing(store: Store) -> None:
    never = replace(WEEKDAYS, hours=(Span.parse("09:00-09:10"),))
    with store.write() as session:
        person = join(session, at("08:00"), never)
        assert plans.skip(session, person, at("08:00"), QUIET) == (None, None)
        assert person.rest_until is None


def test_two_plans_differ_in_any_column(store: Store) -> None:
    changes: list[Rhythm] = [
        replace(WEEKDAYS, days="1111000"),
        replace(WEEKDAYS, lunch=None),
        replace(WEEKDAYS, every=90),
        replace(WEEKDAYS, holidays=""),
        replace(WEEKDAYS, own=True),
        TOKYO,
    ]
    with store.write() as session:
        settled = {join(session, at("08:00"), rhythm).plan_id for rhythm in [WEEKDAYS, *changes]}
    assert len(settled) == 7
