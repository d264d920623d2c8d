"""No page reads a large table whole: the database's own plan for each question of the dashboard says so.

A page that asks something new adds a line to QUESTIONS; its name is what fails.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from config.settings import Settings
from service.store.engine import Store
from service.web.numbers import headlines, live
from service.web.numbers.history import History
from service.web.numbers.period import Period
from tests import history
from tests.conftest import KEYS

NOW = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
LARGE = ("entry", "inbound", "person", "address", "consent")
PEOPLE, ENTRIES = 3_000, 30_000

Asked = Callable[[Session], object]


def _of(number: Callable[[History], object]) -> Asked:
    return lambda session: number(History(session, Period.last(90, NOW)))


QUESTIONS: Mapping[str, Asked] = {
    "reminders": _of(History.reminders),
    "replies": _of(History.replies),
    "emergencies": _of(History.emergencies),
    "people": _of(History.people),
    "opt-outs": _of(History.opt_outs),
    "keywords": _of(History.keywords),
    "languages": _of(History.languages),
    "rhythm": _of(History.rhythm),
    "spending": _of(History.spending),
    "queue": lambda session: live.queue(session, NOW),
    "heartbeat": live.heartbeat,
    "resting": lambda session: live.resting(session, NOW),
    "unreached": lambda session: live.unreached(session, NOW),
    "retried": lambda session: live.retried(session, NOW),
    "faults": lambda session: live.faults(session, NOW),
    "headlines": lambda session: headlines.headlines(session, Settings(**KEYS), NOW),  # type: ignore[arg-type]
}


def test_no_question_reads_a_large_table_whole(store: Store) -> None:
    history.fill(store, PEOPLE, ENTRIES, NOW)
    with store.read() as session:
        for name, ask in QUESTIONS.items():
            with _heard(session) as statements:
                ask(session)
            assert statements, name
            for statement, values in statements:
                assert _read_whole(session.connection(), statement, values) == [], name


def test_a_table_that_is_read_whole_is_noticed(store: Store) -> None:
    history.fill(store, 50, 500, NOW)
    with store.read() as session:
        connection = session.connection()
        for table in LARGE:
            whole = f"SELECT count(*) FROM {table} WHERE id + 0 > 1"
            assert _read_whole(connection, whole, ()) == [table]


@contextmanager
def _heard(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent meanwhile, with their values."""
    heard: list[tuple[str, Any]] = []

    def hear(_c: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        heard.append((statement, values))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", hear)
    yield heard
    event.remove(connection, "before_cursor_execute", hear)


def _read_whole(connection: Connection, statement: str, values: Any) -> list[str]:
    """The large tables, or whole indexes of theirs, that the plan goes through from end to end."""
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [table for *_, step in plan for table in LARGE if re.match(rf"SCAN {table}\b", step)]
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)
    return list(_whole(plan.scalar_one()[0]["Plan"]))


def _whole(node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("Relation Name") in LARGE and not _bounded(node):
        yield node["Relation Name"]
    for inner in node.get("Plans", ()):
        yield from _whole(inner)


def _bounded(node: Mapping[str, Any]) -> bool:
    """A bitmap's condition stands with the indexes that it is made of."""
    parts = node.get("Plans", ())
    if node["Node Type"] in {"Bitmap Heap Scan", "BitmapAnd", "BitmapOr"}:
        return bool(parts) and all(map(_bounded, parts))
    return "Index Cond" in node
