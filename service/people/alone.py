"""Finding a person, and nobody else deciding about them meanwhile, by whichever of their addresses."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Integer, bindparam, column, func, literal, select, values
from sqlalchemy.orm import Session

from service.envelopes import Address
from service.people import directory
from service.people.consent import NUMBERED, written
from service.people.directory import Known
from service.store.tables import AddressRow, LinkCode, Person
from service.store.turns import number_of, take_turn

_KIND = literal(1)  # of PostgreSQL's advisory locks by two numbers
_LOCK = func.pg_advisory_xact_lock
_AT = (AddressRow.channel == bindparam("channel"), AddressRow.handle == bindparam("handle"))
_OWNER = select(AddressRow.person_id).where(*_AT).scalar_subquery()
# In the order of its columns: an address's texts wait for each other before they wait for its person.
_HOLD = select(_LOCK(bindparam("turn", type_=BigInteger)), _OWNER, _LOCK(_KIND, _OWNER))
_WAIT = select(_LOCK(_KIND, bindparam("person", type_=Integer)))


def find(
    session: Session,
    address: Address,
    now: datetime,
    codes: Sequence[str] = (),
    *,
    leaving: bool = False,
) -> Known | None:
    """Who is met at this address, until the transaction ends; `codes`: hashes of whom to join, too.

    SQLite has one writer anyway. On PostgreSQL each text of a person waits for the one before, and so
    does each of a phone number: SMS and WhatsApp of one number may be two people, and whoever may be
    `leaving` on one leaves on both.
    """
    if session.get_bind().dialect.name != "postgresql":
        return directory.find(session, address, now)
    held = _hold(session, address, codes, leaving=leaving)
    while True:
        known = directory.find(session, address, now)
        if known is None or known.person.id in held:
            return known
        # While we waited the address was met, or joined to somebody else.
        held = {*held, known.person.id}
        session.expunge_all()
        session.execute(_WAIT, {"person": known.person.id})


def hold(session: Session, person_id: int) -> Person | None:
    """A person by the number of their row, held until the transaction ends as a text of theirs holds them;
    and so is everybody else who has one of their phone numbers. None: there is no such person any more.

    All turns come before all people, both in an order that everybody keeps, so nobody waits in a circle.
    """
    if session.get_bind().dialect.name != "postgresql":
        return session.get(Person, person_id)
    while True:
        attempt = session.begin_nested()
        theirs = _addresses(session, person_id)
        for turn in sorted({_turn(address) for address in theirs}):
            take_turn(session, *turn)
        for person in sorted({person_id, *_sharing(session, theirs)}):
            session.execute(_WAIT, {"person": person})
        # While we waited another address may have come to them.
        if _addresses(session, person_id) == theirs:
            attempt.commit()
            session.expire_all()
            return session.get(Person, person_id)
        attempt.rollback()


def unmet(session: Session, addresses: Sequence[Address]) -> Sequence[Address]:
    """Those of these that nobody texts from now; nobody's text is decided on until the transaction ends.

    As `free`: it waits for nobody.
    """
    if session.get_bind().dialect.name != "postgresql" or not addresses:
        return addresses
    turns = {number_of(*_turn(address)): address for address in addresses}
    asked = values(column("turn", BigInteger), name="asked").data([(turn,) for turn in turns])
    tried = session.execute(select(asked.c.turn, func.pg_try_advisory_xact_lock(asked.c.turn)))
    ours = {turn for turn, taken in tried if taken}
    return [address for turn, address in turns.items() if turn in ours]


def _addresses(session: Session, person_id: int) -> list[Address]:
    rows = session.execute(
        select(AddressRow.channel, AddressRow.handle).where(AddressRow.person_id == person_id)
    )
    return sorted((Address(*row) for row in rows), key=_turn)


def _sharing(session: Session, addresses: Sequence[Address]) -> Sequence[int]:
    numbers = [
        each
        for address in addresses
        if address.channel in NUMBERED
        for each in written(address.handle)
    ]
    return session.scalars(
        select(AddressRow.person_id).where(
            AddressRow.channel.in_(NUMBERED), AddressRow.handle.in_(numbers)
        )
    ).all()


def free(session: Session, people: Sequence[int]) -> Sequence[int]:
    """Those of these about whom nobody is deciding now; nobody does until the transaction ends.

    For what can be done a moment later: it waits for nobody, so it can't wait in a circle.
    """
    if session.get_bind().dialect.name != "postgresql":
        return people
    lock = func.pg_try_advisory_xact_lock(_KIND, Person.id)
    tried = session.execute(select(Person.id, lock).where(Person.id.in_(people)))
    return [person for person, ours in tried if ours]


def _hold(
    session: Session, address: Address, codes: Sequence[str], *, leaving: bool
) -> Collection[int]:
    """Wait until nobody decides about this address; the people that are held then."""
    numbered, turn = address.channel in NUMBERED, _turn(address)
    own = {"channel": address.channel, "handle": address.handle}
    if not codes and not (numbered and leaving):  # most texts: in one statement
        return {session.execute(_HOLD, {"turn": number_of(*turn), **own}).one()[1]}
    take_turn(session, *turn)
    return _hold_both(session, own, codes) if codes else _hold_number(session, address)


def _turn(address: Address) -> tuple[str, ...]:
    if address.channel in NUMBERED:
        return ("number", written(address.handle)[0])
    return ("address", address.channel, address.handle)


def _hold_number(session: Session, address: Address) -> Collection[int]:
    """Everybody with this number, in the order of their ids."""
    theirs = (
        select(AddressRow.person_id)
        .where(AddressRow.channel.in_(NUMBERED), AddressRow.handle.in_(written(address.handle)))
        .distinct()
        .order_by(AddressRow.person_id)
        .subquery()
    )
    held = session.execute(select(theirs.c.person_id, _LOCK(_KIND, theirs.c.person_id)))
    return {person for person, _ in held}


def _hold_both(session: Session, own: dict[str, str], codes: Sequence[str]) -> Collection[int]:
    """In the order of their ids, so that two who join each other don't wait for one another.

    Where the wait brought others, all is let go and begun anew: the savepoint gives the locks back.
    """
    while True:
        attempt = session.begin_nested()
        people = _both(session, own, codes)
        for person in sorted(people):
            session.execute(_WAIT, {"person": person})
        if _both(session, own, codes) == people:
            attempt.commit()
            return people
        attempt.rollback()


def _both(session: Session, own: dict[str, str], codes: Sequence[str]) -> set[int]:
    other = select(LinkCode.person_id).where(LinkCode.code_hash.in_(codes))
    return {
        *session.scalars(select(AddressRow.person_id).where(*_AT), own),
        *session.scalars(other),
    }
