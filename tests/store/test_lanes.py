"""Connections for prepared statements: kept from one use to the next, and never after an error."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from service.store.engine import Store, StoreFailed
from service.store.lanes import within
from service.store.prepared import Prepared, from_json
from service.store.tables import Entry, Person
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


def test_what_is_empty_comes_back_empty(store: Store) -> None:
    given = {"the_created_at": NOON, "the_not_before": NOON, "the_params": {}}
    with store.stroke() as lane:
        assert lane.run(SAY, given) == (NOON, NOON, {})
    with store.write() as session:
        person = Person(created_at=NOON, state="stranger")
        session.add(person)
        session.flush()
        session.expire(person)
        assert person.left_out == []


def test_a_list_that_came_empty_is_nobody_elses() -> None:
    assert from_json("[]") is not from_json("[]")


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
