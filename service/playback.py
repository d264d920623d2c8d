"""Time played forward through the real rules: the phone page's skips, rehearsals, and tests."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Protocol

from sqlalchemy import func, select

from service import hours, places
from service.envelopes import State
from service.reminders import plans, schedule
from service.store.engine import Store
from service.store.tables import AddressRow, Dialogue, Entry, Person, Plan

EARLY = timedelta(minutes=5)  # before the day's first reminder


class Played(Protocol):
    """What time is played on; service/runtime.py is one."""

    store: Store

    def now(self) -> datetime: ...
    def tick(self) -> None: ...
    def drain(self) -> None: ...


def play(runtime: Played, until: datetime, move: Callable[[datetime], None]) -> None:
    """Go from event to event up to `until`; `move` sets the clock. Nothing happens twice or late."""
    while True:
        runtime.tick()
        runtime.drain()
        now = runtime.now()
        if now >= until:
            return
        move(min(_next_event(runtime.store, now) or until, until))


def morning(store: Store, number: str, now: datetime) -> datetime:
    """Shortly before the first reminder of the next working day of whoever has this number.

    Without reminders: nine o'clock tomorrow, where the number is (UTC if that isn't known).
    """
    with store.read() as session:
        person = session.scalars(
            select(Person).join(AddressRow).where(AddressRow.handle == number)
        ).first()
        zone = (person.zone if person else places.zone_of(number, now)) or "UTC"
        tomorrow = hours.local(now, zone).date() + timedelta(days=1)
        if person is None or person.state != "active" or person.plan_id is None:
            return hours.utc(tomorrow, time(9), zone) or now + timedelta(days=1)
        rhythm = plans.rhythm_of(session, person)
    midnight = hours.utc(tomorrow, time(0), zone) or now
    slot = schedule.next_slot(rhythm, after=midnight)
    return slot - EARLY if slot else now + timedelta(days=1)


def _next_event(store: Store, now: datetime) -> datetime | None:
    """The next moment at which something of itself is due."""
    moments = (
        select(func.min(Plan.next_at)).where(Plan.next_at > now),
        select(func.min(Entry.not_before)).where(
            Entry.state == State.QUEUED, Entry.not_before > now
        ),
        select(func.min(Dialogue.closes_at)).where(Dialogue.closes_at > now),
        select(func.min(Person.doubt_until)).where(Person.doubt_until > now),
    )
    with store.read() as session:
        found = [session.scalar(moment) for moment in moments]
    return min((moment for moment in found if moment is not None), default=None)
