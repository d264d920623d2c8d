"""Very many people, written at once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from service.reminders.rhythm import Rhythm
from service.store.engine import Store
from service.store.tables import AddressRow, Person, Plan

ZONES = ("Europe/London", "America/New_York", "America/Chicago", "Asia/Shanghai", "Europe/Madrid")


def settle(store: Store, many: int, now: datetime) -> None:
    """`many` active people by id from 1 on: several zones, languages and channels, some in hours of their own."""
    people: list[dict[str, Any]] = []
    addresses: list[dict[str, Any]] = []
    for number in range(1, many + 1):
        people.append(
            {
                "id": number,
                "created_at": now - timedelta(days=30),
                "state": "active" if number % 20 else "stopped",
                "zone": ZONES[number % len(ZONES)],
                "language": ("en", "en", "es", "zh")[number % 4],
                "country": ("GB", "US", "ES")[number % 3],
            }
        )
        addresses.append(
            {
                "person_id": number,
                "channel": "sms" if number % 3 else "telegram",
                "handle": f"+44770{number:07}",
                "standing": "in" if number % 20 else "out",
            }
        )
    plans = [{**Rhythm.default("Europe/London", "").columns(), "own": own} for own in (False, True)]
    with store.write() as session:
        numbers = [Plan(**plan) for plan in plans]
        session.add_all(numbers)
        session.flush()
        for person in people:
            person["plan_id"] = numbers[int(person["id"]) % 2].id
        session.execute(insert(Person), people)
        session.execute(insert(AddressRow), addresses)
        session.execute(text("ANALYZE"))
