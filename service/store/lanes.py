"""Connections of the driver's own for prepared statements, for one thread at a time."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import BoundedSemaphore
from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.orm import Session

from service.store.failures import ALL_IN_USE, Meaning, StoreBusy, told
from service.store.prepared import Prepared, Row, Spelling, Values


class Lane:
    """A connection: one of Lanes, on which nothing else ever happens, or that of a session."""

    def __init__(self, driver: Any, dialect: Dialect) -> None:
        self.driver = driver
        self.patience = -1.0  # seconds that its store set its time-outs to
        self.refused: type[Exception] = dialect.loaded_dbapi.IntegrityError
        # A cursor for each statement: psycopg's keeps what it knows of its values for as long as
        # the statement stays the same.
        self._cursors: dict[Spelling, Any] = {}
        self._dialect = dialect

    def run(self, statement: Prepared, values: Values) -> Row | None:
        spelt = statement.spelt(self._dialect)
        rows = self._raw(spelt, values)
        return spelt.row(rows[0]) if rows else None

    def rows(self, statement: Prepared, values: Values) -> list[Row]:
        """All that it gives back."""
        spelt = statement.spelt(self._dialect)
        return [spelt.row(row) for row in self._raw(spelt, values)]

    def _raw(self, spelt: Spelling, values: Values) -> Sequence[Row]:
        cursor = self._cursors.get(spelt)
        if cursor is None:
            cursor = self._cursors[spelt] = self.driver.cursor()
        cursor.execute(spelt.sql, spelt.arguments(values))
        # All rows: a SELECT that isn't read to its end would hold SQLite to the moment it saw.
        return cursor.fetchall() if spelt.has_rows else ()


class Lanes:
    """A few, each for one thread at a time."""

    def __init__(
        self,
        dialect: Dialect,
        meaning: Meaning,
        open_: Callable[[], Any],
        let_go: Callable[[Any], None],
        most: int,
    ) -> None:
        """`open_` gives a connection of the driver's; `let_go` ends one, whatever state it is in."""
        self._most = most
        self._rooms = BoundedSemaphore(most)
        self._dialect = dialect
        self._driver_error = dialect.loaded_dbapi.Error
        self._meaning = meaning
        self._open = open_
        self._let_go = let_go
        self._free: list[Lane] = []

    @contextmanager
    def one(self, wait: float, *, writing: bool) -> Iterator[Lane]:
        """Raises as store.engine.Store says. After an error the connection isn't used again."""
        if not self._rooms.acquire(timeout=wait):
            raise StoreBusy(ALL_IN_USE)
        try:
            with told(self._meaning, writing=writing, driver=self._driver_error):
                lane = self._take()
                try:
                    yield lane
                except BaseException:
                    with suppress(self._driver_error):
                        self._let_go(lane.driver)
                    raise
                self._free.append(lane)
        finally:
            self._rooms.release()

    def close(self, wait: float) -> None:
        """Waits a moment for those in use: one given back later would stay open."""
        deadline = time.monotonic() + wait
        for _ in range(self._most):
            self._rooms.acquire(timeout=max(0.0, deadline - time.monotonic()))
        while self._free:
            self._let_go(self._free.pop().driver)

    def _take(self) -> Lane:
        with suppress(IndexError):
            return self._free.pop()
        return Lane(self._open(), self._dialect)


def within(session: Session) -> Lane:
    """The connection of a session, for statements that belong to its transaction.

    What the session has yet to write isn't seen: flush it before.
    """
    connection = session.connection()
    return Lane(connection.connection.driver_connection, connection.dialect)


def detached(engine: Engine) -> Any:
    """A connection of the driver's, opened as the engine opens its own, of which it keeps no account."""
    connection = engine.raw_connection()
    driver = connection.driver_connection
    connection.detach()
    return driver
