"""People whose reminders come due in the minutes of a run."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service.store.engine import Store
from service.store.tables import AddressRow, Person, Plan

_AT_ONCE = 5_000  # rows
_AROUND = timedelta(hours=6)  # before and after now, the hours in which they want reminders


def number_of(person: int) -> str:
    return f"+4477{person:08}"


def seed(store: Store, count: int, minutes: int, now: datetime) -> Sequence[datetime]:
    """People from 1 to `count`, evenly on slots from this minute on; the slots."""
    first = now.replace(second=0, microsecond=0)
    slots = [first + timedelta(minutes=later) for later in range(minutes)]
    with store.write(wait=60.0) as session:
        plans = [_plan(slot) for slot in slots]
        session.add_all(plans)
        session.flush()
    for rows in _batches(count, [plan.id for plan in plans], now - timedelta(days=1)):
        with store.write(wait=60.0) as session:
            _put(session, rows)
    return slots


def _plan(slot: datetime) -> Plan:
    """Hours of their own, so that a run may be at any time of day; one reminder within the run."""
    opens, closes = slot - _AROUND, slot + _AROUND
    return Plan(
        zone="UTC", days="1111111", hours=f"{opens:%H}:00-{closes:%H}:00", lunch="", every=60,
        minute=slot.minute, holidays="", own=True, next_at=slot,
    )  # fmt: skip


def _batches(count: int, plans: Sequence[int], since: datetime) -> Iterator[list[dict[str, Any]]]:
    people = (
        {
            "id": person, "created_at": since, "state": "active", "zone": "UTC", "country": "GB",
            "plan_id": plans[person % len(plans)], "plan_since": since, "agreed": 24,
            "restated_at": since, "last_seen_at": since,
        }
        for person in range(1, count + 1)
    )  # fmt: skip
    while batch := list(islice(people, _AT_ONCE)):
        yield batch


def _put(session: Session, people: Sequence[dict[str, Any]]) -> None:
    session.execute(insert(Person), people)
    session.execute(
        insert(AddressRow),
        [
            {
                "person_id": row["id"], "channel": "sms", "handle": number_of(row["id"]),
                "standing": "in",
            }
            for row in people
        ],
    )  # fmt: skip
