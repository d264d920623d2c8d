"""Between claim and send: the gate is asked again, and what has no words yet gets them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import (
    JSON,
    BigInteger,
    Integer,
    Select,
    String,
    Update,
    bindparam,
    cast,
    select,
    update,
)
from sqlalchemy.orm import Session

from service.envelopes import Address, Outgoing, State
from service.outbox.claim import Claim
from service.outbox.entries import STARTED
from service.outbox.gate import may_send, settled_as
from service.store.batch import batch, packed
from service.store.tables import ENTRY, AddressRow, Entry, Person, Plan


class Wordless(Protocol):
    """A row without a text."""

    @property
    def id(self) -> int: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def slot(self) -> datetime | None: ...
    @property
    def key(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...


Composed = tuple[str, Mapping[str, Any], str, int]
# The catalogue key, parameters, text and segments of each row, by its id.
Compose = Callable[[Session, Sequence[Wordless], datetime], Mapping[int, Composed]]

LONGEST = timedelta(hours=10)  # that a provider keeps trying; Twilio's own limit


# Columns of one row each: whole objects would be half the cost of a delivery.


class _Entry(NamedTuple):
    id: int
    attempt: str
    person_id: int | None
    kind: str
    slot: datetime | None
    key: str
    params: Mapping[str, Any]
    text: str
    segments: int
    attempts: int
    claimed_at: datetime
    best_before: datetime | None


class _Person(NamedTuple):
    state: str
    zone: str
    held_until: datetime | None
    held_why: str
    rest_until: datetime | None


class _Address(NamedTuple):
    id: int
    channel: str
    handle: str
    standing: str
    dead: str


class _Plan(NamedTuple):
    own: bool
    hours: str


_TABLES: Sequence[tuple[type[Any], type[Any]]] = (
    (Entry, _Entry),
    (Person, _Person),
    (AddressRow, _Address),
    (Plan, _Plan),
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One attempt, ready to be handed over."""

    entry_id: int
    kind: str
    outgoing: Outgoing
    attempts: int
    segments: int
    address_id: int
    claimed_at: datetime
    best_before: datetime | None

    @property
    def channel(self) -> str:
        return self.outgoing.address.channel

    @property
    def started(self) -> bool:
        """Did we start it, rather than answer a text?"""
        return self.kind in STARTED


def prepare(
    session: Session,
    claims: Sequence[Claim],
    now: datetime,
    *,
    quiet: tuple[time, time],
    budget: int | None,
    compose: Compose,
) -> list[Parcel]:
    """What may go of the rows claimed; the others are settled with the reason why not.

    `quiet` and `budget` as the gate takes them; `compose` is given the rows without a text.
    """
    passed: list[tuple[_Entry, _Address]] = []
    refused = []
    for entry, person, address, plan in _rows(session, claims):
        refusal = may_send(entry, person, address, plan, now=now, quiet=quiet, budget=budget)
        if refusal is not None:
            refused.append(
                {"entry": entry.id, "of_attempt": entry.attempt}
                | {"new_state": settled_as(refusal), "told": refusal, "settled": now}
            )
        elif address is not None:
            passed.append((entry, address))
            if budget is not None and entry.kind in STARTED:
                budget -= max(entry.segments, 1)
    if refused:
        session.connection().execute(_refusing(), refused)
    words = _words(session, [entry for entry, _ in passed if not entry.text], now, compose)
    return [_parcel(words.get(entry.id, entry), address, now) for entry, address in passed]


def _rows(
    session: Session, claims: Sequence[Claim]
) -> Iterator[tuple[_Entry, _Person | None, _Address | None, _Plan | None]]:
    """The rows that are still ours, in the order of the claim."""
    found = session.execute(_asking(), {"ids": [claim.entry_id for claim in claims]})
    rows = {(row[0], row[1]): row for row in found}
    for claim in claims:
        row = rows.get((claim.entry_id, claim.attempt))
        if row is not None:
            entry, person, address, plan = row[:12], row[12:17], row[17:22], row[22:]
            yield (
                _Entry._make(entry),
                _Person._make(person) if person[0] is not None else None,
                _Address._make(address) if address[0] is not None else None,
                _Plan._make(plan) if plan[0] is not None else None,
            )


@cache
def _asking() -> Select[Any]:
    columns = [getattr(table, name) for table, asked in _TABLES for name in asked._fields]
    return (
        select(*columns)
        .select_from(Entry)
        .outerjoin(Person, Person.id == Entry.person_id)
        .outerjoin(AddressRow, AddressRow.id == Entry.address_id)
        .outerjoin(Plan, Plan.id == Person.plan_id)
        .where(Entry.id.in_(bindparam("ids", expanding=True)), Entry.state == State.SENDING)
    )


def _words(
    session: Session, rows: Sequence[_Entry], now: datetime, compose: Compose
) -> Mapping[int, _Entry]:
    """The rows with what they will say, which is written down before any of it is sent."""
    if not rows:
        return {}
    worded = {}
    composed = compose(session, rows, now)
    for row in rows:
        key, params, text, segments = composed[row.id]
        worded[row.id] = row._replace(key=key, params=params, text=text, segments=segments)
    written = [
        {"entry": row.id, "of_attempt": row.attempt, "new_key": row.key}
        | {"new_params": json.dumps(dict(row.params)), "new_text": row.text, "cost": row.segments}
        for row in worded.values()
    ]
    session.connection().execute(_wording(session.get_bind().dialect.name), packed(written))
    return worded


@cache
def _wording(dialect: str) -> Update:
    entry = ENTRY
    said = batch(
        dialect,
        entry=BigInteger,
        of_attempt=String,
        new_key=String,
        new_params=String,
        new_text=String,
        cost=Integer,
    )
    return (
        update(entry)
        .where(entry.c.id == said.c.entry, entry.c.attempt == said.c.of_attempt)
        .values(
            key=said.c.new_key,
            params=said.c.new_params if dialect == "sqlite" else cast(said.c.new_params, JSON),
            text=said.c.new_text,
            segments=said.c.cost,
        )
    )


@cache
def _refusing() -> Update:
    entry = ENTRY
    return (
        update(entry)
        .where(
            entry.c.id == bindparam("entry"),
            entry.c.attempt == bindparam("of_attempt"),
            entry.c.state == State.SENDING,
        )
        .values(
            state=bindparam("new_state"), error=bindparam("told"), settled_at=bindparam("settled")
        )
    )


def _parcel(entry: _Entry, address: _Address, now: datetime) -> Parcel:
    left = entry.best_before - now if entry.best_before else LONGEST
    return Parcel(
        entry_id=entry.id,
        kind=entry.kind,
        outgoing=Outgoing(
            attempt=entry.attempt,
            address=Address(address.channel, address.handle),
            text=entry.text,
            valid_for=min(left, LONGEST),
            started_at=entry.claimed_at,
        ),
        attempts=entry.attempts,
        segments=max(entry.segments, 1),
        address_id=address.id,
        claimed_at=entry.claimed_at,
        best_before=entry.best_before,
    )
