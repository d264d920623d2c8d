"""What SQLite does for a statement, counted in steps of its machine: the same on every computer."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from service.store.engine import Store


@contextmanager
def counting(store: Store) -> Iterator[list[None]]:
    """Grows by one item for every hundred steps; prepared statements on lanes aren't counted."""
    steps: list[None] = []

    def count(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(lambda: steps.append(None), 100)

    event.listen(store.engine, "checkout", count)
    try:
        yield steps
    finally:
        event.remove(store.engine, "checkout", count)
