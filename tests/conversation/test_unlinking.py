"""UNLINK: a chat is somebody of its own again, with the same schedule and what was agreed to there."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.store.tables import Dialogue, Entry, Person
from tests.conftest import BOTH
from tests.conversation.linked import addresses, another, link, people, primaries, question, told
from tests.phone import Phone

pytestmark = BOTH


@pytest.fixture
def other(phone: Phone) -> Phone:
    """Linked, and both agreed to reminders; they go to the first."""
    phone.join().text("HOURS 8-16")
    other = another(phone).join()
    link(phone, other)
    told(phone)
    return other


def standings(phone: Phone) -> list[str]:
    return [row.standing for row in addresses(phone.runtime).values()]


@pytest.mark.parametrize("first", [True, False])
def test_each_is_a_person_with_the_same_schedule_and_both_are_told(
    phone: Phone, other: Phone, first: bool
) -> None:
    leaves, stays = (phone, other) if first else (other, phone)
    assert "on its own again" in leaves.text("UNLINK")
    [text] = told(stays)
    assert f"*{leaves.number[-2:]} is no longer linked" in text
    assert people(phone.runtime) == 2
    assert sorted(primaries(phone.runtime)) == sorted([phone.number, other.number])
    assert leaves.person.id != stays.person.id
    assert leaves.person.plan_id == stays.person.plan_id
    assert standings(phone) == ["in", "in"]


def test_both_get_reminders_where_both_agreed(phone: Phone, other: Phone) -> None:
    other.text("UNLINK")
    phone.wall.moment = phone.wall.moment.replace(minute=50)
    phone.runtime.tick()
    phone.runtime.drain()
    for each in (phone, other):
        assert [e.state for e in each.entries() if e.kind == "reminder"] == ["delivered"]


def test_a_chat_that_never_agreed_gets_none(phone: Phone) -> None:
    phone.join()
    other = another(phone)
    link(phone, other)
    other.text("UNLINK")
    assert (other.person.state, phone.person.state) == ("stranger", "active")
    assert other.until(2026, 3, 2, 12, 0) == []


def test_whoever_agreed_only_where_they_leave_is_reminded_there_and_no_more_here(
    phone: Phone,
) -> None:
    phone.join()
    other = another(phone)
    link(phone, other)
    phone.wall.moment = phone.wall.moment.replace(minute=50)
    phone.runtime.tick()
    phone.text("UNLINK")
    assert (other.person.state, phone.person.state) == ("stranger", "active")
    phone.until(2026, 3, 2, 12, 0)
    assert (len(phone.arrivals()), other.arrivals()) == (3, [])


def test_stop_on_one_no_longer_asks_the_other(phone: Phone, other: Phone) -> None:
    other.text("UNLINK")
    told(phone)
    other.text("STOP")
    assert told(phone) == []
    assert standings(phone) == ["in", "out"]


def test_what_was_said_in_a_chat_goes_with_it_and_is_erased_with_it(
    phone: Phone, other: Phone
) -> None:
    other.text("UNLINK")
    other.texts("DELETE", "DELETE YES")
    with phone.runtime.store.read() as session:
        assert session.scalars(select(Person.id)).all() == [phone.person.id]
        kept = session.scalars(select(Entry).where(Entry.person_id.is_not(None))).all()
    assert {entry.address_id for entry in kept} == {addresses(phone.runtime)[phone.number].id}


def test_a_hold_and_a_doubt_hold_both_and_silence_ends_both(phone: Phone, other: Phone) -> None:
    phone.text("stop it")
    other.text("UNLINK")
    assert (question(phone), question(other)) == ("doubt", "")
    assert other.person.doubt_until == phone.person.doubt_until is not None
    phone.wall.moment += timedelta(hours=25)
    phone.runtime.tick()
    assert standings(phone) == ["out", "out"]


def test_a_question_goes_with_the_chat_where_it_was_asked(phone: Phone) -> None:
    phone.join()
    other = another(phone)
    link(phone, other)
    assert "Reply YES" in other.texts("UNLINK", "REMIND")
    link(phone, other)
    assert "Reply YES" in other.text("HERE")
    other.text("UNLINK")
    assert (question(other), question(phone)) == ("optin", "")
    assert "You're in" in other.text("YES")


def test_danger_is_met_with_care_on_both_sides(phone: Phone, other: Phone) -> None:
    phone.text("i cant feel my legs and cant pee")
    other.text("UNLINK")
    with phone.runtime.store.read() as session:
        questions = session.scalars(select(Dialogue.question)).all()
    assert questions == ["alarm", "alarm"]


def test_where_nothing_is_linked_it_says_so(phone: Phone) -> None:
    assert "isn't linked" in phone.join().text("UNLINK")
    assert people(phone.runtime) == 1


def test_they_can_be_linked_again(phone: Phone, other: Phone) -> None:
    other.text("UNLINK")
    assert "Linked" in link(phone, other)
    assert people(phone.runtime) == 1
