"""Connections for prepared statements: kept from one use to the next, and never after an error."""

import json
import sqlite3
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from service.store.engine import Store, StoreBusy, StoreFailed
from service.store.json_text import from_json
from service.store.lanes import Lanes, within
from service.store.prepared import Prepared
from service.store.sqlite_failures import meaning
from service.store.tables import Entry
from tests.outbox.line import NOON
from tests.store.notes import names, put
from tests.store.statements import CHANGE, FIND, PUT

MOMENTS = ("created_at", "not_before")
SAY = Prepared(
    insert(Entry)
    .values(
        {name: bindparam(f"the_{name}", type_=Entry.__table__.c[name].type) for name in MOMENTS}
        | {"params": bindparam("the_params", type_=Entry.__table__.c["params"].type)}
        | {"kind": "reply", "key": "", "text": "", "state": "answered", "error": ""}
        | {"attempts": 0, "looks": 0, "segments": 0}
    )
    .returning(Entry.created_at, Entry.not_before, Entry.params)
)


def connection(store: Store) -> Any:
    with store.stroke() as lane:
        return lane.driver


def test_a_lane_is_kept_from_one_use_to_the_next(store: Store) -> None:
    assert connection(store) is connection(store)


def test_a_lane_is_not_used_again_after_an_error(store: Store) -> None:
    put(store, "a")
    before = connection(store)
    with pytest.raises(IntegrityError), store.stroke() as lane:
        lane.run(PUT, {"the_name": "a"})
    assert connection(store) is not before
    assert store.ask(FIND, {"the_name": "a"}) == ("a", "x")


def test_what_a_broken_block_wrote_is_taken_back_unless_each_statement_stood_alone(
    store: Store,
) -> None:
    def write_and_break() -> None:
        with store.stroke() as lane:
            lane.run(PUT, {"the_name": "a"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_break()
    assert names(store) == ([] if store.dialect == "sqlite" else ["a"])


def test_a_statement_without_rows_gives_none_back(store: Store) -> None:
    put(store, "a")
    with store.stroke() as lane:
        assert lane.run(CHANGE, {"the_name": "a", "new": "y"}) is None
    assert store.ask(FIND, {"the_name": "a"}) == ("a", "y")


def test_a_value_that_is_missing_is_named(store: Store) -> None:
    with pytest.raises(KeyError, match="the_name"):
        store.ask(FIND, {})


def test_values_go_in_and_come_out_as_sqlalchemy_would_have_them(store: Store) -> None:
    east = NOON.astimezone(timezone(timedelta(hours=9)))
    given = {"the_created_at": NOON, "the_not_before": east, "the_params": {"K1": "LIFT"}}
    with store.stroke() as lane:
        assert lane.run(SAY, given) == (NOON, NOON, {"K1": "LIFT"})
    with store.write() as session:
        assert within(session).run(SAY, given) == (NOON, NOON, {"K1": "LIFT"})
    with store.read() as session:
        rows = session.execute(select(Entry.created_at, Entry.not_before, Entry.params)).all()
    assert [tuple(row) for row in rows] == [(NOON, NOON, {"K1": "LIFT"})] * 2


def test_empty_and_full_values_follow_one_another_on_a_lane(store: Store) -> None:
    moments = {"the_created_at": NOON, "the_not_before": NOON}
    with store.stroke() as lane:
        for params in [{}, {"K1": "LIFT"}] * 8:  # psycopg prepares what has run five times
            assert lane.run(SAY, {**moments, "the_params": params}) == (NOON, NOON, params)


@pytest.mark.parametrize("text", ["[]", b"[]", "{}", b"{}"])
def test_what_came_empty_is_nobody_elses(text: str | bytes) -> None:
    assert from_json(text) == json.loads(text)
    assert from_json(text) is not from_json(text)


class Driver:
    """A connection that fails where it is told to."""

    faults: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        self.do("open")

    def do(self, what: str) -> None:
        if what in self.faults:
            raise sqlite3.OperationalError(what)


def one_lane() -> Lanes:
    return Lanes(
        sqlite.dialect(dbapi=sqlite3),
        meaning,
        Driver,
        lambda driver: driver.do("let go"),
        lambda driver, _wait: driver.do("be patient"),
        most=1,
    )


@pytest.mark.parametrize("fault", ["open", "be patient", "block", "let go", ""])
def test_whatever_fails_exactly_one_may_be_lent_again(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lanes = one_lane()
    monkeypatch.setattr(Driver, "faults", {fault})
    with suppress(Exception), lanes.one(0.0, writing=True) as lane:
        lane.driver.do("block")
        if fault == "let go":
            raise ZeroDivisionError
    monkeypatch.setattr(Driver, "faults", set())
    with (
        lanes.one(0.0, writing=True),
        pytest.raises(StoreBusy),
        lanes.one(0.0, writing=True),
    ):
        pass


def test_whoever_waits_gets_the_lane_that_is_given_back() -> None:
    lanes = one_lane()
    got = threading.Event()

    def borrow() -> None:
        with lanes.one(5.0, writing=True):
            got.set()

    with lanes.one(0.0, writing=True):
        thread = threading.Thread(target=borrow)
        thread.start()
        assert not got.is_set()
    assert got.wait(5)
    thread.join()


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    naive = datetime(2026, 3, 2, 14, tzinfo=UTC).replace(tzinfo=None)
    given = {"the_created_at": naive, "the_not_before": NOON, "the_params": {}}
    with pytest.raises(ValueError, match="aware"), store.stroke() as lane:
        lane.run(SAY, given)


def test_a_table_that_is_missing_is_said_in_words(file_store: Store) -> None:
    with file_store.write() as session:
        session.connection().exec_driver_sql("DROP TABLE setting")
    with pytest.raises(StoreFailed, match="upright migrate"):
        file_store.ask(FIND, {"the_name": "a"})


def test_a_statement_within_a_session_goes_with_its_transaction(store: Store) -> None:
    with store.trial() as session:
        lane = within(session)
        lane.run(PUT, {"the_name": "a"})
        assert lane.rows(FIND, {"the_name": "a"}) == [("a", "x")]
    assert names(store) == []
    with store.write() as session:
        within(session).run(PUT, {"the_name": "b"})
    assert names(store) == ["b"]
