"""People on the dashboard, made at once and not by texting."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service.reminders import plans
from service.reminders.rhythm import Rhythm
from service.store.engine import Store
from service.store.tables import AddressRow, Consent, Entry, Inbound, Person

MONDAY = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
QUIET_DAY = timedelta(days=1)


def number(person: int) -> str:
    return f"+1415{2000000 + person}"


def add(
    session: Session, handle: str, channel: str = "sms", standing: str = "in", **columns: Any
) -> int:
    """Somebody active; an address of theirs under this handle."""
    given = {"created_at": MONDAY, "state": "active", "country": "US", "language": "en"} | columns
    person = Person(**given)
    session.add(person)
    session.flush()
    session.add(AddressRow(person_id=person.id, channel=channel, handle=handle, standing=standing))
    session.flush()
    return person.id


def crowd(store: Store, many: int, each: int) -> None:
    """Many people on one plan, and so many texts of ours to each; the first has texted, too."""
    with store.write() as session:
        plan = plans.places(
            session, [Rhythm.default("America/New_York", "US")], MONDAY, 1.0, _awake()
        )[0]
        people = [
            {
                "id": id_, "created_at": MONDAY, "state": "active" if id_ % 5 else "stopped",
                "language": ("en", "es", "zh")[id_ % 3], "country": "US", "zone": "America/New_York",
                "plan_id": plan, "last_seen_at": MONDAY - timedelta(minutes=id_),
            }
            for id_ in range(1, many + 1)
        ]  # fmt: skip
        session.execute(insert(Person), people)
        addresses = [
            {
                "id": id_, "person_id": id_, "channel": "sms" if id_ % 10 else "slack",
                "handle": number(id_), "standing": "in" if id_ % 5 else "out",
            }
            for id_ in range(1, many + 1)
        ]  # fmt: skip
        session.execute(insert(AddressRow), addresses)
        session.execute(insert(Entry), list(_texts(many, each)))
        session.execute(insert(Inbound), [_came(id_) for id_ in range(1, many + 1)])
        session.execute(insert(Consent), [_agreed(id_) for id_ in range(1, many + 1)])


def _awake() -> tuple[Any, Any]:
    return datetime.min.time().replace(hour=9), datetime.min.time().replace(hour=20)


def _texts(many: int, each: int) -> Sequence[dict[str, Any]]:
    return [
        {
            "person_id": id_, "address_id": id_, "channel": "sms", "kind": "reminder",
            "slot": MONDAY + timedelta(hours=hour), "text": "Stand up", "state": "delivered",
            "created_at": MONDAY + timedelta(hours=hour),
            "not_before": MONDAY + timedelta(hours=hour),
        }
        for hour in range(each)
        for id_ in range(1, many + 1)
    ]  # fmt: skip


def _came(id_: int) -> dict[str, Any]:
    return {
        "channel": "sms", "provider_id": f"C{id_}", "address_id": id_, "at": MONDAY,
        "intent": "done", "topic": "DONE", "rule": "exact",
    }  # fmt: skip


def _agreed(id_: int) -> dict[str, Any]:
    return {
        "address_id": id_, "at": MONDAY, "event": "given", "source": "text", "rule": "exact: YES",
        "shown": "Reply YES", "used": "YES",
    }  # fmt: skip
