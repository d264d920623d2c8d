"""The tick: who gets a row in the outbox, once, and who doesn't."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from service.hours import Span
from service.reminders import due, plans
from service.store.engine import Store
from service.store.tables import AddressRow, Entry, Person, Plan
from tests.reminders.people import (
    QUIET,
    WEEKDAYS,
    at,
    every_slot,
    join,
    names,
    tick,
    times,
    written,
)


def joined(store: Store, clock: str = "08:00", **columns: Any) -> int:
    with store.write() as session:
        return join(session, at(clock), **columns).id


def test_a_due_plan_writes_a_row_for_each_of_its_people(store: Store) -> None:
    people = [joined(store), joined(store)]
    assert tick(store, at("09:49")) == 0
    assert tick(store, at("09:50")) == 1
    assert written(store) == [(person, "Mon 09:50", "queued") for person in people]


def test_a_row_holds_all_that_delivery_asks_for(store: Store) -> None:
    joined(store)
    tick(store, at("09:51"))
    with store.read() as session:
        row = session.scalars(select(Entry)).one()
    assert (row.slot, row.not_before, row.best_before) == (at("09:50"), at("09:50"), at("10:00"))
    assert (row.created_at, row.address_id) == (at("09:51"), 1)
    assert (row.key, row.params, row.text, row.attempts, row.error) == ("", {}, "", 0, "")
    assert row.settled_at is None


def test_a_day_brings_the_rhythms_reminders_and_no_more(store: Store) -> None:
    joined(store)
    every_slot(store, at("08:00"), at("18:00"))
    clocks = ["09:50", "10:50", "11:50", "13:50", "14:50", "15:50", "16:50"]
    assert times(store) == [f"Mon {clock}" for clock in clocks]
    with store.read() as session:
        assert due.next_due_at(session) == at("09:50", day=3)


def test_two_clocks_at_once_write_one_row(store: Store) -> None:
    people = [joined(store) for _ in range(30)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: tick(store, at("09:50"), size=7), range(4)))
    assert names(written(store)) == people


def test_a_repeated_slot_writes_nothing_new(store: Store) -> None:
    joined(store)
    tick(store, at("09:50"))
    with store.write() as session:
        session.scalars(select(Plan)).one().next_at = at("09:50")
    tick(store, at("09:51"))
    assert len(written(store)) == 1


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_slices_reach_everybody(store: Store, size: int) -> None:
    people = [joined(store) for _ in range(6)]
    assert tick(store, at("09:50"), size) == 6 // size + 1
    assert names(written(store)) == people


def test_a_slice_that_is_interrupted_goes_on_where_it_was(store: Store) -> None:
    people = [joined(store) for _ in range(5)]
    with store.write() as session:
        due.enqueue_slice(session, at("09:50"), QUIET, size=2, sure=True)
    assert names(written(store)) == people[:2]
    tick(store, at("09:55"), size=2)
    assert written(store) == [(person, "Mon 09:50", "queued") for person in people]


@pytest.mark.parametrize(
    "columns",
    [
        {"held_until": at("09:51")},
        {"rest_until": at("10:15")},
        {"state": "stopped"},
        {"agreed": 0},
        {"standing": "out"},
        {"standing": "none"},
        {"dead": "unknown number"},
    ],
)
def test_who_may_not_be_reminded_gets_no_row(store: Store, columns: dict[str, Any]) -> None:
    joined(store, **columns)
    reached = joined(store)
    tick(store, at("09:50"))
    assert names(written(store)) == [reached]


@pytest.mark.parametrize("columns", [{"held_until": at("09:50")}, {"rest_until": at("09:50")}])
def test_a_hold_that_ends_at_the_slot_is_over(store: Store, columns: dict[str, Any]) -> None:
    joined(store, **columns)
    tick(store, at("09:50"))
    assert times(store) == ["Mon 09:50"]


def test_who_joins_after_the_slot_waits_for_the_next(store: Store) -> None:
    joined(store)
    late = joined(store, "09:51")
    tick(store, at("09:52"))
    assert late not in names(written(store))
    tick(store, at("10:50"))
    assert late in names(written(store))


def change(store: Store, person_id: int, now: datetime, **changes: Any) -> None:
    with store.write() as session:
        person = session.get_one(Person, person_id)
        rhythm = replace(plans.rhythm_of(session, person), **changes)
        plans.settle(session, person, rhythm, now, 1.0, QUIET)


def test_a_changed_plan_does_not_double_a_reminder(store: Store) -> None:
    person = joined(store)
    tick(store, at("09:50"))
    change(store, person, at("09:51"), minute=55, every=90)
    every_slot(store, at("09:55"), at("12:00"))
    assert times(store) == ["Mon 09:50", "Mon 11:25"]


def test_a_change_while_its_slot_is_written_does_not_double_a_reminder(store: Store) -> None:
    people = [joined(store) for _ in range(4)]
    with store.write() as session:
        due.enqueue_slice(session, at("09:50"), QUIET, size=2, sure=True)
    for person in people:
        change(store, person, at("09:50"), lunch=None)
    every_slot(store, at("09:50"), at("10:30"))
    assert len(set(names(written(store)))) == len(written(store))


@pytest.mark.server("postgresql")
def test_a_row_that_another_clock_is_writing_is_waited_for(server_store: Store) -> None:
    """Somebody changes plans between its reading and its commit; both have a reminder at 09:50."""
    person = joined(server_store)
    late = Thread(target=tick, args=(server_store, at("09:50")))
    with server_store.write() as session:
        due.enqueue_slice(session, at("09:50"), QUIET, size=2, sure=True)
        change(server_store, person, at("09:49"), lunch=None)
        late.start()
        late.join(0.2)
        assert late.is_alive()
    late.join()
    assert times(server_store) == ["Mon 09:50"]


def test_a_day_holds_no_more_reminders_than_agreed(store: Store) -> None:
    joined(store, agreed=3)
    every_slot(store, at("08:00"), at("18:00"))
    every_slot(store, at("08:00", day=3), at("10:00", day=3))
    assert times(store) == ["Mon 09:50", "Mon 10:50", "Mon 11:50", "Tue 09:50"]


def test_a_night_shift_counts_as_one_day(store: Store) -> None:
    night = replace(WEEKDAYS, hours=(Span.parse("22:00-06:00"),), lunch=None, own=True)
    joined(store, rhythm=night, agreed=3)
    for day, clock in [(2, "22"), (2, "23"), (3, "00"), (3, "01"), (3, "22")]:
        tick(store, at(f"{clock}:50", day))
    assert times(store) == ["Mon 22:50", "Mon 23:50", "Tue 00:50", "Tue 22:50"]


def test_slots_missed_in_a_downtime_expire_and_are_never_sent(store: Store) -> None:
    joined(store)
    tick(store, at("09:50"))
    tick(store, at("13:55"))
    assert times(store, "expired") == ["Mon 10:50", "Mon 11:50"]
    assert times(store) == ["Mon 09:50", "Mon 13:50"]
    with store.read() as session:
        row = session.scalars(select(Entry).where(Entry.state == "expired")).first()
        assert row is not None
        assert "not running" in row.error
        assert row.settled_at == at("13:55")
        assert due.next_due_at(session) == at("14:50")


def test_a_slot_is_late_after_ten_minutes(store: Store) -> None:
    joined(store)
    tick(store, at("10:00"))
    assert times(store, "expired") == ["Mon 09:50"]


def test_a_long_downtime_leaves_twelve_traces(store: Store) -> None:
    joined(store)
    tick(store, at("12:00", day=30))
    assert len(times(store, "expired")) == 12
    assert times(store) == []
    with store.read() as session:
        assert due.next_due_at(session) == at("13:50", day=30)


def test_expired_reminders_do_not_count_toward_the_day(store: Store) -> None:
    joined(store, agreed=2)
    tick(store, at("13:55"))
    tick(store, at("14:50"))
    assert times(store) == ["Mon 13:50", "Mon 14:50"]


def test_a_clock_set_back_writes_nothing_twice(store: Store) -> None:
    joined(store)
    tick(store, at("10:50"))
    assert tick(store, at("09:50")) == 0
    every_slot(store, at("09:50"), at("10:55"))
    assert times(store) == ["Mon 10:50"]


def test_a_plan_that_everybody_left_comes_to_rest(store: Store) -> None:
    joined(store, state="stopped")
    assert tick(store, at("09:50")) == 1
    with store.read() as session:
        assert due.next_due_at(session) is None


def test_a_person_with_two_addresses_is_reminded_once(store: Store) -> None:
    person = joined(store)
    with store.write() as session:
        session.add(AddressRow(person_id=person, channel="sms", handle="+1", standing="in"))
    tick(store, at("09:50"))
    assert names(written(store)) == [person]
