"""Writing counts: rows that are there already grow."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from service.store.base import Base
from service.store.upsert import Insert, insert

Key = tuple[Any, ...]


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def table_of(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def add(session: Session, model: type[Base], column: str, counted: Mapping[Key, int]) -> None:
    """Add these counts to a column; keys in the order of the table's."""
    rows = rows_of(model, column, counted)
    if rows:
        session.connection().execute(_adding(model, column), rows)


def rows_of(model: type[Base], column: str, counted: Mapping[Key, int]) -> Sequence[dict[str, Any]]:
    """In one order for everybody, so that two who write never wait for each other in a circle."""
    table = table_of(model)
    names = [each.name for each in table.primary_key]
    empty = {each.name: 0 for each in table.c if not each.primary_key}
    return [
        {**empty, **dict(zip(names, key, strict=True)), column: count}
        for key, count in sorted(counted.items())
    ]


@cache
def _adding(model: type[Base], column: str) -> Insert:
    table = table_of(model)
    new = insert(table)
    return new.on_conflict_do_update(
        index_elements=[each.name for each in table.primary_key],
        set_={column: table.c[column] + new.excluded[column]},
    )
