"""A million lines are as quick to look through as a hundred: each question has its index."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text

from service.operators import audit, throttle, trail
from service.operators.throttle import Attempt
from service.operators.trail import Asked, Place
from service.store.engine import Store
from service.store.operator_tables import Audit

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
ASKED: list[dict[str, Any]] = [
    {
        key: value
        for key, value in zip(("name", "action", "person_id", "since"), chosen, strict=True)
        if value
    }
    for chosen in product(("", "ana"), ("", "text sent"), (None, 7), (None, NOW))
]


def put(store: Store, *lines: dict[str, Any]) -> None:
    given = {"name": "ana", "action": "text sent", "origin": "", "detail": {}}
    with store.write() as session:
        session.execute(insert(Audit), [given | line for line in lines])


def plans(store: Store, ask: Any) -> list[str]:
    """How the database answers each question that `ask` puts."""
    explained: list[str] = []

    def explain(connection: Any, _cursor: Any, asked: str, values: Any, *_: Any) -> None:
        if asked.startswith("SELECT"):
            kind = "EXPLAIN QUERY PLAN" if store.dialect == "sqlite" else "EXPLAIN"
            cursor = connection.connection.driver_connection.cursor()
            cursor.execute(f"{kind} {asked}", values)
            explained.append("\n".join(str(row[-1]) for row in cursor.fetchall()))

    with store.read() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", explain)
        ask(session)
        event.remove(connection, "before_cursor_execute", explain)
    assert explained
    return explained


def index_of(asked: dict[str, Any]) -> str:
    """The one that reads nothing in vain."""
    if "person_id" in asked:
        return "ix_audit_person_id_at_id"
    columns = [key for key in ("name", "action") if key in asked]
    return "_".join(["ix_audit", *columns, "at_id"])


def test_every_page_is_read_off_an_index(store: Store) -> None:
    fill(store, 20_000)
    for asked, after in product(ASKED, (None, Place(NOW, 5))):
        [plan] = plans(store, lambda session: trail.page(session, Asked(**asked), after, 51))  # noqa: B023 -- asked at once
        if store.dialect == "sqlite":
            assert f"USING INDEX {index_of(asked)} " in f"{plan} "
            assert "TEMP B-TREE" not in plan
        else:
            assert "Seq Scan" not in plan
            assert "ix_audit_" in plan


def test_throttling_and_what_there_is_to_choose_from_are_too(store: Store) -> None:
    attempt = Attempt("ana", "here")

    def ask(session: Any) -> None:
        throttle.stops(session, attempt, NOW)
        throttle.stops_codes(session, attempt, NOW)
        throttle.refused(session, "ana", NOW)
        trail.actions(session)

    for plan in plans(store, ask):
        assert "ix_audit_" in plan
        assert "SCAN audit\n" not in f"{plan}\n"


def test_a_page_costs_as_little_among_many_lines(store: Store) -> None:
    """Whatever is asked for, and at the far end: by what SQLite does for it."""
    if store.dialect != "sqlite":
        return  # PostgreSQL says what it does in its plan
    fill(store, 50_000)
    asked: list[dict[str, Any]] = [
        {},
        {"name": "name3"},
        {"action": "act4", "name": "name3"},
        {"person_id": 77, "name": "name0"},
    ]
    for each in asked:
        after = Place(NOW - timedelta(minutes=25_000), 25_000)
        assert worked(store, Asked(**each), after) < 15  # thousand instructions


def worked(store: Store, asked: Asked, after: Place) -> int:
    """A page's price in thousands of SQLite's instructions."""
    steps: list[int] = []
    with store.read() as session:
        driver: Any = session.connection().connection.driver_connection
        driver.set_progress_handler(lambda: steps.append(1), 1_000)
        try:
            assert trail.page(session, asked, after, 51)
        finally:
            driver.set_progress_handler(None, 0)
    return len(steps)


def fill(store: Store, count: int) -> None:
    """A line a minute until NOW."""
    with store.write() as session:
        session.execute(text(_MANY.format(at=_AT[store.dialect])), {"count": count})
        if store.dialect == "postgresql":
            session.execute(text("ANALYZE audit"))


_AT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', '2026-03-02 14:00', '-' || n || ' minutes')",
    "postgresql": "timestamptz '2026-03-02 14:00Z' - n * interval '1 minute'",
}
_MANY = """
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count)
    INSERT INTO audit (at, name, action, person_id, origin, detail)
    SELECT {at}, 'name' || (n % 7), 'act' || (n % 11), n % 5000, '', '{{}}' FROM number
"""


def test_all_actions_are_found_once(store: Store) -> None:
    put(store, *({"at": NOW, "action": action} for action in "cabbac"))
    with store.read() as session:
        assert trail.actions(session) == ["a", "b", "c"]


def test_pages_leave_nothing_out_where_lines_are_of_one_moment(store: Store) -> None:
    put(
        store,
        *(
            {"at": NOW - timedelta(minutes=number // 4), "person_id": number}
            for number in range(10)
        ),
    )
    seen, after = list[int | None](), None
    with store.read() as session:
        while lines := trail.page(session, Asked(), after, 3):
            seen += [line.person_id for line in lines]
            after = Place.read(str(Place.of(lines[-1])))
    assert seen == [3, 2, 1, 0, 7, 6, 5, 4, 9, 8]


@pytest.mark.parametrize("written", ["", "x", "~", "2026-01-01~1", "2026-01-01T00:00:00+00:00~-1"])
def test_what_is_no_place_begins_at_the_newest(written: str) -> None:
    assert Place.read(written) is None


def test_old_attempts_go_and_what_operators_did_stays(store: Store) -> None:
    old = NOW - throttle.KEPT - timedelta(minutes=1)
    attempts = [
        {"at": at, "action": action}
        for at in (old, NOW)
        for action in (audit.REFUSED, audit.WRONG_CODE, audit.SIGNED_IN, "text sent")
    ]
    put(store, *attempts)
    with store.write() as session:
        throttle.purge(session, NOW)
    with store.read() as session:
        kept = session.execute(select(Audit.at, Audit.action).order_by(Audit.id)).all()
    assert [action for at, action in kept if at == old] == [audit.SIGNED_IN, "text sent"]
    assert len(kept) == 6
