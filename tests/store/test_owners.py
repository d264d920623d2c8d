"""A deleted person or address leaves nothing behind that names them."""

import threading

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.outbox import entries
from service.reminders import due
from service.store.engine import Store
from service.store.tables import AddressRow, Entry, Inbound, Person
from tests.reminders.people import QUIET, at, join, tick


def joined(store: Store) -> int:
    with store.write() as session:
        return join(session, at("08:00")).id


def owners(store: Store) -> list[tuple[int | None, int | None]]:
    with store.read() as session:
        rows = session.execute(select(Entry.person_id, Entry.address_id).order_by(Entry.id))
        return [(person, address) for person, address in rows]


def delete_person(store: Store, person: int) -> None:
    with store.write() as session:
        session.execute(delete(AddressRow).where(AddressRow.person_id == person))
        session.execute(delete(Person).where(Person.id == person))


def received(session: Session, provider_id: str) -> int:
    row = Inbound(
        channel="sms", provider_id=provider_id, at=at("09:00"), intent="", topic="", rule=""
    )
    session.add(row)
    session.flush()
    return row.id


def test_rows_of_the_outbox_let_go_of_who_is_deleted(store: Store) -> None:
    first, other = joined(store), joined(store)
    tick(store, at("09:50"))
    delete_person(store, first)
    assert owners(store) == [(None, None), (other, other)]


def test_rows_of_the_outbox_let_go_of_an_address_that_is_deleted(store: Store) -> None:
    person = joined(store)
    tick(store, at("09:50"))
    with store.write() as session:
        session.execute(delete(AddressRow))
    assert owners(store) == [(person, None)]


def test_who_is_deleted_while_the_clock_writes_is_let_go_of_too(store: Store) -> None:
    """On SQLite the two take turns anyway."""
    person = joined(store)
    deleting = threading.Thread(target=delete_person, args=(store, person))
    with store.write() as session:
        due.enqueue_slice(session, at("09:50"), QUIET, 750, sure=True)
        deleting.start()
        if store.dialect == "postgresql":
            deleting.join(0.2)
            assert deleting.is_alive()
    deleting.join()
    assert owners(store) == [(None, None)]


def test_a_text_that_an_answer_belongs_to_is_not_deleted(store: Store) -> None:
    with store.write() as session:
        answered, other = received(session, "SM1"), received(session, "SM2")
        entries.put(
            session, person_id=None, address_id=None, channel="sms", kind="consent",
            now=at("09:00"), text="You're in.", inbound_id=answered,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="holds its answer"), store.write() as session:
        session.execute(delete(Inbound).where(Inbound.id == answered))
    with store.write() as session:
        session.execute(delete(Inbound).where(Inbound.id == other))
    with store.read() as session:
        assert session.scalars(select(Inbound.id)).all() == [answered]
