"""The database keeps to the moves of states.py, whoever asks."""

from itertools import product

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from service.envelopes import State
from service.store.engine import Store
from service.store.states import MOVES, Mover, movers
from service.store.tables import Entry
from tests.outbox.line import NOON

_WAYS = [(before, after) for before, after in product(State, State) if before is not after]


@pytest.fixture
def row(store: Store) -> int:
    with store.write() as session:
        entry = Entry(kind="reply", created_at=NOON, not_before=NOON)
        session.add(entry)
        session.flush()
        return entry.id


def _move(store: Store, row: int, before: State, after: State) -> None:
    with store.write() as session:
        session.execute(text("DELETE FROM entry"))
        session.add(Entry(id=row, kind="reply", created_at=NOON, not_before=NOON, state=before))
        session.flush()
        session.execute(update(Entry).where(Entry.id == row).values(state=after))


def test_rows_go_only_where_the_table_says(store: Store, row: int) -> None:
    for before, after in _WAYS:
        if (before, after) in MOVES:
            _move(store, row, before, after)
        else:
            with pytest.raises(DatabaseError, match="no way leads"):
                _move(store, row, before, after)


def test_what_has_ended_at_the_provider_stays_as_it_is() -> None:
    ends = {State.DELIVERED, State.UNDELIVERED, State.FAILED}
    assert not {before for before, _ in MOVES} & ends


def test_only_proof_from_the_provider_brings_a_row_back_from_an_end() -> None:
    for end in (State.EXPIRED, State.SENT):
        ways = [movers(end, after) for after in State]
        assert set().union(*ways) == {Mover.RECEIPT}


def test_a_row_is_sent_by_one_claim_only() -> None:
    assert [before for before in State if movers(before, State.SENDING)] == [State.QUEUED]
