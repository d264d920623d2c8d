"""People who are reminded, and what was written for them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.reminders import plans
from service.reminders.rhythm import Rhythm
from service.slices import Pace, Slices
from service.store.engine import Store
from service.store.tables import AddressRow, Entry, Person, Plan

ZONE = "America/New_York"
QUIET = (time(9), time(20))
WEEKDAYS = Rhythm.default(ZONE, "US")


def at(clock: str, day: int = 2) -> datetime:
    """A New York time of March 2026, whose 2nd is a Monday."""
    local = datetime.combine(date(2026, 3, day), time.fromisoformat(clock), ZoneInfo(ZONE))
    return local.astimezone(UTC)


def join(
    session: Session,
    now: datetime,
    rhythm: Rhythm = WEEKDAYS,
    standing: str = "in",
    dead: str = "",
    rate: float = 1.0,
    **columns: Any,
) -> Person:
    """Somebody new, active, and settled on a rhythm."""
    person = Person(created_at=now, state="active", zone=rhythm.zone, restated_at=now)
    person.last_seen_at = now
    session.add(person)
    session.flush()
    handle = f"+1212555{person.id:04}"
    row = AddressRow(
        person_id=person.id, channel="sms", handle=handle, standing=standing, dead=dead
    )
    session.add(row)
    plans.settle(session, person, rhythm, now, rate, QUIET)
    for name, value in columns.items():
        setattr(person, name, value)
    return person


def tick(store: Store, now: datetime, size: int = 750) -> int:
    """Write all that is due; how many slices that took."""
    always = Pace(aim=0, least=size)
    return len(list(Slices(store, QUIET, always).write(now))) - 1


def written(store: Store, kind: str = "reminder") -> list[tuple[int, str, str]]:
    """Person, New York time and state of each row, in order."""
    with store.read() as session:
        rows = session.scalars(
            select(Entry).where(Entry.kind == kind).order_by(Entry.slot, Entry.person_id)
        )
        return [(row.person_id or 0, _clock(row.slot), row.state) for row in rows]


def times(store: Store, state: str = "queued") -> list[str]:
    return [clock for _, clock, as_state in written(store) if as_state == state]


def plan_of(session: Session, person: Person) -> Plan:
    assert person.plan_id is not None
    return session.get_one(Plan, person.plan_id)


def every_slot(store: Store, start: datetime, stop: datetime) -> None:
    """Tick every five minutes."""
    now = start
    while now <= stop:
        tick(store, now)
        now += timedelta(minutes=5)


def _clock(slot: datetime | None) -> str:
    assert slot is not None
    return f"{slot.astimezone(ZoneInfo(ZONE)):%a %H:%M}"


def names(rows: Sequence[tuple[int, str, str]]) -> list[int]:
    return [person for person, _, _ in rows]
