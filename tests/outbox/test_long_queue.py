"""What is done to a few rows costs the same however many others are queued."""

import shutil
from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from service.outbox import entries, strays
from service.outbox.claim import claim, expire, waiting
from service.outbox.prepare import prepare
from service.store.engine import Store, open_store
from tests.outbox.line import NOON, House, compose
from tests.outbox.queues import queue
from tests.store.steps import counting

SHORT, LONG = 600, 6_000  # rows; a look for late ones takes 500


def stop(session: Session) -> None:
    assert entries.withdraw(session, 1, NOON, "stopped") == 1


def take(session: Session) -> None:
    claims = claim(session, "sms", NOON, 5)
    assert len(claims) == 5
    prepare(session, claims, NOON, quiet=(time(9), time(20)), budget=None, compose=compose)


def look_on_an_empty_channel(session: Session) -> None:
    assert claim(session, "telegram", NOON, 5) == []


def look_on_another_channel(session: Session) -> None:
    """With people of its own, and few texts."""
    assert len(claim(session, "whatsapp", NOON, 5)) == 1


def look_for_late_ones(session: Session) -> None:
    expire(session, ["sms", "whatsapp"], NOON, ["reminder"])


def look_whether_anything_waits(session: Session) -> None:
    assert waiting(session, ["sms", "whatsapp"], NOON) == ["reminder"]


def look_for_strays(session: Session) -> None:
    assert set(strays.names(session)) == {"sms", "whatsapp"}


@pytest.fixture
def on_sqlite(migrated: Path, tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{shutil.copy(migrated, tmp_path / 'upright.db')}")
    yield store
    store.close()


@pytest.mark.parametrize(
    "work",
    [
        stop,
        take,
        look_on_an_empty_channel,
        look_on_another_channel,
        look_for_late_ones,
        look_whether_anything_waits,
        look_for_strays,
    ],
)
def test_a_long_queue_is_not_gone_through(
    on_sqlite: Store, work: Callable[[Session], None]
) -> None:
    house = House(on_sqlite)
    first, others = house.person(), house.person()
    house.put(first)
    house.put(house.person(channel="whatsapp"))
    costs = []
    for rows in (range(SHORT), range(SHORT, LONG)):
        queue(house.store, others, rows, NOON)
        with counting(on_sqlite) as steps, on_sqlite.trial() as session:
            work(session)
        costs.append(len(steps))
    assert costs[1] <= 1.2 * costs[0] + 5, costs
