"""A broadcast becomes rows of the outbox: once each, whatever happens in between."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from service.broadcasts import progress
from service.broadcasts.audience import Audience
from service.outbox import entries
from service.outbox.budget import Budget
from service.people import directory
from service.store.broadcast_tables import Broadcast
from service.store.engine import open_store
from service.store.tables import Entry, Person
from tests.broadcasts.group import SAID, Group
from tests.outbox.line import NOON


def test_everybody_who_is_in_gets_it_once_in_their_language(group: Group) -> None:
    people = [group.person(), group.person(language="es"), group.person(language="zh")]
    number = group.begin()
    group.write()
    group.write()
    group.deliver()
    assert group.written_to() == people
    assert group.line.texts == [
        SAID, "Upright: Cerramos el viernes. STOP para darse de baja.", SAID,
    ]  # fmt: skip
    group.write()
    kept = group.broadcast(number)
    assert (kept.state, kept.counts, kept.ended_at) == ("done", {"sent": 3}, NOON)


def test_without_a_fallback_only_those_get_it_whose_language_it_is_in(group: Group) -> None:
    group.person(language="zh")
    spaniard = group.person(language="es")
    group.begin(fallback="")
    group.write()
    assert group.written_to() == [spaniard]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "stopped"},
        {"standing": "out"},
        {"standing": "none"},
        {"dead": "30005: nobody there"},
        {"zone": ""},
        {"held_until": NOON + timedelta(hours=1), "held_why": "pause"},
        {"held_until": NOON + timedelta(hours=1), "held_why": "emergency"},
        {"channel": "telegram"},
    ],
)
def test_who_cannot_or_must_not_be_texted_gets_no_row(
    group: Group, changes: dict[str, object]
) -> None:
    group.person(**changes)
    other = group.person()
    group.begin()
    group.write()
    assert group.written_to() == [other]


def test_who_is_left_out_or_had_a_notice_lately_gets_none(group: Group) -> None:
    left_out, told, told_long_ago, refused, other = (group.person() for _ in range(5))
    group.put(told, "notice", slot=NOON - timedelta(days=6))
    group.put(told_long_ago, "notice", slot=NOON - timedelta(days=8))
    group.put(refused, "notice", slot=NOON - timedelta(days=1))
    with group.store.write() as session:
        entries.withdraw(session, refused, NOON, "held")
    group.begin(left_out=[left_out], rest_days=7)
    group.write()
    assert group.written_to() == [told_long_ago, refused, other]


def test_a_restart_in_the_middle_goes_on_where_it_was(group: Group) -> None:
    people = [group.person() for _ in range(7)]
    number = group.begin()
    assert group.write(slices=2) == 2
    assert group.written_to() == people[:4]
    assert group.broadcast(number).written_at is None
    group.write()
    assert group.written_to() == people
    assert (group.broadcast(number).written, group.broadcast(number).people) == (7, 1)


def test_several_clocks_write_each_row_once(group: Group, database_url: str) -> None:
    people = [group.person() for _ in range(40)]
    group.begin()
    stores = [open_store(database_url) for _ in range(3)]
    clocks = [Group(store) for store in stores]
    threads = [threading.Thread(target=clock.write) for clock in clocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    group.write()
    assert group.written_to() == people
    for store in stores:
        store.close()


def test_cancelled_in_the_middle_nothing_more_of_it_goes(group: Group) -> None:
    for _ in range(6):
        group.person()
    number = group.begin()
    group.write(slices=2)
    group.deliver(in_flight=1)
    assert len(group.line.given) == 4
    group.clock.forward(minutes=1)
    assert group.cancel(number)
    group.write()
    group.deliver()
    assert len(group.line.given) == 4
    kept = group.broadcast(number)
    assert (kept.state, kept.counts) == ("cancelled", {"sent": 4})
    assert not group.cancel(number)


def test_what_is_queued_when_it_is_cancelled_is_withdrawn(group: Group) -> None:
    person = group.person()
    reminder = group.put(person)
    number = group.begin()
    group.write()
    group.cancel(number)
    group.write()
    [row] = group.rows()
    assert (row.state, row.error) == ("dropped", "the broadcast was cancelled")
    assert group.entry(reminder).state == "queued"
    assert group.broadcast(number).counts == {"dropped": 1}


def test_stop_during_a_broadcast_silences_it(group: Group) -> None:
    stayed, left = group.person(), group.person()
    group.begin()
    group.write()
    group.change(left, state="stopped")
    with group.store.write() as session:
        entries.withdraw(session, left, group.clock.now, "opted out")
    group.deliver()
    assert [(row.person_id, row.state) for row in group.rows()] == [
        (stayed, "sent"), (left, "dropped"),
    ]  # fmt: skip


def test_the_gate_asks_again_when_it_goes(group: Group) -> None:
    left, paused = group.person(), group.person()
    group.begin()
    group.write()
    with group.store.write() as session:
        session.get_one(Person, left).state = "stopped"
        session.get_one(Person, paused).held_until = NOON + timedelta(hours=1)
    group.deliver()
    assert group.line.given == []
    assert {row.state for row in group.rows()} == {"dropped"}


def test_who_is_erased_meanwhile_gets_none_and_holds_nothing_up(group: Group) -> None:
    erased, other = group.person(), group.person()
    number = group.begin()
    group.write()
    with group.store.write() as session:
        session.execute(delete(Person).where(Person.id == erased))
    group.deliver()
    group.write()
    assert [(row.person_id, row.state) for row in group.rows()] == [
        (None, "dropped"), (other, "sent"),
    ]  # fmt: skip
    assert group.broadcast(number).state == "done"


def test_whoever_comes_after_somebody_is_erased_is_not_meant_by_their_id(group: Group) -> None:
    kept, named, left_out = group.person(), group.person(), group.person()
    to_one = group.draft(audience=Audience(people=(named,)))
    to_others = group.draft(left_out=[left_out])
    erase(group, named, left_out)
    later = [group.person(), group.person()]
    group.send(to_one)
    group.write()
    assert group.written_to() == []
    group.send(to_others)
    group.write()
    assert group.written_to() == [kept, *later]


def test_what_became_of_it_stays_when_its_rows_go(group: Group) -> None:
    people = [group.person() for _ in range(2)]
    number = group.begin()
    group.write()
    group.deliver()
    group.write()
    for gone, kept in ((people[0], True), (people[1], False)):
        with group.store.write() as session:
            session.execute(delete(Entry).where(Entry.person_id == gone))
        with group.store.read() as session:
            told = progress.of(session, session.get_one(Broadcast, number))
        assert told == progress.Progress({"sent": 2}, 2, 2, kept, ())


def erase(group: Group, *people: int) -> None:
    with group.store.write() as session:
        for person in people:
            directory.erase(session, session.get_one(Person, person), ["key"], NOON)


def test_reminders_and_answers_go_before_a_broadcast(group: Group) -> None:
    person = group.person()
    for _ in range(30):
        group.person()
    group.begin()
    group.write()
    group.clock.forward(minutes=5)
    for kind in ("notice", "reminder", "reply", "emergency"):
        group.put(person, kind, text=kind)
    group.deliver(in_flight=1)
    assert group.line.texts[:4] == ["emergency", "reply", "reminder", "notice"]
    assert len(group.line.texts) == 35


def test_past_the_budget_the_rest_of_it_expires(group: Group) -> None:
    for _ in range(3):
        group.person()
    group.begin()
    group.write()
    group.deliver(budget=Budget(monthly=2))
    states = [(row.state, row.error) for row in group.rows()]
    assert states == [("sent", ""), ("sent", ""), ("expired", "budget")]


def test_it_waits_for_the_morning_and_ends_with_the_day(group: Group) -> None:
    group.clock.now = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    group.person()  # in London
    asleep = group.person(zone="America/New_York")
    group.begin(until="18:00")
    group.write()
    here, there = group.rows()
    assert (here.not_before.hour, here.best_before and here.best_before.hour) == (9, 18)
    assert there.person_id == asleep
    assert (there.not_before.hour, there.best_before and there.best_before.hour) == (14, 23)


def test_whose_day_is_over_gets_no_row(group: Group) -> None:
    group.clock.now = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
    group.person()  # in London
    number = group.begin()
    group.write()
    assert group.rows() == []
    kept = group.broadcast(number)
    assert (kept.state, kept.written, kept.too_late) == ("done", 0, 1)


def test_somebody_who_turns_to_a_language_without_a_text_gets_another(group: Group) -> None:
    person = group.person()
    group.begin(fallback="")
    group.write()
    group.change(person, language="zh")
    group.deliver()
    assert group.line.texts == [SAID]
