"""The monthly restatement, and the question after sixty silent days."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select

from service.reminders import due
from service.reminders.notices import EARLY, RESTATED, TURNS
from service.store.engine import Store
from service.store.tables import Dialogue, Entry, Person
from tests.reminders.people import at, join, tick, times, written

NOW = at("08:00")
MONTH_AGO = NOW - timedelta(days=30)
LONG_AGO = NOW - timedelta(days=61)


def notice(store: Store) -> Entry:
    with store.read() as session:
        return session.scalars(select(Entry).where(Entry.kind == "notice")).one()


def test_frequency_and_stop_are_restated_after_thirty_days(store: Store) -> None:
    with store.write() as session:
        person = join(session, NOW, restated_at=MONTH_AGO, agreed=7)
    tick(store, at("09:50"))
    tick(store, at("10:50"))
    row = notice(store)
    assert (row.key, row.params, row.state) == ("MONTHLY", {"N": 7}, "queued")
    assert (row.slot, row.not_before, row.best_before) == (at("09:51"), at("09:51"), at("10:01"))
    with store.read() as session:
        assert session.get_one(Person, person.id).restated_at == at("09:50")
    assert times(store) == ["Mon 09:50", "Mon 10:50"]


def test_nothing_is_restated_to_who_gets_no_reminder(store: Store) -> None:
    with store.write() as session:
        join(session, NOW, restated_at=MONTH_AGO, held_until=at("15:00"))
        join(session, NOW, restated_at=MONTH_AGO, state="stopped")
    tick(store, at("09:50"))
    assert written(store, "notice") == []


def test_nothing_is_restated_beside_a_reminder_that_was_missed(store: Store) -> None:
    with store.write() as session:
        join(session, NOW, restated_at=MONTH_AGO)
    tick(store, at("10:30"))
    assert written(store, "notice") == []


def test_sixty_silent_days_ask_whether_they_are_still_there(store: Store) -> None:
    with store.write() as session:
        person = join(session, NOW, last_seen_at=LONG_AGO)
        join(session, NOW)
    tick(store, at("09:50"))
    tick(store, at("10:50"))
    assert notice(store).key == "STILL_YOU"
    with store.read() as session:
        question = session.scalars(select(Dialogue)).one()
    assert (question.person_id, question.question) == (person.id, "still_you")
    assert question.closes_at == at("09:50") + timedelta(days=7)


def test_an_open_question_is_not_replaced_by_ours(store: Store) -> None:
    with store.write() as session:
        person = join(session, NOW, last_seen_at=LONG_AGO)
        closes = NOW + timedelta(days=1)
        session.add(Dialogue(person_id=person.id, question="check", closes_at=closes))
    tick(store, at("09:50"))
    assert written(store, "notice") == []
    with store.read() as session:
        assert session.scalars(select(Dialogue)).one().question == "check"


def test_of_two_notices_the_second_comes_with_the_next_reminder(store: Store) -> None:
    with store.write() as session:
        join(session, NOW, last_seen_at=LONG_AGO, restated_at=MONTH_AGO)
    for clock in ("09:50", "10:50", "11:50"):
        tick(store, at(clock))
    with store.read() as session:
        keys = session.scalars(select(Entry.key).where(Entry.kind == "notice").order_by(Entry.slot))
        assert list(keys) == ["STILL_YOU", "MONTHLY"]


def test_a_crowd_that_joined_on_one_day_hears_it_over_days_and_within_the_month(
    store: Store,
) -> None:
    crowd = 2 * TURNS
    with store.write() as session:
        for _ in range(crowd):
            join(session, NOW, restated_at=NOW - EARLY, rate=10)
    slot: datetime | None = at("09:50")
    while slot is not None and slot < NOW + RESTATED - EARLY:
        tick(store, slot)
        with store.read() as session:
            slot = due.next_due_at(session)
    heard = Counter(clock for _, clock, _ in written(store, "notice"))
    people = [person for person, _, _ in written(store, "notice")]
    assert max(heard.values()) <= 4  # a slot of each week
    assert sorted(people) == list(range(1, crowd + 1))
