"""The log: newest first, whatever is asked, and by the indexes that there are."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from service.envelopes import State
from service.outbox.entries import KINDS
from service.outbox.listing import _HEAD, _HEAD_TOLD, LOOKED_AT, PAGE, Page, Wanted, page
from service.store.engine import Store
from service.store.prepared import Prepared
from service.store.tables import Entry
from tests.outbox.line import NOON

CHANNELS = ("sms", "telegram")
MANY = 12_000
_INDEX = "ix_entry_state_kind_channel_not_before"


def fill(store: Store, many: int = 300) -> None:
    """Rows a second apart, of every state, kind and channel; each thirteenth has an error."""
    chance = random.Random(7)
    rows = [
        {
            "person_id": number % 50 + 1,
            "address_id": None,
            "channel": chance.choice(CHANNELS),
            "kind": chance.choice(KINDS),
            "slot": NOON + timedelta(seconds=number),
            "text": f"text {number}",
            "created_at": NOON + timedelta(seconds=number),
            "not_before": NOON + timedelta(seconds=number),
            "state": "failed" if number % 13 == 0 else chance.choice(list(State)),
            "error": "30005: nobody there" if number % 13 == 0 else "",
        }
        for number in range(many)
    ]
    with store.write() as session:
        session.execute(insert(Entry), rows)
        session.execute(text("ANALYZE"))


def all_pages(store: Store, wanted: Wanted) -> list[str]:
    texts: list[str] = []
    after = ""
    with store.read() as session:
        while True:
            found = page(session, wanted, CHANNELS, after)
            texts += [line.text for line in found.lines]
            after = found.after
            if not after:
                return texts


def expected(store: Store, wanted: Wanted) -> list[str]:
    with store.read() as session:
        rows = session.query(Entry).order_by(Entry.id.desc()).all()
    return [
        row.text
        for row in rows
        if (not wanted.states or row.state in wanted.states)
        and (not wanted.kinds or row.kind in wanted.kinds)
        and (not wanted.channels or row.channel in wanted.channels)
        and (wanted.error in row.error)
        and (wanted.since is None or row.not_before >= wanted.since)
        and (wanted.until is None or row.not_before < wanted.until)
        and (wanted.person_id is None or row.person_id == wanted.person_id)
    ]


HOUR = {"since": NOON + timedelta(seconds=40), "until": NOON + timedelta(seconds=200)}
QUESTIONS = [
    Wanted(),
    Wanted(**HOUR),  # type: ignore[arg-type]
    Wanted(states=("failed", "sent")),
    Wanted(kinds=("reminder",), **HOUR),  # type: ignore[arg-type]
    Wanted(channels=("sms",)),
    Wanted(states=("failed",), kinds=("emergency",), channels=("telegram",)),
    Wanted(error="30005"),
    Wanted(error="nobody", **HOUR),  # type: ignore[arg-type]
    Wanted(person_id=7),
    Wanted(person_id=1, states=("failed",), error="30005"),
    Wanted(person_id=9, **HOUR),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("wanted", QUESTIONS, ids=repr)
def test_pages_bring_everything_that_is_asked_for_once_newest_first(
    store: Store, wanted: Wanted
) -> None:
    fill(store)
    found = all_pages(store, wanted)
    assert found == expected(store, wanted)
    assert found


def test_a_page_of_rows_due_at_one_moment_goes_on_behind_its_last(store: Store) -> None:
    with store.write() as session:
        same: dict[str, Any] = {"channel": "sms", "kind": "reminder", "state": "sent"}
        same |= {"created_at": NOON, "not_before": NOON, "person_id": None, "slot": None}
        session.execute(insert(Entry), [{**same, "text": str(n)} for n in range(PAGE * 2 + 3)])
    assert all_pages(store, Wanted(states=("sent",))) == [
        str(n) for n in reversed(range(PAGE * 2 + 3))
    ]


def test_a_search_that_finds_nothing_says_how_far_it_looked(store: Store) -> None:
    with store.write() as session:
        row = {"channel": "sms", "kind": "reminder", "state": "expired", "error": "best-before"}
        rows = [
            {**row, "created_at": NOON, "not_before": NOON + timedelta(seconds=n)}
            for n in range(LOOKED_AT + 10)
        ]
        session.execute(insert(Entry), rows)
    wanted = Wanted(states=("expired",), kinds=("reminder",), channels=("sms",), error="30005")
    with store.read() as session:
        first = page(session, wanted, CHANNELS)
        second = page(session, wanted, CHANNELS, first.after)
    assert (first.lines, first.looked_to) == ([], NOON + timedelta(seconds=10))
    assert second == Page([])


@contextmanager
def plans(store: Store) -> Iterator[list[str]]:
    """How the database goes about each statement that is run meanwhile."""
    asked: list[tuple[str, Any]] = []
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(store.engine, "before_cursor_execute", note)
    yield found
    event.remove(store.engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if store.dialect == "sqlite" else "EXPLAIN (FORMAT JSON) "
    with store.read() as session:
        for statement, values in asked:
            if statement.startswith("SELECT"):
                rows = session.connection().exec_driver_sql(explain + statement, values)
                found += [json.dumps(list(row), default=str) for row in rows]


@pytest.mark.parametrize("wanted", QUESTIONS, ids=repr)
def test_no_question_goes_through_the_whole_outbox(store: Store, wanted: Wanted) -> None:
    fill(store, MANY)
    with plans(store) as how, store.read() as session:
        first = page(session, wanted, CHANNELS)
        page(session, wanted, CHANNELS, first.after)
    told = "\n".join(how)
    assert "SCAN entry" not in told.replace("SCAN entry USING", "")
    assert (
        '"Seq Scan", "Parallel Aware": false, "Async Capable": false, "Relation Name": "entry"'
        not in told
    )


@pytest.mark.parametrize("head", [_HEAD, _HEAD_TOLD], ids=["any", "of an error"])
def test_the_head_of_a_range_is_read_from_its_index(store: Store, head: Prepared) -> None:
    fill(store, MANY)
    asked = {"of_state": "sent", "of_kind": "reminder", "of_channel": "sms", "most": PAGE}
    asked |= {"since": NOON, "upto": NOON + timedelta(hours=1), "behind": 9, "told": "%x%"}
    with plans(store) as how, store.read() as session:
        session.execute(head.statement, asked)
    assert len(how) > 0
    assert _INDEX in "\n".join(how)
    assert "TEMP B-TREE" not in "\n".join(how)
