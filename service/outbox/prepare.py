"""Between claim and send: the gate is asked again, and what has no words yet gets them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.envelopes import Address, Outgoing, State
from service.outbox.claim import Claim
from service.outbox.gate import Rules, may_send, settled_as
from service.outbox.entries import STARTED
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
    session: Session, claims: Sequence[Claim], now: datetime, rules: Rules, compose: Compose
) -> list[Parcel]:
    """What may go of the rows claimed; the others are settled with the reason why not.

    `compose` is given the rows without a text.
    """
    passed = [
        (entry, address)
        for entry, person, address, plan in _rows(session, claims)
        if _passes(entry, person, address, plan, now, rules)
    ]
    _put_into_words(session, [entry for entry, _ in passed if not entry.text], now, compose)
    return [_parcel(entry, address, now) for entry, address in passed if address is not None]


def _rows(
    session: Session, claims: Sequence[Claim]
) -> list[tuple[Entry, Person | None, AddressRow | None, Plan | None]]:
    found = session.execute(
        select(Entry, Person, AddressRow, Plan)
        .outerjoin(Person, Person.id == Entry.person_id)
        .outerjoin(AddressRow, AddressRow.id == Entry.address_id)
        .outerjoin(Plan, Plan.id == Person.plan_id)
        .where(
            Entry.id.in_([claim.entry_id for claim in claims]), Entry.state == State.SENDING
        )
    )
    rows = {row[0].id: row for row in found}
    return [
        row._tuple()
        for claim in claims
        if (row := rows.get(claim.entry_id)) is not None and row[0].attempt == claim.attempt
    ]


def _passes(
    entry: Entry,
    person: Person | None,
    address: AddressRow | None,
    plan: Plan | None,
    now: datetime,
    rules: Rules,
) -> bool:
    refusal = may_send(entry, person, address, plan, now, rules)
    if refusal is None:
        return True
    entry.state, entry.error, entry.settled_at = settled_as(refusal), refusal, now
    return False


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
