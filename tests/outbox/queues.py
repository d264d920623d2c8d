"""Many texts that wait."""

from datetime import datetime, timedelta

from service.outbox import entries
from service.store.engine import Store
from service.store.tables import ENTRY


def queue(store: Store, person: int, slots: range, now: datetime) -> None:
    """Reminders to one person, a slot a second, all of them due; the address has the person's id."""
    said = [
        entries.row(
            person_id=person,
            address_id=person,
            channel="sms",
            kind="reminder",
            now=now,
            slot=now + timedelta(seconds=second),
            not_before=now,
        )
        for second in slots
    ]
    with store.write() as session:
        session.connection().execute(ENTRY.insert(), said)
