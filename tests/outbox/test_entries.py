"""Rows are written once, and withdrawn in time."""

from datetime import timedelta

import pytest

from service.outbox import entries
from service.store.tables import Entry
from tests.outbox.line import NOON, House


def test_a_slot_is_written_once(house: House) -> None:
    person = house.person()
    first = house.put(person, slot=NOON)
    with house.store.write() as session:
        again, other = (
            entries.put(
                session, person_id=person, address_id=person, channel="sms", kind=kind, slot=NOON,
                now=NOON,
            )
            for kind in ("reminder", "snooze")
        )  # fmt: skip
    assert again is None
    assert other not in {None, first}


def test_answers_have_no_slot_and_never_clash(house: House) -> None:
    person = house.person()
    assert house.put(person, "reply") != house.put(person, "reply")


def test_an_inline_answer_counts_as_given(house: House) -> None:
    person = house.person()
    row = house.entry(house.put(person, "reply", inline=True))
    assert (row.state, len(row.attempt or "")) == ("answered", 16)
    assert house.entry(house.put(person, "reply", inline="a1")).attempt == "a1"
    house.deliver()
    assert house.line.given == []


@pytest.mark.parametrize(
    ("kind", "keeps"), [("consent", 5), ("reply", 60), ("reminder", 10), ("emergency", 24 * 60)]
)
def test_every_queued_text_has_a_best_before(house: House, kind: str, keeps: int) -> None:
    row = house.entry(house.put(house.person(), kind))
    assert row.best_before == NOON + timedelta(minutes=keeps)


def test_withdrawing_takes_back_what_we_started_and_leaves_answers(house: House) -> None:
    person, other = house.person(), house.person()
    for somebody in (person, other):
        house.put(somebody, "reminder")
    house.put(person, "reply")
    with house.store.write() as session:
        entries.withdraw(session, person, NOON, "opted out")
    assert house.states() == ["dropped", "queued", "queued"]
    assert house.entry(1).error == "opted out"


def test_withdrawing_some_kinds_leaves_the_others(house: House) -> None:
    person = house.person()
    house.put(person, "reminder")
    house.put(person, "snooze")
    with house.store.write() as session:
        entries.withdraw(session, person, NOON, "skipped", ("snooze",))
        rows = session.query(Entry).order_by(Entry.id).all()
        assert [row.state for row in rows] == ["queued", "dropped"]
