"""The tick: plans that are due become rows of the outbox, a slice at a time.

Work grows with plans and reminders, never with people who aren't due. Any number of clocks may tick
at once: a row is unique by (person, kind, slot).
"""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import takewhile

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from service.reminders import notices, plans, schedule
from service.reminders.rhythm import Rhythm
from service.reminders.schedule import Quiet
from service.store.engine import Store
from service.store.tables import AddressRow, Base, Entry, Person, Plan, Utc
from service.store.upsert import Insert, insert

BEST_BEFORE = timedelta(minutes=10)  # later than this, a reminder is worse than none
SLICE = 750  # people
_LAST = 2**31 - 1  # person.id
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_RECORDED = 12  # slots missed in a downtime that leave a trace in the history
_MISSED = "missed: the service was not running at that time"


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


def enqueue_slice(session: Session, now: datetime, quiet: Quiet, size: int = SLICE) -> bool:
    """Write one slice of the plan that has been due longest. False: no plan is due.

    A slot past its best-before is recorded as expired and never sent.
    """
    plan = _due_longest(session, now)
    if plan is None:
        return False
    slot = plan.slot or _begin(plan, now, quiet)
    last = _last_of_slice(session, plan, size)
    members = {
        "of_plan": plan.id,
        "after_person": plan.cursor,
        "to_person": _LAST if last is None else last,
    }
    missed = slot + BEST_BEFORE <= now
    session.execute(_insert(), members | _values(plan, slot, now, missed))
    if not missed:
        notices.enqueue(session, members, slot, now)
    if last is None:
        _finish(session, plan, slot, quiet)
    else:
        plan.cursor = last
    return True


def make_ready(store: Store) -> None:
    """Put the statements of a slice together before one holds the write lock: it takes far longer
    than running them. Nothing is due so long ago, and nobody is on plan 0.
    """
    nobody = {"of_plan": 0, "after_person": 0, "to_person": 0}
    plan = Plan(id=0, cursor=0, **Rhythm.default("UTC", "").columns())
    with store.trial() as session:
        _due_longest(session, _LONG_AGO)
        _last_of_slice(session, plan, 1)
        notices.enqueue(session, nobody, _LONG_AGO, _LONG_AGO)
        session.rollback()
        session.execute(_insert(), nobody | _values(plan, _LONG_AGO, _LONG_AGO, missed=True))
        session.rollback()


def _due_longest(session: Session, now: datetime) -> Plan | None:
    """It stays ours until the end of the transaction; others may settle people on it meanwhile."""
    return session.scalars(_longest(), {"now": now}).first()


def _begin(plan: Plan, now: datetime, quiet: Quiet) -> datetime:
    """The slot to write: the one due, or after a downtime the oldest that is still recorded."""
    assert plan.next_at is not None
    following = schedule.slots(plans.rhythm_on(plan), plan.next_at, plan.next_at, quiet)
    overdue = takewhile(lambda slot: slot + BEST_BEFORE <= now, following)
    missed = deque([plan.next_at, *overdue], maxlen=_RECORDED)
    plan.slot = plan.next_at = missed[0]
    return missed[0]


def _finish(session: Session, plan: Plan, slot: datetime, quiet: Quiet) -> None:
    """On to the next slot; a plan that everybody left rests until somebody settles on it."""
    plan.slot, plan.cursor = None, 0
    plan.next_at = (
        None
        if _deserted(session, plan)
        else schedule.next_slot(plans.rhythm_on(plan), after=slot, last=slot, quiet=quiet)
    )


def _deserted(session: Session, plan: Plan) -> bool:
    """Nobody is on the plan, and nobody is about to be: who settles on it holds its row (plans.py)."""
    joined = select(exists().where(Person.plan_id == plan.id, Person.state == "active"))
    if session.scalar(joined):
        return False
    ours = select(Plan.id).where(Plan.id == plan.id).with_for_update(skip_locked=True)
    return session.scalar(ours) is not None and not session.scalar(joined)


def _last_of_slice(session: Session, plan: Plan, size: int) -> int | None:
    """The person who ends this slice; None when fewer than `size` are left."""
    given = {"of_plan": plan.id, "after_person": plan.cursor, "people_before": size - 1}
    return session.scalar(_end_of_slice(), given)


def _values(plan: Plan, slot: datetime, now: datetime, missed: bool) -> dict[str, object]:
    rhythm = plans.rhythm_on(plan)
    return {
        "at": slot,
        "written_at": now,
        "expires_at": slot + BEST_BEFORE,
        "as_state": "expired" if missed else "queued",
        "why": _MISSED if missed else "",
        "ended_at": now if missed else None,
        "interval_began": slot - timedelta(minutes=rhythm.every),
        "day_began": schedule.day_began(rhythm, slot),
    }


# Put together once: that takes as long as writing 300 rows.


@cache
def _longest() -> Select[Plan]:
    return (
        select(Plan)
        .where(Plan.next_at <= _moment("now"))
        .order_by(Plan.next_at, Plan.id)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    )


@cache
def _end_of_slice() -> Select[int]:
    return (
        select(Person.id)
        .where(
            Person.plan_id == bindparam("of_plan"),
            Person.state == "active",
            Person.id > bindparam("after_person"),
        )
        .order_by(Person.id)
        .offset(bindparam("people_before"))
        .limit(1)
    )


@cache
def _insert() -> Insert:
    values = {
        "kind": literal("reminder"),
        "slot": _moment("at"),
        "created_at": _moment("written_at"),
        "not_before": _moment("at"),
        "best_before": _moment("expires_at"),
        "settled_at": _moment("ended_at"),
        "state": bindparam("as_state", type_=String()),
        "error": bindparam("why", type_=String()),
    }
    chosen = (
        select(Person.id, AddressRow.id, AddressRow.channel, *values.values())
        .join(AddressRow, AddressRow.person_id == Person.id)
        .where(AddressRow.primary, AddressRow.standing == "in", AddressRow.dead == "")
        .where(notices.members(), _welcome())
    )
    entry = Base.metadata.tables[Entry.__tablename__]
    columns = ["person_id", "address_id", "channel", *values]
    return insert(entry).from_select(columns, chosen).on_conflict_do_nothing()


def _welcome() -> ColumnElement[bool]:
    """A person not held or resting, here before the slot, not just reminded, and under their cap."""
    just_reminded = _entries(
        "reminder",
        lambda entry: and_(
            entry.slot > _moment("interval_began"),
            entry.slot <= _moment("at"),
            entry.state != "dropped",
        ),
    )
    had_today = [
        _entries(
            kind,
            lambda entry: and_(
                entry.slot >= _moment("day_began"), entry.state.not_in(plans.UNSENT)
            ),
        )
        for kind in ("reminder", "snooze")
    ]
    return and_(
        Person.plan_since <= _moment("at"),
        or_(Person.held_until.is_(None), Person.held_until <= _moment("at")),
        or_(Person.rest_until.is_(None), Person.rest_until <= _moment("at")),
        just_reminded == 0,
        had_today[0] + had_today[1] < Person.agreed,
    )


def _entries(kind: str, which: Callable[[type[Entry]], ColumnElement[bool]]) -> ScalarSelect[int]:
    """How many such rows the person has: a look into one index each.

    One kind at a time, and counted rather than asked for by EXISTS: PostgreSQL would go through a
    person's whole history for several kinds, and through everybody's to join them to an EXISTS.
    """
    entry = aliased(Entry)
    return (
        select(func.count())
        .where(entry.person_id == Person.id, entry.kind == kind, which(entry))
        .scalar_subquery()
    )


def _moment(name: str) -> ColumnElement[datetime | None]:
    return bindparam(name, type_=Utc())
