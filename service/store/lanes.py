"""Connections of the driver's own for prepared statements, for one thread at a time."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from threading import Condition
from types import TracebackType
from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.orm import Session

from service.store.failures import ALL_IN_USE, Meaning, StoreBusy, meant
from service.store.prepared import Prepared, Row, Spelling, Values


class Lane:
    """A connection: one of Lanes, on which nothing else ever happens, or that of a session."""

    def __init__(self, driver: Any, dialect: Dialect) -> None:
        self.driver = driver
        self.patience: float | None = None  # seconds that it waits for others
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
            cursor = self._cursors[spelt] = spelt.cursor(self.driver)
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
        be_patient: Callable[[Any, float], None],
        most: int,
    ) -> None:
        """`open_` gives a connection of the driver's; `let_go` ends one, whatever state it is in;
        `be_patient` says how many seconds it waits for others.
        """
        self._most = most
        self._dialect = dialect
        self._driver_error = dialect.loaded_dbapi.Error
        self._meaning = meaning
        self._open = open_
        self._let_go = let_go
        self._be_patient = be_patient
        # None: one that is yet to be opened. They lie at the bottom, since an open one is warm.
        self._free: list[Lane | None] = [None] * most
        self._waiting = 0
        self._given_back = Condition()

    def one(self, wait: float, *, writing: bool) -> AbstractContextManager[Lane]:
        """Raises as store.engine.Store says. After an error the connection isn't used again."""
        return _Loan(self, wait, writing)

    def lend(self, wait: float, writing: bool) -> Lane:
        """For `one`, as is `take_back`: each lane that is lent is taken back once."""
        lane = self._take(wait)
        try:
            lane = lane or Lane(self._open(), self._dialect)
            if lane.patience != wait:
                self._be_patient(lane.driver, wait)
                lane.patience = wait
        except BaseException as error:
            self._give_up(lane, error, writing)
            raise
        return lane

    def take_back(self, lane: Lane, error: BaseException | None, writing: bool) -> None:
        """At the end of its block; raises what the caller is told instead of this error."""
        if error is None:
            self._put(lane)
        else:
            self._give_up(lane, error, writing)

    def close(self, wait: float) -> None:
        """Waits a moment for those in use: one given back later would stay open."""
        deadline = time.monotonic() + wait
        with suppress(StoreBusy):
            for _ in range(self._most):
                lane = self._take(deadline - time.monotonic())
                if lane is not None:
                    self._let_go(lane.driver)

    def _give_up(self, lane: Lane | None, error: BaseException, writing: bool) -> None:
        try:
            if lane is not None:
                with suppress(self._driver_error):
                    self._let_go(lane.driver)
        finally:
            self._put(None)
        instead = meant(error, self._meaning, writing=writing, driver=self._driver_error)
        if instead is not None:
            raise instead from error

    def _take(self, wait: float) -> Lane | None:
        # Almost always one is free. Each step on the list is atomic, and whoever waits says so
        # before it looks again: what is given back meanwhile is seen by one of the two.
        with suppress(IndexError):
            return self._free.pop()
        deadline = time.monotonic() + wait
        with self._given_back:
            self._waiting += 1
            try:
                while True:
                    with suppress(IndexError):
                        return self._free.pop()
                    left = deadline - time.monotonic()
                    if left <= 0:
                        raise StoreBusy(ALL_IN_USE)
                    self._given_back.wait(left)
            finally:
                self._waiting -= 1

    def _put(self, lane: Lane | None) -> None:
        if lane is None:
            self._free.insert(0, None)
        else:
            self._free.append(lane)
        if self._waiting:
            with self._given_back:
                self._given_back.notify()


class _Loan(AbstractContextManager[Lane]):
    """A lane lent for one block. Not a generator: a text borrows twice, and feels what that costs."""

    __slots__ = ("_lane", "_lanes", "_wait", "_writing")

    def __init__(self, lanes: Lanes, wait: float, writing: bool) -> None:
        self._lanes, self._wait, self._writing = lanes, wait, writing

    def __enter__(self) -> Lane:
        self._lane = self._lanes.lend(self._wait, self._writing)
        return self._lane

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lanes.take_back(self._lane, error, self._writing)


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
