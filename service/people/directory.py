"""Who is who: people and their addresses, found, met and erased."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Delete, bindparam, delete, literal_column, or_, select, update
from sqlalchemy.orm import Session

from service import places
from service.envelopes import Address
from service.store.base import Base, Utc
from service.store.engine import Store
from service.store.import_tables import ImportFile, ImportLine
from service.store.prepared import Prepared
from service.store.tables import AddressRow, Consent, Dialogue, Entry, Inbound, Person, Suppression
from service.tallies import sent


def handle_hash(key: str, address: Address) -> str:
    """The keyed hash that stands for an erased handle. `key` is a suppression key."""
    return hmac.new(
        key.encode(), f"{address.channel}:{address.handle}".encode(), hashlib.sha256
    ).hexdigest()


# Nobody who had fewer answers in a day is braked; asked along with the person, it costs no
# statement of its own.
TALKATIVE = 6
_DAY = timedelta(days=1)
ANSWERS = ("reply", "consent")
_TALKS = (
    select(Entry.id)
    .where(
        Entry.address_id == AddressRow.id,
        Entry.slot.is_(None),
        Entry.created_at > bindparam("since", type_=Utc),
        or_(*(Entry.kind == kind for kind in ANSWERS)),  # IN is put together anew each time
    )
    .correlate(AddressRow)
    .offset(literal_column(str(TALKATIVE - 1)))
    .limit(literal_column("1"))
    .exists()
)


_Table = TypeVar("_Table", bound=Base)


@dataclass(frozen=True, slots=True)
class Known:
    """A person, the address they are met at, and the question that is open with them."""

    person: Person
    address: AddressRow
    question: Dialogue | None = None
    talkative: bool = False  # TALKATIVE answers or more within a day


_FIND = (
    select(Person, AddressRow, Dialogue, _TALKS)
    .join(AddressRow, AddressRow.person_id == Person.id)
    .outerjoin(Dialogue, Dialogue.person_id == Person.id)
    .where(
        AddressRow.channel == bindparam("channel"),
        AddressRow.handle == bindparam("handle"),
    )
)


# The same, column by column.
_NAMES: Mapping[type[Base], Sequence[str]] = {
    table: [column.key for column in table.__table__.c] for table in (Person, AddressRow, Dialogue)
}
_GLIMPSE = Prepared(
    _FIND.with_only_columns(
        *(getattr(table, name) for table, names in _NAMES.items() for name in names),
        _TALKS,
        maintain_column_froms=True,
    )
)


def find(session: Session, address: Address, now: datetime) -> Known | None:
    asked = {"channel": address.channel, "handle": address.handle, "since": now - _DAY}
    row = session.execute(_FIND, asked).first()
    return Known(*row) if row else None


def glimpse(store: Store, address: Address, now: datetime, wait: float) -> Known | None:
    """As `find`, for reading only: none of these can be changed. It costs a fraction, for no
    session keeps account of them. `wait`: as the store takes it.
    """
    asked = {"channel": address.channel, "handle": address.handle, "since": now - _DAY}
    row = store.ask(_GLIMPSE, asked, wait)
    if row is None:
        return None
    values = iter(row)
    person, at = _to_read(Person, values), _to_read(AddressRow, values)
    question = _to_read(Dialogue, values)
    return Known(person, at, question if question.person_id else None, next(values))


def _to_read(table: type[_Table], values: Iterator[Any]) -> _Table:
    """Without the state that SQLAlchemy gives its objects, setting an attribute raises AttributeError."""
    seen = table.__new__(table)
    seen.__dict__.update(zip(_NAMES[table], values, strict=False))
    return seen


def meet(session: Session, address: Address, keys: Sequence[str], now: datetime) -> Known:
    """A person at an address where nobody is known yet.

    Country and zone are read off the number. Somebody who erased themself comes back as a stranger
    who is still out. `keys`: suppression keys, newest first.
    """
    person = Person(
        created_at=now,
        state="stranger",
        country=places.country_of(address.handle),
        zone=places.zone_of(address.handle, now),
    )
    session.add(person)
    session.flush()
    row = AddressRow(person_id=person.id, channel=address.channel, handle=address.handle)
    erased = suppressed(session, address, keys)
    if erased:
        row.standing, row.out_by = "out", erased.out_by
    session.add(row)
    session.flush()
    return Known(person, row)


def suppressed(session: Session, address: Address, keys: Sequence[str]) -> Suppression | None:
    """That somebody who is erased left this handle, if they did. `keys`: as in `meet`."""
    hashes = [handle_hash(key, address) for key in keys]
    return session.scalars(select(Suppression).where(Suppression.handle_hash.in_(hashes))).first()


def erase(
    session: Session, person: Person, keys: Sequence[str], now: datetime, source: str = "text"
) -> None:
    """Forget a person: what stays is that they are out, under a keyed hash of each handle.

    `source`: who asked for it, as in a consent record. Received ids stay (without their owner) so
    that a repeated webhook doesn't bring anybody back; outbox.sweep.purge removes them after 48 hours.
    """
    for row in session.scalars(select(AddressRow).where(AddressRow.person_id == person.id)):
        hashed = handle_hash(keys[0], Address(row.channel, row.handle))
        out_by = row.out_by if row.standing == "out" else "words"
        session.merge(Suppression(handle_hash=hashed, at=now, out_by=out_by))
        _forget_address(session, row, hashed)
        session.add(
            Consent(handle_hash=hashed, at=now, event="erased", source=source, rule="DELETE")
        )
    sent.keep(session, person.id, now)
    _remove(session, person)


def forget(session: Session, person: Person, keys: Sequence[str]) -> None:
    """Remove a person who never said a word to us: they may be met anew, as strangers.

    What was asked stays as an event, under a keyed hash of the handle.
    """
    for row in session.scalars(select(AddressRow).where(AddressRow.person_id == person.id)):
        hashed = handle_hash(keys[0], Address(row.channel, row.handle))
        _forget_address(session, row, hashed)
    _remove(session, person)


def _remove(session: Session, person: Person) -> None:
    session.execute(delete(Entry).where(Entry.person_id == person.id))
    session.execute(delete(Dialogue).where(Dialogue.person_id == person.id))
    session.execute(delete(AddressRow).where(AddressRow.person_id == person.id))
    session.execute(delete(Person).where(Person.id == person.id))
    session.expire_all()


def _listed(handle: str) -> Delete:
    """Their line in a list of people that was brought in lately."""
    lists = select(ImportFile.id)
    return delete(ImportLine).where(ImportLine.file_id.in_(lists), ImportLine.handle == handle)


def _forget_address(session: Session, address: AddressRow, hashed: str) -> None:
    session.execute(_listed(address.handle))
    session.execute(update(Inbound).where(Inbound.address_id == address.id).values(address_id=None))
    session.execute(
        update(Consent)
        .where(Consent.address_id == address.id)
        .values(address_id=None, handle_hash=hashed, used="", provider_id="")
    )


def return_from_erasure(session: Session, address: Address, keys: Sequence[str]) -> None:
    """The person came back by their own word: the kept hash has done its work."""
    session.execute(
        delete(Suppression).where(
            Suppression.handle_hash.in_([handle_hash(key, address) for key in keys])
        )
    )
