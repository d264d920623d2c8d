"""Finding a person, and nobody else deciding about them meanwhile, by whichever of their addresses."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, bindparam, func, literal, select
from sqlalchemy.orm import Session

from service.envelopes import Address
from service.people import directory
from service.people.directory import Known
from service.store.tables import AddressRow, LinkCode

_KIND = 1  # of PostgreSQL's advisory locks by two numbers
_LOCK = func.pg_advisory_xact_lock(literal(_KIND), bindparam("person", type_=Integer))
_AT = (AddressRow.channel == bindparam("channel"), AddressRow.handle == bindparam("handle"))
_WAIT = select(_LOCK)
_WAIT_FOR_OWN = select(
    AddressRow.person_id, func.pg_advisory_xact_lock(literal(_KIND), AddressRow.person_id)
).where(*_AT)


def find(
    session: Session, address: Address, now: datetime, codes: Sequence[str] = ()
) -> Known | None:
    """Who is met at this address, until the transaction ends; `codes`: hashes of whom to join, too.

    SQLite has one writer anyway. On PostgreSQL each text of a person waits for the one before.
    """
    if session.get_bind().dialect.name == "postgresql":
        if codes:
            _wait_for_both(session, address, codes)
        else:
            _wait(session, address)
    return directory.find(session, address, now)


def _wait(session: Session, address: Address) -> None:
    """Who was joined to somebody else while we waited is waited for under the other's name."""
    own = {"channel": address.channel, "handle": address.handle}
    waited = session.execute(_WAIT_FOR_OWN, own).first()
    if waited is not None:
        person = session.scalar(select(AddressRow.person_id).where(*_AT), own)
        if person != waited[0]:
            session.execute(_WAIT, {"person": person})


def _wait_for_both(session: Session, address: Address, codes: Sequence[str]) -> None:
    """In the order of their ids, so that two who join each other don't wait for one another.

    Where the wait brought others, all is let go and begun anew: the savepoint gives the locks back.
    """
    while True:
        attempt = session.begin_nested()
        people = _both(session, address, codes)
        for person in sorted(people):
            session.execute(_WAIT, {"person": person})
        if _both(session, address, codes) == people:
            attempt.commit()
            return
        attempt.rollback()


def _both(session: Session, address: Address, codes: Sequence[str]) -> set[int]:
    own = {"channel": address.channel, "handle": address.handle}
    other = select(LinkCode.person_id).where(LinkCode.code_hash.in_(codes))
    return {
        *session.scalars(select(AddressRow.person_id).where(*_AT), own),
        *session.scalars(other),
    }
