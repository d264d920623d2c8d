"""Connections for prepared statements: the driver's own, kept open, for one thread at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Dialect, Engine

from service.store.failures import Meaning, told
from service.store.prepared import Prepared, Row, Values

_KEPT = 4  # at rest


class Lane:
    """One connection. Nothing ever happens on it but what is asked and written here."""

    def __init__(self, driver: Any, dialect: Dialect) -> None:
        self.driver = driver
        self.patience = -1.0  # what its store set its lock time-out to
        self._cursor = driver.cursor()
        self._dialect = dialect

    def run(self, statement: Prepared, values: Values) -> Row | None:
        spelt = statement.spelt(self._dialect)
        self._cursor.execute(spelt.sql, spelt.arguments(values))
        # All rows: a SELECT that isn't read to its end would hold SQLite to the moment it saw.
        rows = self._cursor.fetchall() if spelt.has_rows else ()
        return spelt.row(rows[0]) if rows else None


class Lanes:
    """As many as threads need at the same time; the store sees to a limit."""

    def __init__(
        self,
        dialect: Dialect,
        meaning: Meaning,
        open_: Callable[[], Any],
        let_go: Callable[[Any], None],
    ) -> None:
        """`open_` gives a connection of the driver's; `let_go` ends one, whatever state it is in."""
        self._dialect = dialect
        self._driver_error = dialect.loaded_dbapi.Error
        self._meaning = meaning
        self._open = open_
        self._let_go = let_go
        self._free: list[Lane] = []

    @contextmanager
    def one(self, *, writing: bool) -> Iterator[Lane]:
        """Raises as store.engine.Store says. After an error the connection isn't used again."""
        with told(self._meaning, writing=writing, driver=self._driver_error):
            lane = self._take()
            try:
                yield lane
            except BaseException:
                with suppress(self._driver_error):
                    self._let_go(lane.driver)
                raise
            self._keep(lane)

    def close(self) -> None:
        while self._free:
            self._let_go(self._free.pop().driver)

    def _take(self) -> Lane:
        with suppress(IndexError):
            return self._free.pop()
        return Lane(self._open(), self._dialect)

    def _keep(self, lane: Lane) -> None:
        if len(self._free) < _KEPT:
            self._free.append(lane)
        else:
            self._let_go(lane.driver)


def detached(engine: Engine) -> Any:
    """A connection of the driver's, opened as the engine opens its own, of which it keeps no account."""
    connection = engine.raw_connection()
    driver = connection.driver_connection
    connection.detach()
    return driver
