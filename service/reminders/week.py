"""What a person's last seven days brought: reminders that went out, and the DONEs that came back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import hours
from service.envelopes import State
from service.outbox.entries import NUDGES, in_state
from service.store.tables import AddressRow, Entry, Inbound, Person

DAYS = 7


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the person's own calendar."""

    day: date
    reminders: int
    moved: int  # how often they said DONE


def week(session: Session, person: Person, now: datetime) -> Sequence[Day]:
    """The last seven days, today's last."""
    zone = person.zone or "UTC"
    today = hours.local(now, zone)
    first = today.date() - timedelta(days=DAYS - 1)
    since = datetime.combine(first, time(0), today.tzinfo).astimezone(UTC)
    reminded = select(Entry.slot).where(
        Entry.person_id == person.id,
        Entry.kind.in_(NUDGES),
        Entry.slot >= since,
        Entry.slot <= now,
        in_state(State.SENT, State.DELIVERED),
    )
    moved = (
        select(Inbound.at)
        .join(AddressRow, AddressRow.id == Inbound.address_id)
        .where(
            AddressRow.person_id == person.id,
            Inbound.topic == "DONE",
            Inbound.at >= since,
            Inbound.at <= now,
        )
    )
    slots = _by_day((slot for slot in session.scalars(reminded) if slot is not None), zone)
    dones = _by_day(session.scalars(moved), zone)
    days = (first + timedelta(days=ahead) for ahead in range(DAYS))
    return [Day(day, slots[day], dones[day]) for day in days]


def _by_day(moments: Iterable[datetime], zone: str) -> Counter[date]:
    return Counter(hours.local(moment, zone).date() for moment in moments)
