"""What grows with people and with time: bytes a row, counting the minutes, letting old history go.

`python -m benchmarks.growth [DATABASE_URL]`: an empty database that it may fill; a file by default.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import insert, text

from service.outbox import retention
from service.reminders import room
from service.reminders.rhythm import Rhythm
from service.store.engine import Store, open_store
from service.store.migrate import migrate
from service.store.schema import METADATA
from service.store.sqlite import SqliteStore
from service.store.tables import AddressRow, Entry, Inbound, Person, Plan

PEOPLE, ENTRIES = 200_000, 400_000
AT_ONCE = 20_000
NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
_REMINDER = "Upright: stand up and stretch. Roll both shoulders back, slowly, five times."


def main(arguments: Sequence[str]) -> None:
    with TemporaryDirectory(prefix="upright-growth-") as folder:
        url = arguments[0] if arguments else f"sqlite:///{Path(folder) / 'growth.db'}"
        migrate(url)
        store = open_store(url)
        for line in measured(store):
            print(line, flush=True)
        store.close()


def measured(store: Store) -> Iterator[str]:
    empty = _bytes(store)
    _fill(store, "people", PEOPLE)
    people = _bytes(store)
    yield f"{store.dialect}: {(people - empty) / PEOPLE:.0f} bytes a person with an address"
    began = perf_counter()
    with store.read() as session:
        fullest = max(room.count(session, NOW))
    yield f"counting the minutes of {PEOPLE:,}: {perf_counter() - began:.3f} s (fullest {fullest:,})"
    _fill(store, "received", ENTRIES // 4)
    received = _bytes(store)
    yield f"{(received - people) / (ENTRIES // 4):.0f} bytes a text received"
    _fill(store, "sent", ENTRIES)
    yield f"{(_bytes(store) - received) / ENTRIES:.0f} bytes a text sent"
    pauses = 0

    def rest() -> bool:
        nonlocal pauses
        pauses += 1
        return True

    began = perf_counter()
    retention.trim(store, NOW, rest)
    took = perf_counter() - began
    rows = ENTRIES + ENTRIES // 4
    yield f"letting {rows:,} rows go: {rows / took:,.0f}/s, {1000 * took / pauses:.1f} ms a step"


def _fill(store: Store, what: str, many: int) -> None:
    for first in range(1, many + 1, AT_ONCE):
        ids = range(first, min(first + AT_ONCE, many + 1))
        with store.write(wait=60) as session:
            if what == "people":
                _people(session.connection(), ids)
            elif what == "received":
                session.execute(insert(Inbound), [_received(each) for each in ids])
            else:
                session.execute(insert(Entry), [_sent(each) for each in ids])


def _people(connection: object, ids: range) -> None:
    execute = connection.execute  # type: ignore[attr-defined]
    rhythm = Rhythm.default("America/New_York", "US")
    if ids[0] == 1:
        plans = [
            {"id": minute + 1, "next_at": NOW, **rhythm.at_minute(minute).columns()}
            for minute in range(60)
        ]
        execute(insert(Plan), plans)
    person = {"created_at": NOW, "state": "active", "zone": rhythm.zone, "country": "US"}
    person |= {"plan_since": NOW, "restated_at": NOW, "last_seen_at": NOW}
    execute(insert(Person), [{"id": each, "plan_id": 1 + each % 60, **person} for each in ids])
    address = {"channel": "sms", "standing": "in", "primary": True}
    rows = [{"id": each, "person_id": each, "handle": f"+1{each:010}", **address} for each in ids]
    execute(insert(AddressRow), rows)


def _received(each: int) -> dict[str, object]:
    at = NOW - timedelta(days=100) + timedelta(seconds=each)
    row = {"channel": "sms", "provider_id": f"SM{each:032x}", "address_id": 1 + each % PEOPLE}
    return {**row, "at": at, "intent": "done", "topic": "DONE", "rule": "exact"}


def _sent(each: int) -> dict[str, object]:
    """A reminder as it stands in the history."""
    at = NOW - timedelta(days=100) + timedelta(seconds=each)
    return {
        "person_id": 1 + each % PEOPLE, "address_id": 1 + each % PEOPLE, "kind": "reminder",
        "slot": at, "key": "NK1", "params": {"N": 1}, "text": _REMINDER, "created_at": at,
        "not_before": at, "best_before": at + timedelta(minutes=10), "state": "delivered",
        "attempt": f"{each:016x}-{each}", "attempts": 1, "claimed_at": at, "lease_until": at,
        "provider_id": f"SM{each:032x}", "segments": 1, "settled_at": at,
    }  # fmt: skip


def _bytes(store: Store) -> int:
    """With indexes."""
    if isinstance(store, SqliteStore):
        with store.read() as session:
            pages = session.scalar(
                text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            )
        return int(pages or 0)
    with store.read() as session:
        sizes = [
            session.scalar(text(f"SELECT pg_total_relation_size('{table}')"))
            for table in METADATA.tables
        ]
    return sum(int(size or 0) for size in sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
