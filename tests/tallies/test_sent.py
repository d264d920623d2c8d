"""The outbox is counted by the hour: anew while its texts may still move, and then never again."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from service.counting import Counting
from service.envelopes import CHANNELS, State
from service.outbox import retention
from service.people import directory
from service.store.tables import Entry, Person
from service.store.tally_tables import LocalTally, SentTally
from service.tallies import keeping, sent
from tests.channels.stages import STAGES
from tests.outbox.line import NOON, House
from tests.tallies.conftest import another


def tally(house: House) -> dict[tuple[int, str, str], int]:
    """By hours after NOON, kind and state."""
    with house.store.read() as session:
        rows = session.execute(
            select(
                SentTally.hour, SentTally.kind, SentTally.state, SentTally.texts + SentTally.erased
            )
        )
        return {
            (int((hour - NOON) / sent.HOUR), kind, state): texts
            for hour, kind, state, texts in rows
        }


def move(house: House, entry: int, *states: State) -> None:
    for state in states:
        with house.store.write() as session:
            session.get_one(Entry, entry).state = state


def test_texts_are_counted_by_hour_kind_and_state(house: House, counting: Counting) -> None:
    person = house.person()
    house.put(person)
    house.put(person, "reply")
    house.clock.forward(hours=1)
    house.put(person)
    counting.roll(house.clock.now)
    assert tally(house) == {
        (0, "reminder", "queued"): 1, (0, "reply", "queued"): 1, (1, "reminder", "queued"): 1,
    }  # fmt: skip


def test_counting_again_changes_nothing(house: House, counting: Counting) -> None:
    house.put(house.person())
    counting.roll(NOON)
    before = tally(house)
    counting.roll(NOON + timedelta(minutes=1))
    another(house).roll(NOON + timedelta(minutes=1))
    assert tally(house) == before


def test_a_late_receipt_moves_the_count(house: House, counting: Counting) -> None:
    entry = house.put(house.person())
    move(house, entry, State.SENDING, State.SENT)
    counting.roll(NOON)
    assert tally(house) == {(0, "reminder", "sent"): 1}
    move(house, entry, State.DELIVERED)
    counting.roll(NOON + timedelta(hours=20))
    assert tally(house) == {(0, "reminder", "delivered"): 1}


def test_an_hour_is_counted_more_and_more_seldom(house: House, counting: Counting) -> None:
    house.put(house.person())
    gaps = []
    for hours in (1, 10, 40):
        now = NOON + timedelta(hours=hours)
        counting.roll(now)
        gaps.append(next(minutes for minutes in range(200) if is_due(house, now, minutes)))
    assert gaps == [4, 32, 127]


def is_due(house: House, now: datetime, minutes: int) -> bool:
    with house.store.read() as session:
        due = sent.due(session, NOON, now + timedelta(minutes=minutes))
    return NOON in {each.hour for each in due}


def test_what_the_retention_removes_stays_counted(house: House, counting: Counting) -> None:
    house.put(house.person())
    counting.roll(NOON)
    counting.roll(NOON + sent.OPEN + sent.HOUR)
    retention.trim(house.store, NOON + timedelta(days=60), lambda: True)
    counting.roll(NOON + timedelta(days=4))
    assert tally(house) == {(0, "reminder", "queued"): 1}


def test_what_is_partly_gone_is_not_counted_for_the_first_time(house: House) -> None:
    house.put(house.person())
    house.put(house.person(), slot=NOON + timedelta(days=31), not_before=NOON + timedelta(days=31))
    another(house, history=31).roll(NOON + timedelta(days=31))
    assert tally(house) == {(31 * 24, "reminder", "queued"): 1}


@pytest.mark.parametrize("counted", [True, False], ids=["after a count", "before any"])
def test_an_erased_person_leaves_their_counts(
    house: House, counting: Counting, counted: bool
) -> None:
    gone, stays = house.person(), house.person()
    entry = house.put(gone)
    move(house, entry, State.SENDING, State.DELIVERED)
    house.put(stays)
    if counted:
        counting.roll(NOON)
    with house.store.write() as session:
        directory.erase(session, session.get_one(Person, gone), ["key"], NOON)
    for minutes in (1, 2, 200):
        counting.roll(NOON + timedelta(minutes=minutes))
        assert tally(house) == {(0, "reminder", "delivered"): 1, (0, "reminder", "queued"): 1}


def test_who_is_erased_after_the_last_count_is_not_counted_twice(
    house: House, counting: Counting
) -> None:
    person = house.person()
    house.put(person)
    closed = NOON + sent.OPEN + sent.HOUR
    counting.roll(closed)
    with house.store.write() as session:
        directory.erase(session, session.get_one(Person, person), ["key"], closed)
    counting.roll(closed + timedelta(minutes=1))
    assert tally(house) == {(0, "reminder", "queued"): 1}


def test_an_outage_and_a_skipping_clock_are_caught_up_with(
    house: House, counting: Counting
) -> None:
    person = house.person()
    house.put(person)
    counting.roll(NOON)
    later = house.clock.forward(days=3)
    house.put(person, slot=later)
    house.put(person, slot=later - timedelta(hours=30), not_before=later - timedelta(hours=30))
    counting.roll(later + timedelta(minutes=5))
    assert tally(house) == dict.fromkeys([(hour, "reminder", "queued") for hour in (0, 42, 72)], 1)


def test_it_goes_on_where_it_was_stopped(house: House, counting: Counting) -> None:
    person = house.person()
    for hour in range(14):
        at = NOON + timedelta(hours=hour)
        house.put(person, slot=at, not_before=at)
    counting.roll(NOON + timedelta(hours=13), lambda: False)
    assert len(tally(house)) == 6
    counting.roll(NOON + timedelta(hours=13))
    assert len(tally(house)) == 14


@pytest.mark.parametrize("ahead", [timedelta(hours=4), timedelta(days=10)])
def test_a_clock_that_was_set_back_is_counted_by_again(
    house: House, counting: Counting, ahead: timedelta
) -> None:
    entry = house.put(house.person())
    counting.roll(NOON + ahead)
    move(house, entry, State.DROPPED)
    counting.roll(NOON + timedelta(minutes=10))
    assert tally(house) == {(0, "reminder", "dropped"): 1}


def test_reminders_that_went_are_counted_by_the_clocks_of_people(
    house: House, counting: Counting
) -> None:
    for zone in ("Europe/London", "Asia/Kolkata", "Pacific/Auckland"):
        move(house, house.put(house.person(zone=zone)), State.SENDING, State.SENT)
    house.put(house.person())  # queued
    counting.roll(NOON + timedelta(hours=5))
    with house.store.read() as session:
        rows = session.execute(select(LocalTally.weekday, LocalTally.clock, LocalTally.reminders))
        assert {tuple(row) for row in rows} == {(0, 12, 1), (0, 17, 1), (1, 1, 1)}


def test_log_counts_and_filters_name_every_channel_that_there_is() -> None:
    assert {stage.name for stage in STAGES} <= set(CHANNELS)


def test_after_a_week_a_days_hours_are_one_row(house: House, counting: Counting) -> None:
    person = house.person()
    for hour in range(4):
        at = NOON + timedelta(hours=hour)
        house.put(person, slot=at, not_before=at)
    counting.roll(NOON + timedelta(days=3))
    assert len(tally(house)) == 4
    for days in (9, 10):
        counting.roll(NOON + timedelta(days=days))
        assert tally(house) == {(-12, "reminder", "queued"): 4}


def test_no_count_is_kept_for_good(house: House, counting: Counting) -> None:
    house.put(house.person())
    counting.roll(NOON)
    for days, left in ((399, 1), (401, 0)):
        with house.store.write() as session:
            keeping.purge(session, NOON + timedelta(days=days))
        assert len(tally(house)) == left
