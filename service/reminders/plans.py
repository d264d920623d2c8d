"""Which plan a person is on, and when their next reminder comes."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import Session

from service.outbox import entries
from service.reminders import room, schedule
from service.reminders.rhythm import Rhythm
from service.reminders.schedule import Quiet
from service.store.tables import Entry, Person, Plan
from service.store.upsert import insert

# Entries in these states never reached the person.
UNSENT = ("dropped", "expired")
_MEMORY = timedelta(days=2)  # no working day is longer
_SKIPPED = timedelta(minutes=1)
_COLUMNS = tuple(getattr(Plan, name) for name in Rhythm.default("UTC", "").columns())
# The tick puts a plan to rest only where nobody holds this (due.py).
_JOINING = (
    select(Plan.id).where(Plan.id == bindparam("joined")).with_for_update(read=True, key_share=True)
)


def rhythm_on(plan: Plan) -> Rhythm:
    return Rhythm.from_columns(
        zone=plan.zone,
        days=plan.days,
        hours=plan.hours,
        lunch=plan.lunch,
        every=plan.every,
        minute=plan.minute,
        holidays=plan.holidays,
        own=plan.own,
    )


def rhythm_of(session: Session, person: Person) -> Rhythm:
    """The rhythm that a person is on, or would start with."""
    if person.plan_id is None:
        return Rhythm.default(person.zone, person.country)
    return rhythm_on(session.get_one(Plan, person.plan_id))


def settle(
    session: Session,
    person: Person,
    rhythm: Rhythm,
    now: datetime,
    sender_rate: float,
    quiet: Quiet,
) -> Plan:
    """Put a person on the plan with this rhythm, at the first minute of the hour that has room.

    The rhythm's own minute is only where the search begins: no UTC minute holds more people than
    the sender can text in 60 seconds. When all of them are full, people are spread evenly.
    """
    session.flush()
    plan = session.get_one(Plan, person.plan_id) if person.plan_id is not None else None
    if plan is None or rhythm_on(plan) != rhythm.at_minute(plan.minute):
        if rhythm.zone:
            left = rhythm_on(plan) if plan and plan.zone and person.state == "active" else None
            rhythm = room.settle(session, rhythm, left, now, sender_rate)
        plan = _find_or_create(session, rhythm)
    _join(session, plan, now, quiet)
    person.plan_id, person.plan_since = plan.id, now
    return plan


def places(
    session: Session, rhythms: Sequence[Rhythm], now: datetime, sender_rate: float, quiet: Quiet
) -> list[int]:
    """The plans of newcomers, each at the first minute with room, as `settle` would put one after the other.

    Each rhythm has a zone. Whoever joins is the caller's to write.
    """
    settled = room.settle_all(session, rhythms, now, sender_rate)
    if not settled:
        return []
    wanted = set(settled)
    found = _joined(session, wanted)
    missing = sorted(
        wanted - found.keys(), key=Rhythm.as_text
    )  # two who make some wait in one order
    if missing:
        rows = [{"cursor": 0, **rhythm.columns()} for rhythm in missing]
        session.execute(insert(Plan).on_conflict_do_nothing(), rows)
        found |= _joined(session, missing)
    for rhythm, plan in found.items():
        _wake(plan, rhythm, now, quiet)
    return [found[rhythm].id for rhythm in settled]


def _joined(session: Session, rhythms: Collection[Rhythm]) -> dict[Rhythm, Plan]:
    """Those of these plans that there are, held as `_join` holds one, with a single question."""
    places = [tuple(rhythm.columns().values()) for rhythm in rhythms]
    held = (
        select(Plan)
        .where(tuple_(*_COLUMNS).in_(places))
        .order_by(Plan.id)
        .with_for_update(read=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    return {rhythm_on(plan): plan for plan in session.scalars(held)}


def _join(session: Session, plan: Plan, now: datetime, quiet: Quiet) -> None:
    session.execute(_JOINING, {"joined": plan.id})
    session.refresh(plan, ["next_at"])
    _wake(plan, rhythm_on(plan), now, quiet)


def _wake(plan: Plan, rhythm: Rhythm, now: datetime, quiet: Quiet) -> None:
    if plan.next_at is None:  # new, or idle since its last person left
        plan.next_at = schedule.next_slot(rhythm, after=now, quiet=quiet)


def next_for(session: Session, person: Person, now: datetime, quiet: Quiet) -> datetime | None:
    """When this person's next reminder or snooze comes; None while none can."""
    if person.state != "active" or not person.zone or person.plan_id is None:
        return None
    session.flush()
    entries = session.execute(
        select(Entry.kind, Entry.slot, Entry.state).where(
            Entry.person_id == person.id,
            Entry.kind.in_(("reminder", "snooze")),
            Entry.slot > now - _MEMORY,
            Entry.state != "dropped",
        )
    )
    said = [(kind, slot, state) for kind, slot, state in entries if slot is not None]
    held = person.held_until or now
    snoozed = [
        slot
        for kind, slot, state in said
        if kind == "snooze" and state == "queued" and slot > now and slot >= held
    ]
    reminder = _next_reminder(rhythm_of(session, person), person, said, now, quiet)
    found = min([*snoozed, *([reminder] if reminder else [])], default=None)
    if found is not None and person.doubt_until is not None and found >= person.doubt_until:
        return None  # by then silence has ended their reminders
    return found


def skip(
    session: Session, person: Person, now: datetime, quiet: Quiet
) -> tuple[datetime | None, datetime | None]:
    """Leave out the coming reminder: which one that is, and the one that comes instead."""
    skipped = next_for(session, person, now, quiet)
    if skipped is None:
        return None, None
    snoozed = select(Entry.id).where(
        Entry.person_id == person.id, Entry.kind == "snooze", Entry.slot == skipped
    )
    if session.scalars(snoozed).first() is not None:
        entries.withdraw(session, person.id, now, "skipped", ("snooze",))
    else:
        person.rest_until = skipped + _SKIPPED
    return skipped, next_for(session, person, now, quiet)


def _next_reminder(
    rhythm: Rhythm,
    person: Person,
    said: Sequence[tuple[str, datetime, str]],
    now: datetime,
    quiet: Quiet,
) -> datetime | None:
    """The same conditions as in the tick's INSERT (welcome.py), foreseen for one person."""
    floor = max(moment for moment in (now, person.held_until, person.rest_until) if moment)
    interval = timedelta(minutes=rhythm.every)
    for slot in schedule.slots(rhythm, after=now, quiet=quiet):
        if slot < floor:
            continue
        if any(kind == "reminder" and slot - interval < at <= slot for kind, at, _ in said):
            continue
        began = schedule.day_began(rhythm, slot)
        if sum(at >= began and state not in UNSENT for _, at, state in said) < person.agreed:
            return slot
    return None


def _find_or_create(session: Session, rhythm: Rhythm) -> Plan:
    """Two doors may settle the same new rhythm at once; the unique row is made by one of them."""
    columns = rhythm.columns()
    session.execute(insert(Plan).values(cursor=0, **columns).on_conflict_do_nothing())
    return session.scalars(select(Plan).filter_by(**columns)).one()
