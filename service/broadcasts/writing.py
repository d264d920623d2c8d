"""A broadcast's rows, written by the clock slice after slice, each too short for anybody to mind.

Any number of clocks may do it at once, and any of them may end in the middle: a row is unique by
person, slot and kind, and the broadcast itself remembers how far it is written.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from service.broadcasts import progress
from service.broadcasts.audience import Audience, chosen, reached
from service.broadcasts.drafts import CANCELLED, DONE, GOING, WITHDRAWN
from service.broadcasts.moments import Clock, first
from service.envelopes import State
from service.outbox.entries import BROADCAST
from service.outbox.windows import Reach
from service.store.broadcast_tables import Broadcast
from service.store.engine import Store
from service.store.tables import ENTRY, AddressRow, Entry, Person, Plan
from service.store.upsert import insert

SLICE = 100  # people written to while the write lock is held; some 5 ms
WITHDRAWN_AT_ONCE = 500  # rows
_LAST = 2**31 - 1  # person.id
_PUT = insert(ENTRY).on_conflict_do_nothing(index_elements=["person_id", "slot", "kind"])
_Quiet = tuple[time, time]


def advance(
    store: Store,
    reach: Reach,
    quiet: _Quiet,
    now: datetime,
    rest: Callable[[], bool],
    size: int = SLICE,
) -> Iterator[int]:
    """Write what there is to write; after each slice the rows of it, so that delivery can be woken.

    `rest` is called between two slices, and may wait; False ends it: the next call goes on there.
    Raises StoreBusy, StoreFailed.
    """
    with store.read() as session:
        under_way = session.execute(_open()).all()
    for broadcast_id, state in under_way:
        more: bool | None = True
        while more:
            if state == CANCELLED:
                with store.write() as session:
                    more = withdraw_slice(session, broadcast_id, now)
            else:
                more = _write_some(store, broadcast_id, reach, quiet, now, size)
            if more is not None:
                yield broadcast_id
            if not rest():
                return
        with store.write() as session:
            _end(session, broadcast_id, now)


def anything(session: Session) -> bool:
    """Is a broadcast under way?"""
    return session.execute(_open().limit(1)).first() is not None


def _write_some(
    store: Store,
    broadcast_id: int,
    reach: Reach,
    quiet: _Quiet,
    now: datetime,
    size: int,
) -> bool | None:
    """A slice. True: there are more; None: there was nothing to write.

    Its people are looked for before the write lock is taken, however many stand between them.
    """
    with store.read() as session:
        broadcast = session.get(Broadcast, broadcast_id)
        if broadcast is None or broadcast.state != GOING or broadcast.written_at is not None:
            return None
        people = _next(session, broadcast, reach, now, size)
    with store.write() as session:
        return _write_slice(session, broadcast_id, reach, quiet, now, people, len(people) < size)


def _write_slice(
    session: Session,
    broadcast_id: int,
    reach: Reach,
    quiet: _Quiet,
    now: datetime,
    people: Sequence[int],
    last: bool,
) -> bool | None:
    """Rows for those of these people whom it is for now, too; another clock may have been here."""
    broadcast = _held(session, broadcast_id, GOING)
    if broadcast is None or broadcast.written_at is not None:
        return None
    found = session.execute(_members(broadcast, reach, now, people)).all()
    clock = Clock(quiet, broadcast.days, time.fromisoformat(broadcast.until))
    rows = [row for each in found if (row := _row(broadcast, clock, each, now))]
    if rows:
        session.connection().execute(_PUT, rows)
    broadcast.written += len(rows)
    broadcast.too_late += len(found) - len(rows)
    broadcast.cursor = _LAST if last else max(broadcast.cursor, people[-1])
    if last:
        broadcast.written_at = now
    session.flush()
    return not last


def withdraw_slice(session: Session, broadcast_id: int, now: datetime) -> bool:
    """Take back some of what is queued of one that is cancelled. True: there may be more."""
    queued = (
        select(Entry.id)
        .where(Entry.broadcast_id == broadcast_id, Entry.state == State.QUEUED)
        .order_by(Entry.id)
        .limit(WITHDRAWN_AT_ONCE)
        .with_for_update(skip_locked=True)
        .cte("queued")
    )
    done = session.execute(
        update(Entry)
        .where(Entry.id.in_(select(queued.c.id)), Entry.state == State.QUEUED)
        .values(state=State.DROPPED, error=WITHDRAWN, settled_at=now)
        .returning(Entry.id)  # sqlite3 counts no rows of a statement that begins with WITH
        .execution_options(synchronize_session=False)
    )
    return len(done.all()) == WITHDRAWN_AT_ONCE


def _end(session: Session, broadcast_id: int, now: datetime) -> None:
    """Nothing of it is under way any more: what became of it is noted, for its rows go with time."""
    broadcast = _held(session, broadcast_id, GOING, CANCELLED)
    if broadcast is None or broadcast.written_at is None or progress.open_yet(session, broadcast):
        return
    broadcast.counts = dict(progress.by_state(session, broadcast))
    broadcast.state = DONE if broadcast.state == GOING else CANCELLED
    broadcast.ended_at = now
    session.flush()


def _open() -> Select[int, str]:
    return (
        select(Broadcast.id, Broadcast.state)
        .where(Broadcast.state.in_((GOING, CANCELLED)), Broadcast.ended_at.is_(None))
        .order_by(Broadcast.id)
    )


def _held(session: Session, broadcast_id: int, *states: str) -> Broadcast | None:
    """Kept from other clocks until this transaction ends; None where one of them has it."""
    return session.scalars(
        select(Broadcast)
        .where(Broadcast.id == broadcast_id, Broadcast.state.in_(states))
        .with_for_update(skip_locked=True)
    ).first()


def _next(
    session: Session, broadcast: Broadcast, reach: Reach, now: datetime, size: int
) -> Sequence[int]:
    """The ids that follow, fewer than `size` at the end; of named people whether chosen or not."""
    named = Audience.of(broadcast.audience).people
    if named:
        return sorted({person for person in named if person > broadcast.cursor})[:size]
    following = (
        select(Person.id)
        .select_from(reached())
        .where(Person.id > broadcast.cursor, chosen(broadcast, reach, now))
        .order_by(Person.id)
        .limit(size)
    )
    return session.scalars(following).all()


def _members(
    broadcast: Broadcast, reach: Reach, now: datetime, people: Sequence[int]
) -> Select[*tuple[Any, ...]]:
    own = func.coalesce(Plan.own, False)
    return (
        select(Person.id, AddressRow.id, AddressRow.channel, Person.zone, own, Plan.hours)
        .select_from(reached().outerjoin(Plan.__table__, Plan.id == Person.plan_id))
        .where(Person.id > broadcast.cursor, chosen(broadcast, reach, now, people))
    )


def _row(
    broadcast: Broadcast,
    clock: Clock,
    member: Sequence[Any],
    now: datetime,
) -> dict[str, Any] | None:
    person_id, address_id, channel, zone, own, hours = member
    stretch = first(clock, zone, (hours or "") if own else "", now)
    if stretch is None:
        return None
    return {
        "person_id": person_id,
        "address_id": address_id,
        "channel": channel,
        "kind": BROADCAST,
        "slot": broadcast.slot,
        "broadcast_id": broadcast.id,
        "created_at": now,
        "not_before": stretch.begins,
        "best_before": stretch.ends,
    }
