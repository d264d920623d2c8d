"""Old history goes, some hundred rows at a time, so that nobody waits for it.

What gave, refused or withdrew consent stays, with the text that it answered.
"""

from collections.abc import Callable
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, literal, select
from sqlalchemy.orm import Session

from service.store import facts
from service.store.engine import Store
from service.store.tables import Entry, Inbound, Setting

BATCH = 500  # rows; the write lock is held for a few milliseconds
_Table = type[Entry] | type[Inbound]


def trim(store: Store, before: datetime, rest: Callable[[], bool]) -> None:
    """Remove what was said and received before a moment.

    `rest` is called between two batches, and may wait; False ends it: the next call goes on there.
    """
    for table in (Entry, Inbound):  # a text received is kept as long as its answer
        while old := _oldest(store, table, before):
            with store.write() as session:
                _remove(session, table, old)
            if not rest():
                return


def _oldest(store: Store, table: _Table, before: datetime) -> list[int]:
    """The first ids past the mark, as long as they are old: ids rise with time."""
    with store.read() as session:
        rows = session.execute(
            select(table.id, _moment(table) < before)
            .where(table.id > _mark(session, table))
            .order_by(table.id)
            .limit(BATCH)
        )
        return [number for number, _ in takewhile(lambda row: row[1], rows)]


def _remove(session: Session, table: _Table, ids: list[int]) -> None:
    gone = delete(table).where(table.id.in_(ids), _may_go(table))
    session.execute(gone, execution_options={"synchronize_session": False})
    facts.note(session, _name(table), str(ids[-1]))


def _may_go(table: _Table) -> ColumnElement[bool]:
    if table is Entry:
        return Entry.kind != "consent"
    return ~exists().where(Entry.inbound_id == Inbound.id)


def _mark(session: Session, table: _Table) -> int:
    """Up to where it was done. An emptied SQLite table numbers its rows from the start again."""
    kept = session.get(Setting, _name(table))
    newest = session.scalar(select(func.coalesce(func.max(table.id), literal(0)))) or 0
    mark = int(kept.value) if kept else 0
    return mark if mark <= newest else 0


def _moment(table: _Table) -> Any:
    return Entry.created_at if table is Entry else Inbound.at


def _name(table: _Table) -> str:
    return f"history.{table.__tablename__}"
