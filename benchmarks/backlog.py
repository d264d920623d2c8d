"""An outbox with many reminders that are due at once, as a tick leaves it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from service.store.engine import open_store
from service.store.migrate import migrate
from service.store.tables import AddressRow, Entry, Person, Plan

PAST = 3  # days of reminders that each person has had: what the choice of a stretch looks at
DAILY = ("UB1", "NK1", "CH1", "UB4", "SH1", "LB1", "UB7")


class Backlog:
    """`crowd` people on one plan; each release queues a reminder for as many of them as asked."""

    def __init__(self, url: str, crowd: int) -> None:
        migrate(url)
        self._store = open_store(url)
        self._released = 0
        now = self._began = datetime.now(UTC).replace(second=0, microsecond=0)
        with self._store.write() as session:
            plan = Plan(
                zone="America/New_York",
                days="1111111",
                hours="00:00-23:59",
                lunch="",
                every=60,
                minute=50,
                holidays="US",
                own=False,
            )
            session.add(plan)
            session.flush()
            since = now - timedelta(days=30)
            person = {"created_at": since, "state": "active", "plan_id": plan.id}
            person |= {"plan_since": since, "zone": plan.zone, "country": "US"}
            session.execute(insert(Person), [{"id": each, **person} for each in _ids(crowd)])
            address = {"channel": "sms", "standing": "in", "primary": True}
            session.execute(
                insert(AddressRow),
                [
                    {"id": each, "person_id": each, "handle": f"+1{2120000000 + each}", **address}
                    for each in _ids(crowd)
                ],
            )
            self._remember(session, crowd, now)

    def release(self, count: int) -> None:
        """Queue a reminder each for the first `count` people, in one transaction."""
        now = datetime.now(UTC)
        slot = self._began + timedelta(minutes=self._released)
        self._released += 1
        row = {"kind": "reminder", "slot": slot, "created_at": now, "not_before": now}
        row |= {"best_before": now + timedelta(minutes=10), "channel": "sms"}
        rows = [{"person_id": each, "address_id": each, **row} for each in _ids(count)]
        with self._store.write() as session:
            session.execute(insert(Entry), rows)

    def _remember(self, session: Session, crowd: int, now: datetime) -> None:
        for day in range(1, PAST + 1):
            for hour, key in enumerate(DAILY):
                at = now - timedelta(days=day, hours=hour)
                row = {"kind": "reminder", "slot": at, "created_at": at, "not_before": at}
                row |= {"key": key, "state": "delivered", "segments": 1, "text": key * 40}
                rows = ({"person_id": each, "address_id": each, **row} for each in _ids(crowd))
                session.execute(insert(Entry), list(rows))

    def settled(self) -> bool:
        left = select(func.count()).where(Entry.state.in_(("queued", "sending")))
        with self._store.read() as session:
            return session.scalar(left) == 0

    def close(self) -> None:
        self._store.close()


def _ids(count: int) -> range:
    return range(1, count + 1)
