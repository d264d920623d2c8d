"""How the databases answer what the pages about people ask: by index, whatever there is beside it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text

from service.people import searching, timeline
from service.people.searching import HEARD, SILENT, Place, Wanted
from service.people.written_numbers import glimpsed, sought
from service.store.engine import Store
from tests.web.people import MONDAY, crowd, number

PEOPLE, EACH = 2_000, 4
Asked = tuple[str, Any]
Plans = Callable[[Callable[[Any], object]], list[str]]


@pytest.fixture
def full(store: Store) -> Store:
    crowd(store, PEOPLE, EACH)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return store


@pytest.fixture
def plan(full: Store) -> Plans:
    """How each statement of a question is answered."""
    asked: list[Asked] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    def answered(question: Callable[[Any], object]) -> list[str]:
        asked.clear()
        with full.read() as session:
            event.listen(full.engine, "before_cursor_execute", note)
            question(session)
            event.remove(full.engine, "before_cursor_execute", note)
            how = "EXPLAIN QUERY PLAN" if full.dialect == "sqlite" else "EXPLAIN"
            driver = session.connection()
            return [
                "\n".join(
                    str(row[-1]) for row in driver.exec_driver_sql(f"{how} {statement}", values)
                )
                for statement, values in asked
                if statement.startswith("SELECT")
            ]

    return answered


def scans(plans: list[str], table: str) -> list[str]:
    """Those that go through a whole table."""
    return [
        each for each in plans if f"SCAN {table}\n" in f"{each}\n" or f"Seq Scan on {table}" in each
    ]


def test_a_conversation_is_read_by_its_person(plan: Plans) -> None:
    for behind in (None, timeline.Mark(MONDAY + timedelta(hours=3), 2, 10_000)):
        plans = plan(partial(timeline.page, person_id=7, behind=behind))
        assert len(plans) == 4
        for table in ("entry", "inbound", "consent", "address"):
            assert scans(plans, table) == []


def test_a_page_of_the_list_is_read_along_the_people(plan: Plans) -> None:
    for order in ("newest", "oldest"):
        for after in (None, Place(PEOPLE // 2)):
            wanted = Wanted(order=order)
            plans = plan(partial(searching.page, wanted=wanted, now=MONDAY, after=after))
            assert not any("TEMP B-TREE" in each or "Sort" in each for each in plans[:1])
            assert scans(plans, "address") == []
    for wanted in (
        Wanted(sought=sought(number(7))),
        Wanted(sought=glimpsed("1234")),
        Wanted(plan=99),
    ):
        plans = plan(partial(searching.page, wanted=wanted, now=MONDAY, after=None))
        assert scans(plans, "address") + scans(plans, "person") == []
    for order in (HEARD, SILENT):  # the outbox isn't asked who texted last
        after = Place(9, MONDAY - timedelta(minutes=9))
        plans = plan(partial(searching.page, wanted=Wanted(order=order), now=MONDAY, after=after))
        assert not any("entry" in each or "inbound" in each for each in plans)


def test_filters_find_who_they_say(full: Store) -> None:
    for wanted in (
        Wanted(state="active", language="es", country="US"),
        Wanted(channel="slack", standing="in"),
        Wanted(channel="slack", standing="out"),
        Wanted(sought=sought("1234")),
        Wanted(silent_since=MONDAY - timedelta(hours=30)),
    ):
        with full.read() as session:
            many = searching.count(session, wanted, MONDAY)
        everybody = list(searching.everybody(full, wanted, MONDAY))
        assert len(everybody) < PEOPLE
        assert many == min(len(everybody), searching.COUNTED + 1)
        assert len({each.person.id for each in everybody}) == len(everybody)
        assert bool(everybody) is (wanted.standing != "in")  # every tenth is also a fifth: out
