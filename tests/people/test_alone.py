"""Of each person's texts one is decided on at a time, which costs those with one address no statement."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from service.envelopes import Address
from service.people import alone
from service.store.engine import Store
from service.store.tables import AddressRow
from tests.conftest import NEEDS_POSTGRESQL
from tests.outbox.line import NOON, House
from tests.people.turns import waits

pytestmark = NEEDS_POSTGRESQL


@pytest.fixture
def house(server_store: Store) -> House:
    return House(server_store)


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield said
    event.remove(store.engine, "before_cursor_execute", note)


def found(session: Session, house: House, person: int) -> int | None:
    """Whom a text from the first address of a person is taken to be of."""
    number = house.address(person).handle
    known = alone.find(session, Address("sms", number), NOON)
    return known.person.id if known else None


@pytest.mark.parametrize(("leaving", "statements"), [(False, 2), (True, 3)])
def test_somebody_with_one_address_is_found_and_held_at_once(
    house: House, leaving: bool, statements: int
) -> None:
    person = house.person()
    number = Address("sms", house.address(person).handle)
    with house.store.write() as session:
        session.connection()
        with counted(house.store) as said:
            known = alone.find(session, number, NOON, leaving=leaving)
    assert known is not None
    assert known.person.id == person
    assert len(said) == statements


def test_a_stranger_is_nobody(house: House) -> None:
    with house.store.write() as session:
        assert alone.find(session, Address("sms", "+12125550100"), NOON) is None


@contextmanager
def held(house: House, person: int) -> Iterator[tuple[Session, Future[int | None]]]:
    """Meanwhile a text from the same person's chat waits: who it is taken to be of, in the end."""

    def other() -> int | None:
        with house.store.write() as session:
            known = alone.find(session, Address("chat", "c1"), NOON)
            return known.person.id if known else None

    with house.store.write() as session:
        chat = {"channel": "chat", "handle": "c1", "primary": False}
        session.add(AddressRow(id=person + 100, person_id=person, **chat))
    with ThreadPoolExecutor(1) as pool, house.store.write() as session:
        found(session, house, person)
        waiting = pool.submit(other)
        while not (waits(house.store) or waiting.done()):
            pass
        yield session, waiting


def test_texts_of_one_person_wait_for_each_other_at_whichever_address(house: House) -> None:
    person = house.person()
    with held(house, person) as (_, waiting):
        assert not waiting.done()
    assert waiting.result(5) == person


def test_whoever_was_joined_to_somebody_else_meanwhile_is_found_as_the_other(house: House) -> None:
    person, other = house.person(), house.person()
    with held(house, person) as (session, waiting):
        session.query(AddressRow).filter_by(handle="c1").update({"person_id": other})
    assert waiting.result(5) == other


def test_whoever_was_joined_meanwhile_is_held_under_the_other_name(house: House) -> None:
    person, other = house.person(), house.person()
    with house.store.write() as session:
        found(session, house, other)
        with held(house, person) as (joining, waiting):
            joining.query(AddressRow).filter_by(handle="c1").update({"person_id": other})
            joining.commit()
            while not waits(house.store) and not waiting.done():
                pass
            assert not waiting.done()
            session.rollback()
    assert waiting.result(5) == other


def test_sms_and_whatsapp_of_a_number_wait_for_each_other(house: House) -> None:
    with house.store.write() as session:
        alone.find(session, Address("sms", "+525512345678"), NOON)
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(_text_by_whatsapp, house)
            while not (waits(house.store) or done.done()):
                pass
            assert not done.done()
            session.rollback()
            done.result(5)


def _text_by_whatsapp(house: House) -> None:
    with house.store.write() as session:
        alone.find(session, Address("whatsapp", "+5215512345678"), NOON)


def test_a_text_waits_for_what_an_operator_does_to_its_person(house: House) -> None:
    person = house.person()
    with house.store.write() as session:
        assert alone.hold(session, person) is not None
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(_text, house, person)
            while not (waits(house.store) or waiting.done()):
                pass
            assert not waiting.done()
            session.rollback()
            assert waiting.result(5) == person


def test_an_operator_waits_for_a_text(house: House) -> None:
    person = house.person()
    with house.store.write() as session:
        found(session, house, person)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(_held, house, person)
            while not (waits(house.store) or waiting.done()):
                pass
            assert not waiting.done()
            session.rollback()
            assert waiting.result(5) == person


def test_numbers_of_whom_somebody_decides_are_left_for_later(house: House) -> None:
    person = house.person()
    theirs, other = Address("sms", house.address(person).handle), Address("sms", "+12125550100")
    with house.store.write() as session:
        found(session, house, person)
        with house.store.write() as importing:
            assert alone.unmet(importing, [theirs, other]) == [other]
    with house.store.write() as session:
        assert alone.unmet(session, [theirs, other]) == [theirs, other]


def _text(house: House, person: int) -> int | None:
    with house.store.write() as session:
        return found(session, house, person)


def _held(house: House, person: int) -> int | None:
    with house.store.write() as session:
        held_one = alone.hold(session, person)
        return held_one.id if held_one else None


def test_only_those_are_free_about_whom_nobody_decides(house: House) -> None:
    people = [house.person(), house.person()]
    with house.store.write() as session:
        found(session, house, people[0])
        with house.store.write() as other:
            assert alone.free(other, people) == people[1:]
    with house.store.write() as session:
        assert sorted(alone.free(session, people)) == people
