"""Queued rows that no worker asks for: their channel isn't set up any more, or an older Upright,
still running after the migration, wrote them without one.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache

from sqlalchemy import Select, String, bindparam, exists, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from service.envelopes import State
from service.outbox.claim import expire
from service.outbox.entries import KINDS
from service.store.engine import Store
from service.store.tables import AddressRow, Entry

AT_ONCE = 500  # rows; keeps the write lock short
_NONE = ""


def bring_in(store: Store, channels: Collection[str], now: datetime) -> bool:
    """Give rows without a channel theirs, and end those past their best-before on any but `channels`.

    A bounded number of each; True: there may be more.
    """
    with store.read() as session:
        strays = set(names(session)) - set(channels)
    if not strays:
        return False
    with store.write() as session:
        named = session.connection().execute(_naming()).all() if _NONE in strays else ()
        return expire(session, strays, now) or len(named) == AT_ONCE


def names(session: Session) -> Iterator[str]:
    """The channels of all that is queued: one look into the index for each, not one for each row."""
    if session.scalar(_nameless()):
        yield _NONE
    for kind in KINDS:
        name: str | None = _NONE
        while (name := session.scalar(_next(), {"of_kind": kind, "after": name})) is not None:
            yield name


@cache
def _nameless() -> Select[bool]:
    return select(
        exists().where(Entry.state == State.QUEUED, Entry.kind.in_(KINDS), Entry.channel == _NONE)
    )


@cache
def _next() -> Select[str]:
    return (
        select(Entry.channel)
        .where(
            Entry.state == State.QUEUED,
            Entry.kind == bindparam("of_kind", type_=String),
            Entry.channel > bindparam("after", type_=String),
        )
        .order_by(Entry.channel)
        .limit(1)
    )


@cache
def _naming() -> ReturningUpdate[int]:
    """Whoever is erased meanwhile leaves a row without an address; it expires."""
    theirs = select(AddressRow.channel).where(AddressRow.id == Entry.address_id).scalar_subquery()
    first = (
        select(Entry.id)
        .where(
            Entry.state == State.QUEUED,
            Entry.kind.in_(KINDS),
            Entry.channel == _NONE,
            Entry.address_id.is_not(None),
        )
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .cte("first")
    )
    return (
        update(Entry)
        .where(Entry.id.in_(select(first.c.id)))
        .values(channel=theirs)
        .returning(Entry.id)
        .execution_options(synchronize_session=False)
    )
