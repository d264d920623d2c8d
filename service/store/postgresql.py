"""PostgreSQL: transactions side by side, none waiting longer than it was told, each commit durable."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.store.failures import ALL_IN_USE, StoreBusy, StoreFailed, told
from service.store.glance import Glance
from service.store.lanes import Lane, Lanes, detached
from service.store.postgresql_failures import meaning
from service.store.prepared import Prepared, Row, Values
from service.store.turns import take_turn

_CONNECTIONS = 16  # of this process
_BEGIN = "upright_begin"  # execution option: the statements that open a transaction
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
        self._free = BoundedSemaphore(_CONNECTIONS)
        self._lanes = Lanes(self.engine.dialect, meaning, self._lane, _close)

    @contextmanager
    def write(self, durable: bool = False, wait: float = 5.0) -> Iterator[Session]:
        with self._session(_writing(wait, statement=max(1.0, 2 * wait)), wait) as session:
            yield session
            session.commit()

    def ask(self, question: Prepared, values: Values) -> Row | None:
        with self._free_connection(5.0), self._lanes.one(writing=False) as lane:
            return lane.run(question, values)

    @contextmanager
    def stroke(self, wait: float = 5.0) -> Iterator[Lane]:
        with self._free_connection(wait), self._lanes.one(writing=True) as lane:
            yield lane

    def glance(self) -> Glance:
        return Glance(self._glancing)

    @contextmanager
    def _glancing(self) -> Iterator[Session]:
        with (
            self._free_connection(5.0),
            told(meaning, writing=False),
            self.engine.connect() as plain,
            Session(plain.execution_options(**{_BEGIN: ""})) as session,
        ):
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        begin = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_limits(5.0, _READING)}"
        with self._session(begin, 5.0, writing=False) as session:
            yield session

    @contextmanager
    def migrating(self, wait: float) -> Iterator[Connection]:
        with self._session(_writing(wait, _UNTIMED), wait) as session:
            take_turn(session, "migrations")
            yield session.connection()
            session.commit()

    def close(self) -> None:
        """Waits a moment for what is under way: a connection given back later would stay open."""
        deadline = time.monotonic() + _CLOSING
        for _ in range(_CONNECTIONS):
            self._free.acquire(timeout=max(0.0, deadline - time.monotonic()))
        self._lanes.close()
        self.engine.dispose()

    def _lane(self) -> Any:
        driver = detached(self.engine)
        driver.execute("SET synchronous_commit TO off")  # as the protocol says of strokes
        return driver

    @contextmanager
    def _session(self, begin: str, wait: float, *, writing: bool = True) -> Iterator[Session]:
        with (
            self._free_connection(wait),
            told(meaning, writing=writing),
            Session(self.engine, expire_on_commit=False) as session,
        ):
            _open(session, begin)
            yield session

    @contextmanager
    def _free_connection(self, wait: float) -> Iterator[None]:
        if not self._free.acquire(timeout=wait):
            raise StoreBusy(ALL_IN_USE)
        try:
            yield
        finally:
            self._free.release()


def _engine(url: URL) -> Engine:
    try:
        engine = create_engine(
            url, pool_size=_CONNECTIONS, max_overflow=0, connect_args=_CONNECT | _asked(url)
        )
    except ModuleNotFoundError as error:
        raise StoreFailed(
            "PostgreSQL needs its driver: pip install 'upright[postgres]', or 'psycopg[binary]'"
        ) from error
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _asked(url: URL) -> dict[str, Any]:
    """What the address itself says of the connection goes before our own choice."""
    return {name: url.query[name] for name in _CONNECT if name in url.query}


def _prepare(connection: Any, _record: object) -> None:
    # We open transactions ourselves, with their limits in the same round trip.
    connection.autocommit = True
    connection.execute(_SETTINGS)


def _close(driver: Any) -> None:
    driver.close()


def _begin(connection: Connection) -> None:
    begin = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)


def _open(session: Session, begin: str) -> None:
    options = {_BEGIN: begin}
    try:
        session.connection(execution_options=options)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        # The server was restarted since this connection was used. Nothing was done on it yet, and
        # by now the pool has let go of all its old ones.
        session.rollback()
        session.connection(execution_options=options)


def _writing(wait: float, statement: float) -> str:
    return f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {_limits(wait, statement)}"


def _limits(lock: float, statement: float) -> str:
    """How many seconds to wait for one lock, and for one statement."""
    return (
        f"SET LOCAL lock_timeout = {max(1, int(lock * 1000))}; "
        f"SET LOCAL statement_timeout = {int(statement * 1000)}"
    )
