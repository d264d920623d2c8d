"""Taking queued rows for sending. A row belongs to whoever's UPDATE found it queued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, cast, literal, select, union_all, update
from sqlalchemy.orm import Session

from service.envelopes import State
from service.outbox.entries import KINDS, new_attempt
from service.outbox.gate import BEST_BEFORE
from service.store.tables import AddressRow, Entry

EXPIRED_AT_ONCE = 500  # rows; keeps the write lock short after an outage


@dataclass(frozen=True, slots=True)
class Claim:
    entry_id: int
    attempt: str


def waiting(session: Session, now: datetime) -> bool:
    """Is anything queued that may go now? Asked first, so that an idle service writes nothing."""
    return session.scalar(select(_due(now).exists())) or False


def claim(session: Session, channel: str, now: datetime, limit: int) -> Sequence[Claim]:
    """Take up to `limit` rows of one channel for sending, urgent ones first, then by time.

    Commit before sending: from then on the row is never sent by anybody else, and a crash leaves
    it in doubt, not queued.
    """
    taken = session.execute(
        update(Entry)
        .where(Entry.id.in_(_most_urgent(channel, now, limit)))
        .values(
            state=State.SENDING,
            # One token for all, made unique by the row: one statement for any number of rows.
            attempt=literal(f"{new_attempt()}-") + cast(Entry.id, String),
            attempts=Entry.attempts + 1,
            claimed_at=now,
            looks=0,
        )
        .returning(Entry.id, Entry.attempt)
        .execution_options(synchronize_session=False)
    )
    return [Claim(entry_id, attempt) for entry_id, attempt in taken]


def expire(session: Session, now: datetime) -> None:
    """Mark rows past their best-before, a bounded number of the oldest; the gate refuses the rest."""
    oldest = [
        _due(now)
        .where(Entry.kind == kind)
        .order_by(Entry.not_before)
        .limit(EXPIRED_AT_ONCE)
        .subquery()
        for kind in KINDS
    ]
    ids = union_all(*(select(part.c.id) for part in oldest))
    session.execute(
        update(Entry)
        .where(Entry.id.in_(ids), Entry.best_before <= now)
        .values(state=State.EXPIRED, error=BEST_BEFORE, settled_at=now)
        .execution_options(synchronize_session=False)
    )


def _due(now: datetime) -> Select[tuple[int]]:
    return select(Entry.id).where(Entry.state == State.QUEUED, Entry.not_before <= now)


def _most_urgent(channel: str, now: datetime, limit: int) -> Select[tuple[int]]:
    """One kind after the other, so that the index gives the rows in order however many wait."""
    parts = []
    for rank, kind in enumerate(KINDS):
        part = (
            _due(now)
            .add_columns(literal(rank).label("rank"), Entry.not_before)
            .join(AddressRow, AddressRow.id == Entry.address_id)
            .where(Entry.kind == kind, AddressRow.channel == channel)
            .order_by(Entry.not_before)
            .limit(limit)
            .subquery()
        )
        parts.append(select(part.c.id, part.c.rank, part.c.not_before))
    rows = union_all(*parts).subquery()
    return select(rows.c.id).order_by(rows.c.rank, rows.c.not_before).limit(limit)
