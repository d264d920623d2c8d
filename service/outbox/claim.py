"""Taking queued rows for sending. A row belongs to whoever's UPDATE found it queued."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import product

from sqlalchemy import (
    CTE,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    select,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from service.envelopes import State
from service.outbox.entries import KINDS, in_state, new_attempt
from service.outbox.gate import BEST_BEFORE
from service.store.base import Utc
from service.store.tables import Entry

LEASE = timedelta(minutes=2)  # no attempt takes this long
EXPIRED_AT_ONCE = 500  # rows; keeps the write lock short after an outage
_NOW = bindparam("now", type_=Utc)
_KIND = bindparam("of_kind", type_=String)
_MOST = bindparam("most", type_=Integer)
_CHANNEL = bindparam("of_channel", type_=String)


@dataclass(frozen=True, slots=True)
class Claim:
    entry_id: int
    attempt: str


def waiting(session: Session, channels: Collection[str], now: datetime) -> Sequence[str]:
    """The kinds of which something is queued on these channels that may go now, urgent ones first.

    Asked before anything is written, so that an idle service writes nothing.
    """
    row = session.execute(_anything(), {"now": now, "of_channels": list(channels)}).one()
    return [kind for kind, some in zip(KINDS, row, strict=True) if some]


def claim(
    session: Session,
    channel: str,
    now: datetime,
    limit: int,
    kinds: Sequence[str] = KINDS,
) -> Sequence[Claim]:
    """Take up to `limit` rows of one channel for sending, urgent ones first, then by time.

    Commit before sending: from then on the row is never sent by anybody else, and once its lease
    has run out it is in doubt, not queued.
    """
    token = f"{new_attempt()}-"
    claims: list[Claim] = []
    for kind in kinds:
        if len(claims) < limit:
            given = {"of_kind": kind, "of_channel": channel, "most": limit - len(claims)}
            given |= {"now": now, "lease": now + LEASE, "token": token}
            taken = sorted(session.execute(_taking(), given), key=lambda row: (row[1], row[0]))
            claims += [Claim(entry_id, f"{token}{entry_id}") for entry_id, _ in taken]
    return claims


def row_named(attempt: str) -> int | None:
    """The row that an attempt was made for; None for the answer to a webhook, which names none."""
    _, dash, row = attempt.rpartition("-")
    return int(row) if dash and row.isdecimal() else None


def expire(
    session: Session, channels: Collection[str], now: datetime, kinds: Sequence[str] = KINDS
) -> bool:
    """Mark rows past their best-before, a bounded number of the oldest; the gate refuses the rest.

    True: of one kind and channel there may be more.
    """
    more = False
    for kind, channel in product(kinds, channels):
        given = {"now": now, "of_kind": kind, "of_channel": channel, "most": EXPIRED_AT_ONCE}
        # sqlite3 counts no rows of a statement that begins with WITH.
        marked = session.connection().execute(_expiring(), given).all()
        more = more or len(marked) == EXPIRED_AT_ONCE
    return more


# The statements are the same each time, and putting them together costs more than running them.


@cache
def _anything() -> Select[*tuple[bool, ...]]:
    due = (
        Entry.state == State.QUEUED,
        Entry.channel.in_(bindparam("of_channels", expanding=True)),
        Entry.not_before <= _NOW,
    )
    return select(*(select(Entry.id).where(Entry.kind == kind, *due).exists() for kind in KINDS))


@cache
def _taking() -> ReturningUpdate[int, datetime]:
    return (
        update(Entry)
        .where(Entry.id.in_(select(_first().c.id)))
        .values(
            state=State.SENDING,
            # One token for all, made unique by the row: one statement for any number of rows.
            attempt=bindparam("token", type_=String) + cast(Entry.id, String),
            attempts=Entry.attempts + 1,
            claimed_at=_NOW,
            lease_until=bindparam("lease", type_=Utc),
            looks=0,
            error="",
        )
        .returning(Entry.id, Entry.not_before)
        .execution_options(synchronize_session=False)
    )


@cache
def _expiring() -> ReturningUpdate[int]:
    oldest = _due().order_by(Entry.not_before).limit(_MOST)
    late = (
        select(Entry.id)
        .where(
            Entry.id.in_(oldest),
            in_state(State.QUEUED),
            Entry.best_before <= _NOW,
        )
        .with_for_update(skip_locked=True)
        .cte("late")
    )
    return (
        update(Entry)
        .where(Entry.id.in_(select(late.c.id)))
        .values(state=State.EXPIRED, error=BEST_BEFORE, settled_at=_NOW)
        .returning(Entry.id)
        .execution_options(synchronize_session=False)
    )


def _due() -> Select[int]:
    return select(Entry.id).where(
        Entry.state == State.QUEUED,
        Entry.kind == _KIND,
        Entry.channel == _CHANNEL,
        Entry.not_before <= _NOW,
    )


def _first() -> CTE:
    """The oldest, past those that another worker is taking (SQLite has one writer and no such lock)."""
    return (
        _due()
        .order_by(Entry.not_before)
        .limit(_MOST)
        .with_for_update(skip_locked=True)
        .cte("first")
    )
