"""One at a time where a decision spans rows, and nobody else waits for it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from service.store.engine import Store, StoreBusy
from service.store.tables import Setting
from service.store.turns import take_turn

ROOM = 3


def take_a_seat(store: Store, number: int) -> None:
    """Sits down only where fewer than ROOM sit: a decision that no row alone can make."""
    with store.write() as session:
        take_turn(session, "seats", "front")
        taken = session.scalar(select(func.count()).select_from(Setting)) or 0
        if taken < ROOM:
            session.add(Setting(name=f"seat {number}", value="taken"))


def test_a_decision_over_several_rows_is_made_by_one_at_a_time(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(take_a_seat, store, number) for number in range(16)]:
            done.result()
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Setting)) == ROOM


def test_whoever_waits_for_a_turn_in_vain_is_told_that_it_is_busy(store: Store) -> None:
    with store.write() as session:
        take_turn(session, "seats", "front")
        with pytest.raises(StoreBusy, match="try again"), store.write(wait=0.01) as other:
            take_turn(other, "seats", "front")


@pytest.mark.server("postgresql")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_other_turns_go_on_meanwhile(store: Store) -> None:
    done = threading.Event()
    with store.write() as session:
        take_turn(session, "seats", "front")
        with store.write(wait=0.01) as other:
            take_turn(other, "seats", "back")
            done.set()
    assert done.is_set()


def test_the_next_turn_sees_what_the_one_before_decided(store: Store) -> None:
    for number in range(ROOM + 1):
        take_a_seat(store, number)
    with store.read() as session:
        assert session.get(Setting, f"seat {ROOM}") is None
