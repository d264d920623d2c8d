"""The tick: plans that are due become rows of the outbox, a slice at a time.

Work grows with plans and reminders, never with people who aren't due. Any number of clocks may tick
at once: a row is unique by (person, slot, kind).
"""

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any, Self

from sqlalchemy import Integer, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from service.reminders import notices, plans, schedule
from service.reminders.rhythm import Rhythm
from service.reminders.schedule import Quiet
from service.reminders.welcome import REMIND, REMIND_THE_REST, moment
from service.store.base import Base
from service.store.engine import Store
from service.store.lanes import Lane, within
from service.store.prepared import Prepared, Row
from service.store.tables import Person, Plan

BEST_BEFORE = timedelta(minutes=10)  # later than this, a reminder is worse than none
_LAST = 2**31 - 1  # person.id
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_RECORDED = 12  # slots missed in a downtime that leave a trace in the history
_MISSED = "missed: the service was not running at that time"
_PLAN = Base.metadata.tables[Plan.__tablename__]
_RHYTHM = tuple(Rhythm.default("UTC", "").columns())
_DUE_LONGEST = Prepared(
    select(*_PLAN.c["id", "next_at", "slot", "cursor", *_RHYTHM])
    .where(_PLAN.c.next_at <= moment("now"))
    .order_by(_PLAN.c.next_at, _PLAN.c.id)
    .limit(1)
    .with_for_update(skip_locked=True, key_share=True)
)
_END_OF_SLICE = Prepared(
    select(Person.id)
    .where(
        Person.plan_id == bindparam("of_plan"),
        Person.state == "active",
        Person.id > bindparam("after_person"),
    )
    .order_by(Person.id)
    .offset(bindparam("people_before", type_=Integer))
    .limit(1)
)
_GO_ON = Prepared(
    update(_PLAN)
    .where(_PLAN.c.id == bindparam("of_plan"))
    .values(
        slot=moment("being_written"), next_at=moment("next_due"), cursor=bindparam("written_to")
    )
)


@dataclass(frozen=True, slots=True)
class _Due:
    """A plan that is due, as this transaction holds it."""

    id: int
    next_at: datetime
    slot: datetime | None  # being written
    cursor: int  # the last person written
    rhythm: Rhythm

    @classmethod
    def of(cls, row: Row) -> Self:
        plan, next_at, slot, cursor, *rhythm = row
        columns = dict(zip(_RHYTHM, rhythm, strict=True))
        return cls(plan, next_at, slot, cursor, Rhythm.from_columns(**columns))


class Taken(Exception):
    """One of a slice's rows is there already: withdrawn at this very slot, or another clock's.

    The transaction is broken, and nothing of it may be kept.
    """


def next_due_at(session: Session) -> datetime | None:
    """When the next plan is due."""
    return session.scalar(select(func.min(Plan.next_at)))


def look_ahead(session: Session, now: datetime, quiet: Quiet) -> None:
    """Read the holidays that the plans due ask for, before one of them holds the write lock: a first
    look into a calendar takes as long as writing 10,000 rows.
    """
    due = session.scalars(select(Plan).where(Plan.next_at <= now))
    for plan in {plan.holidays: plan for plan in due}.values():
        schedule.next_slot(plans.rhythm_on(plan), after=now, quiet=quiet)


def aim_anew(session: Session, now: datetime, quiet: Quiet) -> None:
    """Compute every plan's next slot from now: the clock was ahead of time. Rows can't come twice."""
    for plan in session.scalars(select(Plan).where(Plan.next_at > now, Plan.slot.is_(None))):
        plan.next_at = schedule.next_slot(plans.rhythm_on(plan), after=now, quiet=quiet)


def enqueue_slice(session: Session, now: datetime, quiet: Quiet, size: int, *, sure: bool) -> bool:
    """Write one slice of the plan that has been due longest. False: no plan is due.

    A slot past its best-before is recorded as expired and never sent. `sure`: none of the rows is
    there yet. Raises Taken when one is; looking for each of them first costs a tenth of the tick.
    """
    lane = within(session)
    row = lane.run(_DUE_LONGEST, {"now": now})  # others may settle people on it meanwhile
    if row is None:
        return False
    plan = _Due.of(row)
    slot = plan.slot or _begin(plan, now, quiet)
    last = _last_of_slice(lane, plan, size)
    members = {
        "of_plan": plan.id,
        "after_person": plan.cursor,
        "to_person": _LAST if last is None else last,
    }
    missed = slot + BEST_BEFORE <= now
    values = members | _values(plan.rhythm, slot, now, missed)
    try:
        lane.run(REMIND if sure else REMIND_THE_REST, values)
    except lane.refused as error:
        raise Taken from error
    if not missed:
        notices.enqueue(session, members, slot, now)
    if last is None:
        following = _next(session, plan, slot, quiet)
        lane.run(_GO_ON, _progress(plan, slot=None, next_at=following, cursor=0))
    else:
        lane.run(_GO_ON, _progress(plan, slot=slot, next_at=slot, cursor=last))
    return True


def make_ready(store: Store) -> None:
    """Put the statements of a slice together before one holds the write lock: it takes far longer
    than running them. Nothing is due so long ago, and nobody is on plan 0.
    """
    nobody = {"of_plan": 0, "after_person": 0, "to_person": 0}
    rhythm = Rhythm.default("UTC", "")
    plan = _Due(0, _LONG_AGO, None, 0, rhythm)
    with store.trial() as session:
        lane = within(session)
        lane.run(_DUE_LONGEST, {"now": _LONG_AGO})
        _last_of_slice(lane, plan, 1)
        notices.enqueue(session, nobody, _LONG_AGO, _LONG_AGO)
        values = nobody | _values(rhythm, _LONG_AGO, _LONG_AGO, missed=True)
        goes_on = _progress(plan, slot=None, next_at=None, cursor=0)
        for written in ((REMIND, values), (REMIND_THE_REST, values), (_GO_ON, goes_on)):
            session.rollback()
            within(session).run(*written)


def _begin(plan: _Due, now: datetime, quiet: Quiet) -> datetime:
    """The slot to write: the one due, or after a downtime the oldest that is still recorded."""
    following = schedule.slots(plan.rhythm, plan.next_at, plan.next_at, quiet)
    overdue = takewhile(lambda slot: slot + BEST_BEFORE <= now, following)
    missed = deque([plan.next_at, *overdue], maxlen=_RECORDED)
    return missed[0]


def _next(session: Session, plan: _Due, slot: datetime, quiet: Quiet) -> datetime | None:
    """The slot after this one; a plan that everybody left rests until somebody settles on it."""
    if _deserted(session, plan):
        return None
    return schedule.next_slot(plan.rhythm, after=slot, last=slot, quiet=quiet)


def _deserted(session: Session, plan: _Due) -> bool:
    """Nobody is on the plan, and nobody is about to be: who settles on it holds its row (plans.py)."""
    joined = select(exists().where(Person.plan_id == plan.id, Person.state == "active"))
    if session.scalar(joined):
        return False
    ours = select(Plan.id).where(Plan.id == plan.id).with_for_update(skip_locked=True)
    return session.scalar(ours) is not None and not session.scalar(joined)


def _last_of_slice(lane: Lane, plan: _Due, size: int) -> int | None:
    """The person who ends this slice; None when fewer than `size` are left."""
    given = {"of_plan": plan.id, "after_person": plan.cursor, "people_before": size - 1}
    found = lane.run(_END_OF_SLICE, given)
    return found[0] if found else None


def _values(rhythm: Rhythm, slot: datetime, now: datetime, missed: bool) -> dict[str, Any]:
    interval_began = slot - timedelta(minutes=rhythm.every)
    day_began = schedule.day_began(rhythm, slot)
    return {
        "at": slot,
        "written_at": now,
        "expires_at": slot + BEST_BEFORE,
        "as_state": "expired" if missed else "queued",
        "why": _MISSED if missed else "",
        "ended_at": now if missed else None,
        "interval_began": interval_began,
        "day_began": day_began,
        "looked_from": min(interval_began, day_began),
    }


def _progress(
    plan: _Due, *, slot: datetime | None, next_at: datetime | None, cursor: int
) -> dict[str, Any]:
    return {
        "of_plan": plan.id,
        "being_written": slot,
        "next_due": next_at,
        "written_to": cursor,
    }
