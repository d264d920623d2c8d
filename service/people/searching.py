"""People as operators look for them: filtered, sorted, a page at a time.

A page costs the same however far down the list it is: it begins behind the last row of the one
before. What no index answers (an ending of a number, a silence) is looked up among the people, never
in the outbox.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select
from sqlalchemy.orm import Session

from service.envelopes import CHANNELS
from service.people.written_numbers import Sought
from service.store.base import Utc
from service.store.engine import Store
from service.store.tables import AddressRow, Person, Plan

STATES = ("active", "stopped", "stranger")
STANDINGS = ("in", "out", "none")
HOLDS = ("pause", "emergency", "doubt")
NEWEST, OLDEST, HEARD, SILENT = ORDERS = ("newest", "oldest", "heard", "silent")
SHOWN = 50  # on a page
COUNTED = 1_000  # more are not counted: that would be as slow as showing them all
_BATCH = 500

_HEARD = func.coalesce(Person.last_seen_at, Person.created_at)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty: anything."""

    sought: Sought | None = None
    state: str = ""
    standing: str = ""  # of any of their addresses, on `channel` if that is given, too
    channel: str = ""
    language: str = ""
    country: str = ""
    held: str = ""  # one of HOLDS, or "any"
    silent_since: datetime | None = None
    plan: int | None = None
    order: str = NEWEST


@dataclass(frozen=True, slots=True)
class Found:
    person: Person
    addresses: Sequence[AddressRow]  # oldest first
    plan: Plan | None

    @property
    def main(self) -> AddressRow | None:
        """Where their reminders go."""
        first = next(iter(self.addresses), None)
        return next((row for row in self.addresses if row.primary), first)


@dataclass(frozen=True, slots=True)
class Place:
    """Behind whom a page begins: how the order ranks them (a moment, or None by their number), and their number."""

    id: int
    heard: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    found: Sequence[Found] = field(default_factory=tuple)
    following: Place | None = None


def page(
    session: Session, wanted: Wanted, now: datetime, after: Place | None, size: int = SHOWN
) -> Page:
    # Numbers first: sorting whole rows takes several times as long.
    numbers = select(Person.id).where(*conditions(wanted, now), *_behind(wanted.order, after))
    ids = session.scalars(numbers.order_by(*_order(wanted.order)).limit(size + 1)).all()
    found = session.scalars(select(Person).where(Person.id.in_(ids[:size])))
    people = {person.id: person for person in found}
    shown = [people[id_] for id_ in ids[:size]]
    more = len(ids) > size
    return Page(_with_their(session, shown), _place(wanted.order, shown) if more else None)


def everybody(store: Store, wanted: Wanted, now: datetime) -> Iterator[Found]:
    """All that are wanted, each batch read at a moment of its own: a slow reader holds nothing up."""
    after: Place | None = None
    while True:
        with store.read() as session:
            batch = page(session, wanted, now, after, _BATCH)
            session.expunge_all()
        yield from batch.found
        if batch.following is None:
            return
        after = batch.following


def count(session: Session, wanted: Wanted, now: datetime) -> int:
    """How many are wanted; COUNTED + 1 for more than COUNTED."""
    some = select(Person.id).where(*conditions(wanted, now)).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def conditions(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    exact = (
        (Person.state, wanted.state),
        (Person.language, wanted.language),
        (Person.country, wanted.country),
    )
    found = [column == value for column, value in exact if value]
    if wanted.plan is not None:
        found.append(Person.plan_id == wanted.plan)
    if wanted.held:
        found.append(Person.held_until > now)
        if wanted.held in HOLDS:
            found.append(Person.held_why == wanted.held)
    if wanted.silent_since is not None:
        found.append(literal(wanted.silent_since, Utc) > _HEARD)
    return [*found, *_at_an_address(wanted)]


def _at_an_address(wanted: Wanted) -> list[ColumnElement[bool]]:
    theirs: list[ColumnElement[bool]] = []
    if wanted.channel:
        theirs.append(AddressRow.channel == wanted.channel)
    if wanted.standing:
        theirs.append(AddressRow.standing == wanted.standing)
    if wanted.sought is not None:
        theirs.append(_reached_at(wanted.sought))
    if not theirs:
        return []
    return [Person.id.in_(select(AddressRow.person_id).where(*theirs))]


def _reached_at(sought: Sought) -> ColumnElement[bool]:
    if sought.handles:
        return and_(AddressRow.channel.in_(CHANNELS), AddressRow.handle.in_(sought.handles))
    either: list[ColumnElement[bool]] = []
    if sought.ending:
        either.append(AddressRow.handle.endswith(sought.ending, autoescape=True))
    if sought.person is not None:
        either.append(AddressRow.person_id == sought.person)
    return or_(false(), *either)


def _order(order: str) -> tuple[ColumnElement[Any], ...]:
    return {
        NEWEST: (Person.id.desc(),),
        OLDEST: (Person.id.asc(),),
        HEARD: (_HEARD.desc(), Person.id.desc()),
        SILENT: (_HEARD.asc(), Person.id.asc()),
    }[order]


def _behind(order: str, after: Place | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    if order in {NEWEST, OLDEST}:
        return [Person.id < after.id if order == NEWEST else Person.id > after.id]
    if after.heard is None:
        return []
    heard = literal(after.heard, Utc)
    if order == HEARD:
        further, next_ = heard > _HEARD, Person.id < after.id
    else:
        further, next_ = heard < _HEARD, Person.id > after.id
    return [or_(further, and_(heard == _HEARD, next_))]


def _place(order: str, shown: Sequence[Person]) -> Place:
    last = shown[-1]
    heard = (last.last_seen_at or last.created_at) if order in {HEARD, SILENT} else None
    return Place(last.id, heard)


def _with_their(session: Session, people: Sequence[Person]) -> list[Found]:
    """Two statements more, however many people there are on the page."""
    ids = [person.id for person in people]
    theirs: dict[int, list[AddressRow]] = {id_: [] for id_ in ids}
    addresses = select(AddressRow).where(AddressRow.person_id.in_(ids)).order_by(AddressRow.id)
    for row in session.scalars(addresses):
        theirs[row.person_id].append(row)
    used = {person.plan_id for person in people if person.plan_id is not None}
    plans = {plan.id: plan for plan in session.scalars(select(Plan).where(Plan.id.in_(used)))}
    return [Found(person, theirs[person.id], plans.get(person.plan_id or 0)) for person in people]
