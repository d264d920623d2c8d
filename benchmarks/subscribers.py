"""Databases full of subscribers, made in seconds and thrown away afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import CTE, Connection, String, cast, insert, literal, select

from service.store.engine import Store, open_store
from service.store.migrate import migrate
from service.store.tables import AddressRow, Entry, Person, Plan
from tests import databases, servers

MONDAY = datetime(2026, 3, 2, 14, 50, tzinfo=UTC)  # 09:50 in New York
DATABASES = ("sqlite", "postgresql")
_FIRST_NUMBER = 2_120_000_000  # +1 212 …
_ZONE = "America/New_York"
_TEXT = "Upright: stand up, reach both arms up high and breathe out slowly, three times. Then walk."


def available() -> Sequence[str]:
    """The databases that this machine has; PostgreSQL is left out where it doesn't answer."""
    absent = servers.absent()
    return [name for name in DATABASES if name not in absent]


@contextmanager
def empty(database: str, name: str) -> Iterator[str]:
    """The address of a new database with tables and nobody in it; it is gone afterwards."""
    if database == "postgresql":
        with databases.made(f"bench_{name}") as url:
            migrate(url)
            yield url
    else:
        with TemporaryDirectory(prefix="upright-bench-") as folder:
            url = f"sqlite:///{Path(folder) / 'upright.db'}"
            migrate(url)
            yield url


@contextmanager
def crowded(database: str, people: int, plans: int = 1, days: int = 0) -> Iterator[Store]:
    """A store in which so many people are spread over the minutes of so many plans.

    `days`: of reminders that they have had.
    """
    with empty(database, f"{people}_{plans}_{days}") as url:
        store = open_store(url)
        try:
            fill(store, people, plans)
            remember(store, days)
            yield store
        finally:
            store.close()


def fill(
    store: Store,
    people: int,
    plans: int = 1,
    first_slot: datetime = MONDAY,
    channel: str = "simulator",
) -> None:
    """Plans a minute apart, the first due at `first_slot`, and people who joined days before it."""
    with store.engine.begin() as connection:
        connection.execute(insert(Plan), [_plan(first_slot, later) for later in range(plans)])
        first_plan = connection.scalar(select(Plan.id).order_by(Plan.id).limit(1))
        since = first_slot - timedelta(days=3)
        _people(connection, people, plans, first_plan or 1, since)
        _addresses(connection, channel)
    settle_down(store)


def settle_down(store: Store) -> None:
    """As a database is that has run for a while: its statistics known, nothing left to tidy up."""
    if store.dialect == "postgresql":
        url = store.engine.url.render_as_string(hide_password=False)
        with servers.connect_to_postgresql(url) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
    else:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _plan(first_slot: datetime, later: int) -> dict[str, object]:
    slot = first_slot + timedelta(minutes=later)
    return {
        "zone": _ZONE,
        "days": "1111100",
        "hours": "09:00-17:00",
        "lunch": "12:30-13:30",
        "every": 60,
        "minute": slot.minute,
        "holidays": "US",
        "own": False,
        "next_at": slot,
    }


def _people(
    connection: Connection, people: int, plans: int, first_plan: int, since: datetime
) -> None:
    number = _numbers(people).c.n
    same = {"created_at": since, "state": "active", "plan_since": since, "zone": _ZONE}
    same |= {"country": "US", "restated_at": since, "last_seen_at": since}
    columns = {name: literal(value, Person.__table__.c[name].type) for name, value in same.items()}
    chosen = select(number % plans + first_plan, *columns.values())
    connection.execute(insert(Person).from_select(["plan_id", *columns], chosen))


def _addresses(connection: Connection, channel: str) -> None:
    handle = literal("+1") + cast(Person.id + _FIRST_NUMBER, String)
    chosen = select(Person.id, handle, literal(channel), literal("in"))
    columns = ["person_id", "handle", "channel", "standing"]
    connection.execute(insert(AddressRow).from_select(columns, chosen))


def _numbers(last: int) -> CTE:
    """1 to `last`, counted by the database."""
    first = select(literal(1).label("n")).cte("numbers", recursive=True)
    return first.union_all(select(first.c.n + 1).where(first.c.n < last))


def remember(store: Store, days: int) -> None:
    """Give everybody so many days of reminders, in the order in which they would have been written."""
    for day in range(days, 0, -1):
        for hour in range(8):
            with store.engine.begin() as connection:
                _reminded(connection, MONDAY - timedelta(days=day) + timedelta(hours=hour))
    settle_down(store)


def _reminded(connection: Connection, slot: datetime) -> None:
    same = {"kind": "reminder", "slot": slot, "created_at": slot, "not_before": slot}
    same |= {"key": "S01", "text": _TEXT, "state": "delivered", "attempts": 1, "segments": 1}
    values = [literal(value, Entry.__table__.c[name].type) for name, value in same.items()]
    unique = cast(Person.id, String) + literal(f"-{slot:%d%H}-0123456789abcdef")
    chosen = select(
        Person.id, AddressRow.id, unique, literal("SM0123456789") + unique, *values
    ).join(AddressRow, AddressRow.person_id == Person.id)
    columns = ["person_id", "address_id", "attempt", "provider_id", *same]
    connection.execute(insert(Entry).from_select(columns, chosen))
