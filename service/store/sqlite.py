"""SQLite: one writer at a time, readers who never wait."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool, StaticPool

from service.store.failures import StoreFailed, told
from service.store.glance import Glance
from service.store.json_text import from_json
from service.store.lanes import Lane, Lanes, detached
from service.store.locks import WriteLock
from service.store.log_copying import FULL, LogCopier
from service.store.prepared import Prepared, Row, Values
from service.store.sqlite_failures import meaning

_READERS = 16  # connections kept; as many again may be open for a moment
_CLOSING = 5.0  # seconds
_BEGIN = "upright_begin"  # execution option: the statement that opens a transaction


class SqliteStore:
    """As engine.Store says."""

    dialect: Literal["sqlite"] = "sqlite"

    def __init__(self, url: URL) -> None:
        self.path = file_of(url)
        self.engine = _engine(url, self.path)
        try:
            if self.path is not None:
                _make(self.path)
            self._lock = WriteLock(self.path)
            self._log = LogCopier(self.path, self._lock.held) if self.path is not None else None
            self._lanes = _lanes(self.engine, self.path)
        except OSError as error:
            raise StoreFailed(
                f"the database {self.path} can't be opened ({error.strerror}): "
                "check its path, its permissions and the disk"
            ) from error

    @contextmanager
    def write(self, durable: bool = False, wait: float = 5.0) -> Iterator[Session]:
        with (
            _told(writing=True),
            self._lock.held(wait),
            self.engine.connect() as connection,
        ):
            driver = _driver(connection)
            _be_patient(driver, wait)
            if durable:
                driver.execute("PRAGMA synchronous = FULL")
            try:
                with _session(connection, "BEGIN IMMEDIATE") as session, session.begin():
                    session.connection()
                    yield session
            finally:
                if durable:
                    driver.execute("PRAGMA synchronous = NORMAL")
        if self._log is not None:
            self._log.written()

    @contextmanager
    def trial(self) -> Iterator[Session]:
        with (
            _told(writing=True),
            self._alone(),
            self.engine.connect() as connection,
            _session(connection, "BEGIN") as session,
        ):
            yield session
            session.rollback()

    def ask(self, question: Prepared, values: Values, wait: float = 5.0) -> Row | None:
        with self._alone(wait), self._lanes.one(wait, writing=False) as lane:
            return lane.run(question, values)

    @contextmanager
    def stroke(self, wait: float = 5.0) -> Iterator[Lane]:
        with self._lock.held(wait), self._lanes.one(wait, writing=True) as lane:
            lane.driver.execute("BEGIN IMMEDIATE")
            yield lane
            lane.driver.commit()
        if self._log is not None:
            self._log.written()

    def read(self) -> AbstractContextManager[Session]:
        return self._reading("BEGIN")

    def glance(self, wait: float = 5.0) -> Glance:
        return Glance(partial(self._reading, "", wait))

    def _alone(self, wait: float = 5.0) -> AbstractContextManager[None]:
        """A database in memory has one connection for all."""
        return self._lock.held(wait) if self.path is None else nullcontext()

    @contextmanager
    def _reading(self, begin: str, wait: float = 5.0) -> Iterator[Session]:
        with _told(writing=False), self._alone(wait), self.engine.connect() as connection:
            driver = _driver(connection)
            driver.execute("PRAGMA query_only = ON")
            try:
                with _session(connection, begin) as session:
                    yield session
            finally:
                driver.execute("PRAGMA query_only = OFF")

    @contextmanager
    def migrating(self, wait: float) -> Iterator[Connection]:
        with (
            _told(writing=True),
            self._lock.held(wait),
            self.engine.connect().execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}) as connection,
        ):
            driver = _driver(connection)
            # A table is changed by copying and dropping it; a foreign key would take its rows along.
            driver.execute("PRAGMA foreign_keys = OFF")
            try:
                with connection.begin():
                    yield connection
                    _check_references(connection)
            finally:
                driver.execute("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        if self._log is not None:
            self._log.close()
        self._lanes.close(_CLOSING)
        self.engine.dispose()
        self._lock.close()


_told = partial(told, meaning, driver=sqlite3.DatabaseError)


def file_of(url: URL) -> Path | None:
    """Where the database file is; None for a database in memory."""
    memory = url.database in {None, "", ":memory:"}
    return None if memory else Path(str(url.database)).absolute()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _engine(url: URL, path: Path | None) -> Engine:
    arguments: dict[str, Any] = {"check_same_thread": False, "isolation_level": None}
    if path is None:
        engine = create_engine(
            url, poolclass=StaticPool, json_deserializer=from_json, connect_args=arguments
        )
    else:
        engine = create_engine(
            url,
            json_deserializer=from_json,
            poolclass=QueuePool,
            pool_size=_READERS,
            max_overflow=_READERS,
            pool_timeout=5,
            connect_args=arguments,
        )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _lanes(engine: Engine, path: Path | None) -> Lanes:
    if path is None:  # the one connection is everybody's, and the database ends with it
        shared = partial(getattr, engine.raw_connection(), "driver_connection")
        return Lanes(engine.dialect, meaning, shared, sqlite3.Connection.rollback, _be_patient, 1)
    return Lanes(engine.dialect, meaning, partial(detached, engine), _end, _be_patient, _READERS)


def _be_patient(connection: sqlite3.Connection, wait: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")


def _end(connection: sqlite3.Connection) -> None:
    # A statement that somebody still holds, such as a traceback, would keep it open, and its locks.
    try:
        connection.rollback()
    finally:
        connection.close()


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA wal_autocheckpoint = {FULL}")


def _begin(connection: Connection) -> None:
    # The driver's own BEGIN is deferred, and a read that turns into a write fails at once.
    # Straight to the driver: SQLAlchemy's way to it costs as much as a whole statement.
    begin = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if begin:
        _driver(connection).execute(begin)


def _session(connection: Connection, begin: str) -> Session:
    return Session(
        connection.execution_options(**{_BEGIN: begin}), expire_on_commit=False, autoflush=True
    )


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise StoreFailed(f"the migration would leave {broken[0]} rows without their owner: undone")
