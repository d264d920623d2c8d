"""Between claim and send: the gate is asked again, and what has no words yet gets them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Load, Session

from service.envelopes import Address, Outgoing, State
from service.outbox.claim import Claim
from service.outbox.entries import STARTED
from service.outbox.gate import may_send, settled_as
from service.store.tables import AddressRow, Entry, Person, Plan

Composed = tuple[str, Mapping[str, Any], str, int]
# The catalogue key, parameters, text and segments of each row, by its id.
Compose = Callable[[Session, Sequence[Entry], datetime], Mapping[int, Composed]]

LONGEST = timedelta(hours=10)  # that a provider keeps trying; Twilio's own limit


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
    passed: list[tuple[Entry, AddressRow]] = []
    for entry, person, address, plan in _rows(session, claims):
        refusal = may_send(entry, person, address, plan, now=now, quiet=quiet, budget=budget)
        if refusal is not None:
            entry.state, entry.error, entry.settled_at = settled_as(refusal), refusal, now
        elif address is not None:
            passed.append((entry, address))
            if budget is not None and entry.kind in STARTED:
                budget -= max(entry.segments, 1)
    _put_into_words(session, [entry for entry, _ in passed if not entry.text], now, compose)
    return [_parcel(entry, address, now) for entry, address in passed]


def _rows(
    session: Session, claims: Sequence[Claim]
) -> Iterator[tuple[Entry, Person | None, AddressRow | None, Plan | None]]:
    """The rows that are still ours, in the order of the claim."""
    found = session.execute(
        select(Entry, Person, AddressRow, Plan)
        .outerjoin(Person, Person.id == Entry.person_id)
        .outerjoin(AddressRow, AddressRow.id == Entry.address_id)
        .outerjoin(Plan, Plan.id == Person.plan_id)
        .where(Entry.id.in_([claim.entry_id for claim in claims]), Entry.state == State.SENDING)
        .options(*_what_the_gate_asks())
    )
    rows = {(row[0].id, row[0].attempt): row for row in found}
    for claim in claims:
        row = rows.get((claim.entry_id, claim.attempt))
        if row is not None:
            yield row[0], row[1], row[2], row[3]


@cache
def _what_the_gate_asks() -> tuple[Load, ...]:
    """Loading whole people would be half the cost of a delivery."""
    return (
        Load(Person).load_only(
            Person.state, Person.zone, Person.held_until, Person.held_why, Person.rest_until
        ),
        Load(AddressRow).load_only(
            AddressRow.channel, AddressRow.handle, AddressRow.standing, AddressRow.dead
        ),
        Load(Plan).load_only(Plan.own, Plan.hours),
    )


def _put_into_words(
    session: Session, rows: Sequence[Entry], now: datetime, compose: Compose
) -> None:
    if not rows:
        return
    composed = compose(session, rows, now)
    for row in rows:
        row.key, params, row.text, row.segments = composed[row.id]
        row.params = dict(params)


def _parcel(entry: Entry, address: AddressRow, now: datetime) -> Parcel:
    assert entry.attempt is not None
    assert entry.claimed_at is not None
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
