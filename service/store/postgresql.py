"""PostgreSQL: transactions side by side, none waiting longer than it was told, each commit durable."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from math import inf
from threading import BoundedSemaphore
from typing import Any, Literal, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.store.failures import ALL_IN_USE, StoreBusy, StoreFailed, told
from service.store.glance import Glance
from service.store.json_text import from_json
from service.store.lanes import Lane, Lanes, detached
from service.store.postgresql_failures import meaning
from service.store.prepared import Prepared, Row, Values
from service.store.turns import take_turn

_SESSIONS = 12  # connections of this process
_LANES = 4  # and these
_UNHURRIED = 5.0  # seconds; the limits that a connection is opened with
_READ_COMMITTED = "BEGIN ISOLATION LEVEL READ COMMITTED"
_WRITING = f"{_READ_COMMITTED} READ WRITE"
_BEGIN = "upright_begin"  # execution option: the statements that open a transaction
_LIMIT = "upright_limit"  # and for how long each of its statements is waited
_AT_ONCE = 1.0  # seconds in which a connection that was lost says so
_GRACE = 2.0  # seconds that the server has to end a statement by itself
_READING = 30.0  # seconds for one statement
_UNTIMED = 0.0
_CLOSING = 5.0  # seconds
_CONNECT = {
    "connect_timeout": 3,  # seconds
    # A server that vanished without a word is noticed after some ten seconds, not after hours.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "upright",
}
# A server that answers before its disk has the row would forget a claim, and the text would go
# twice. A frozen process mustn't keep its rows locked. Every question of ours has an index; the
# planner, whose statistics are minutes old, mustn't read a table whole (and keep doing so) because
# it was small then.
_SETTINGS = """
    SELECT set_config('TimeZone', 'UTC', false),
           set_config('idle_in_transaction_session_timeout', '15s', false),
           set_config('lock_timeout', '5s', false),  -- for statements outside a transaction
           set_config('statement_timeout', '10s', false),
           CASE current_setting('synchronous_commit')
               WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END,
           set_config('enable_seqscan', 'off', false),
           set_config('jit', 'off', false)
"""


class PostgresqlStore:
    """As engine.Store says."""

    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, url: URL) -> None:
        self.engine = _engine(url)
        self._free = BoundedSemaphore(_SESSIONS)
        self._lanes = Lanes(
            self.engine.dialect, meaning, self._open_lane, _close, _be_patient, _LANES
        )
        self._driver_error = self.engine.dialect.loaded_dbapi.Error

    @contextmanager
    def write(self, durable: bool = False, wait: float = 5.0) -> Iterator[Session]:
        with self._session(_WRITING, _Limits.of(wait)) as session:
            yield session
            session.commit()

    @contextmanager
    def trial(self) -> Iterator[Session]:
        with self._session(_WRITING, _USUAL) as session:
            yield session
            session.rollback()

    def ask(self, question: Prepared, values: Values, wait: float = 5.0) -> Row | None:
        with self._lanes.one(wait, writing=False) as lane:
            return lane.run(question, values)

    def stroke(self, wait: float = 5.0) -> AbstractContextManager[Lane]:
        return self._lanes.one(wait, writing=True)

    def glance(self, wait: float = 5.0) -> Glance:
        return Glance(partial(self._glancing, wait))

    def _glancing(self, wait: float) -> AbstractContextManager[Session]:
        begin = "" if wait == _UNHURRIED else f"{_READ_COMMITTED} READ ONLY"
        return self._session(begin, _Limits.of(wait), writing=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        limits = _Limits(_UNHURRIED, _READING)
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        with self._session(begin, limits, writing=False) as session:
            yield session

    @contextmanager
    def migrating(self, wait: float) -> Iterator[Connection]:
        with self._session(_WRITING, _Limits(wait, _UNTIMED)) as session:
            take_turn(session, "migrations")
            yield session.connection()
            session.commit()

    def close(self) -> None:
        """Waits a moment for what is under way: a connection given back later would stay open."""
        deadline = time.monotonic() + _CLOSING
        for _ in range(_SESSIONS):
            self._free.acquire(timeout=max(0.0, deadline - time.monotonic()))
        self._lanes.close(max(0.0, deadline - time.monotonic()))
        self.engine.dispose()

    def _open_lane(self) -> Any:
        driver = detached(self.engine)
        driver.limit = _USUAL.answer  # it may have been another session's
        driver.execute("SET synchronous_commit TO off")  # as the protocol says of strokes
        return driver

    @contextmanager
    def _session(self, begin: str, limits: "_Limits", *, writing: bool = True) -> Iterator[Session]:
        """`begin`: empty for a session without a transaction, on the limits of its connection."""
        with (
            self._free_connection(limits.lock),
            told(meaning, writing=writing, driver=self._driver_error),
            Session(self.engine, expire_on_commit=False) as session,
        ):
            _open(session, f"{begin}; {limits.sql()}" if begin else "", limits.answer)
            try:
                yield session
            except self._driver_error:
                # Of a statement that went past SQLAlchemy (lanes.within), whose roll-back on a
                # connection that is lost would raise another error and hide this one.
                driver: Any = session.connection().connection.driver_connection
                if driver.closed:
                    session.invalidate()
                raise

    @contextmanager
    def _free_connection(self, wait: float) -> Iterator[None]:
        if not self._free.acquire(timeout=wait):
            raise StoreBusy(ALL_IN_USE)
        try:
            yield
        finally:
            self._free.release()


@dataclass(frozen=True, slots=True)
class _Limits:
    """Seconds that one lock is waited for, and that one statement may take (0: any time)."""

    lock: float
    statement: float

    @classmethod
    def of(cls, wait: float) -> Self:
        return cls(wait, max(1.0, 2 * wait))

    @property
    def answer(self) -> float:
        """Seconds after which a server that says nothing is given up."""
        return self.statement + _GRACE if self.statement else inf

    def sql(self, scope: str = "LOCAL") -> str:
        return (
            f"SET {scope} lock_timeout = {max(1, int(self.lock * 1000))}; "
            f"SET {scope} statement_timeout = {int(self.statement * 1000)}"
        )


_USUAL = _Limits.of(_UNHURRIED)


def _engine(url: URL) -> Engine:
    try:
        engine = create_engine(
            url,
            json_deserializer=from_json,
            pool_size=_SESSIONS,
            max_overflow=_LANES,
            connect_args=_CONNECT | _asked(url),
        )
    except ModuleNotFoundError as error:
        raise StoreFailed("PostgreSQL needs its driver: run `make machines`") from error
    event.listen(engine, "do_connect", import_module("service.store.watched").connect)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _asked(url: URL) -> dict[str, Any]:
    """What the address itself says of the connection goes before our own choice."""
    return {name: url.query[name] for name in _CONNECT if name in url.query}


def _prepare(connection: Any, _record: object) -> None:
    # We open transactions ourselves, with their limits in the same round trip.
    connection.autocommit = True
    connection.limit = _USUAL.answer
    connection.execute(_SETTINGS)


def _close(driver: Any) -> None:
    driver.close()


def _be_patient(driver: Any, wait: float) -> None:
    limits = _Limits.of(wait)
    driver.limit = limits.answer
    driver.execute(limits.sql("SESSION"))


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    driver: Any = connection.connection.driver_connection
    driver.limit = min(_USUAL.answer, options.get(_LIMIT, inf))  # to begin takes no time
    begin = options.get(_BEGIN, "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)
    driver.limit = options.get(_LIMIT, _USUAL.answer)


def _open(session: Session, begin: str, limit: float) -> None:
    options, began = {_BEGIN: begin, _LIMIT: limit}, time.monotonic()
    try:
        session.connection(execution_options=options)
    except DBAPIError as error:
        if not error.connection_invalidated or time.monotonic() - began > _AT_ONCE:
            raise
        # The server was restarted since this connection was used. Nothing was done on it yet, and
        # by now the pool has let go of all its old ones.
        session.rollback()
        session.connection(execution_options=options)
