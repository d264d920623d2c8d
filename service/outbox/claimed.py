"""Rows claimed, as they stand now: each with its person, their address and their plan."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from service.envelopes import State
from service.outbox.claim import Claim
from service.outbox.entries import in_state
from service.store.tables import AddressRow, Entry, Person, Plan

# Columns only: whole objects would be half the cost of a delivery.


class ClaimedEntry(NamedTuple):
    id: int
    attempt: str
    person_id: int | None
    kind: str
    channel: str
    slot: datetime | None
    key: str
    params: Mapping[str, Any]
    text: str
    segments: int
    attempts: int
    claimed_at: datetime
    best_before: datetime | None


class ClaimedPerson(NamedTuple):
    state: str
    zone: str
    held_until: datetime | None
    held_why: str
    rest_until: datetime | None


class ClaimedAddress(NamedTuple):
    id: int
    channel: str
    handle: str
    standing: str
    dead: str


class ClaimedPlan(NamedTuple):
    own: bool
    hours: str


_TABLES: Sequence[tuple[type[Any], type[Any]]] = (
    (Entry, ClaimedEntry),
    (Person, ClaimedPerson),
    (AddressRow, ClaimedAddress),
    (Plan, ClaimedPlan),
)


def rows_of(
    session: Session, claims: Sequence[Claim]
) -> Iterator[tuple[ClaimedEntry, ClaimedPerson | None, ClaimedAddress | None, ClaimedPlan | None]]:
    """The rows that are still ours, in the order of the claim."""
    found = session.execute(_asking(), {"ids": [claim.entry_id for claim in claims]})
    rows = {(row[0], row[1]): row for row in found}
    for claim in claims:
        row = rows.get((claim.entry_id, claim.attempt))
        if row is not None:
            entry, person, address, plan = row[:13], row[13:18], row[18:23], row[23:]
            yield (
                ClaimedEntry._make(entry),
                ClaimedPerson._make(person) if person[0] is not None else None,
                ClaimedAddress._make(address) if address[0] is not None else None,
                ClaimedPlan._make(plan) if plan[0] is not None else None,
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
        .where(Entry.id.in_(bindparam("ids", expanding=True)), in_state(State.SENDING))
    )
