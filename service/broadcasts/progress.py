"""How far a broadcast has got: its rows, counted by state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.envelopes import State
from service.store.broadcast_tables import Broadcast
from service.store.tables import Entry

_OPEN = (State.QUEUED, State.SENDING, State.DOUBTFUL)
_NOT_THERE = (State.FAILED, State.UNDELIVERED, State.LOST, State.EXPIRED, State.DROPPED)
_LOOKED_AT = 2_000  # rows, for their reasons
_NAMED = 8  # the commonest


@dataclass(frozen=True, slots=True)
class Progress:
    """`kept`: are its rows in the history yet? They go with time; `counts` of one that ended stay.

    `reasons`: why texts didn't get there, and how many; of a great many, some are looked at.
    """

    counts: Mapping[str, int]
    total: int  # people, as far as that is known
    settled: int
    kept: bool
    reasons: Sequence[tuple[str, int]]


def of(session: Session, broadcast: Broadcast) -> Progress:
    ended = broadcast.ended_at is not None
    counts: Mapping[str, int] = broadcast.counts if ended else by_state(session, broadcast)
    kept = not ended or not counts or _any_row(session, broadcast)
    still = sum(counts.get(state, 0) for state in _OPEN)
    there = sum(counts.values())
    total = there if broadcast.written_at else max(broadcast.people, there)
    reasons = _reasons(session, broadcast) if any(map(counts.get, _NOT_THERE)) else ()
    return Progress(_in_order(counts), total, there - still, kept, reasons)


def by_state(session: Session, broadcast: Broadcast) -> Mapping[str, int]:
    counted = (
        select(Entry.state, func.count())
        .where(Entry.broadcast_id == broadcast.id)
        .group_by(Entry.state)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _reasons(session: Session, broadcast: Broadcast) -> Sequence[tuple[str, int]]:
    some = (
        select(Entry.error)
        .where(Entry.broadcast_id == broadcast.id, Entry.state.in_(_NOT_THERE))
        .limit(_LOOKED_AT)
        .subquery()
    )
    texts = func.count()
    rows = session.execute(
        select(some.c.error, texts)
        .where(some.c.error != "")
        .group_by(some.c.error)
        .order_by(texts.desc(), some.c.error)
        .limit(_NAMED)
    )
    return [(row[0], row[1]) for row in rows]


def _any_row(session: Session, broadcast: Broadcast) -> bool:
    """Written within a short while, they go together."""
    found = select(Entry.id).where(Entry.broadcast_id == broadcast.id).limit(1)
    return session.scalar(found) is not None


def open_yet(session: Session, broadcast: Broadcast) -> bool:
    """Is something of it queued, being sent, or in doubt?"""
    found: Sequence[int | None] = [
        session.scalar(
            select(Entry.id)
            .where(Entry.broadcast_id == broadcast.id, Entry.state == state)
            .limit(1)
        )
        for state in _OPEN
    ]
    return any(found)


def _in_order(counts: Mapping[str, int]) -> Mapping[str, int]:
    """As a text goes: from queued to what became of it."""
    return {state: counts[state] for state in State if counts.get(state)}
