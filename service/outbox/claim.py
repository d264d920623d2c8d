"""Taking queued rows for sending. A row belongs to whoever's UPDATE found it queued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import (
    Integer,
    Select,
    String,
    Update,
    bindparam,
    cast,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from service.envelopes import State
from service.outbox.entries import KINDS, new_attempt
from service.outbox.gate import BEST_BEFORE
from service.store.tables import AddressRow, Entry, Utc

EXPIRED_AT_ONCE = 500  # rows; keeps the write lock short after an outage
_NOW = bindparam("now", type_=Utc)
_MOST = bindparam("most", type_=Integer)


@dataclass(frozen=True, slots=True)
class Claim:
    entry_id: int
    attempt: str


def waiting(session: Session, now: datetime) -> bool:
    """Is anything queued that may go now? Asked first, so that an idle service writes nothing."""
    return session.scalar(_anything(), {"now": now}) or False


def claim(session: Session, channel: str, now: datetime, limit: int) -> Sequence[Claim]:
    """Take up to `limit` rows of one channel for sending, urgent ones first, then by time.

    Commit before sending: from then on the row is never sent by anybody else, and a crash leaves
    it in doubt, not queued.
    """
    token = f"{new_attempt()}-"
    taken = session.execute(
        _taking(), {"now": now, "channel": channel, "most": limit, "token": token}
    )
    rows = sorted(taken, key=lambda row: (KINDS.index(row.kind), row.not_before, row.id))
    return [Claim(row.id, row.attempt) for row in rows]


def expire(session: Session, now: datetime) -> None:
    """Mark rows past their best-before, a bounded number of the oldest; the gate refuses the rest."""
    session.execute(_expiring(), {"now": now, "most": EXPIRED_AT_ONCE})


# The statements are the same each time, and putting them together costs more than running them.


@cache
def _anything() -> Select[bool]:
    return select(_due().exists())


@cache
def _taking() -> ReturningUpdate[int, str | None, str, datetime]:
    return (
        update(Entry)
        .where(Entry.id.in_(_most_urgent()))
        .values(
            state=State.SENDING,
            # One token for all, made unique by the row: one statement for any number of rows.
            attempt=bindparam("token", type_=String) + cast(Entry.id, String),
            attempts=Entry.attempts + 1,
            claimed_at=_NOW,
            looks=0,
        )
        .returning(Entry.id, Entry.attempt, Entry.kind, Entry.not_before)
        .execution_options(synchronize_session=False)
    )


@cache
def _expiring() -> Update:
    oldest = [
        _due().where(Entry.kind == kind).order_by(Entry.not_before).limit(_MOST).subquery()
        for kind in KINDS
    ]
    return (
        update(Entry)
        .where(
            Entry.id.in_(union_all(*(select(part.c.id) for part in oldest))),
            Entry.best_before <= _NOW,
        )
        .values(state=State.EXPIRED, error=BEST_BEFORE, settled_at=_NOW)
        .execution_options(synchronize_session=False)
    )


def _due() -> Select[int]:
    return select(Entry.id).where(Entry.state == State.QUEUED, Entry.not_before <= _NOW)


def _most_urgent() -> Select[int]:
    """One kind after the other, so that the index gives the rows in order however many wait."""
    parts = []
    for rank, kind in enumerate(KINDS):
        part = (
            _due()
            .add_columns(literal(rank).label("rank"), Entry.not_before)
            .join(AddressRow, AddressRow.id == Entry.address_id)
            .where(Entry.kind == kind, AddressRow.channel == bindparam("channel", type_=String))
            .order_by(Entry.not_before)
            .limit(_MOST)
            .subquery()
        )
        parts.append(select(part.c.id, part.c.rank, part.c.not_before))
    rows = union_all(*parts).subquery()
    return select(rows.c.id).order_by(rows.c.rank, rows.c.not_before).limit(_MOST)
