"""The database: one writer at a time, readers who never wait, and errors that say what to do."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool, StaticPool

from service.store.failures import StoreBusy, StoreFailed, told
from service.store.locks import WriteLock

__all__ = ["Store", "StoreBusy", "StoreFailed", "open_store"]

_READERS = 16  # connections kept; as many again may be open for a moment
BEGIN = "upright_begin"  # execution option: the statement that opens a transaction


class Store:
    """Made by `open_store`. Sessions may be used in any thread, by one at a time."""

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self.engine = engine
        self.path = path
        self._lock = WriteLock(path)

    @contextmanager
    def write(self, durable: bool = False, wait: float = 5.0) -> Iterator[Session]:
        """A session in a transaction that holds the write lock from its start.

        It commits at the end of the block, or rolls back on any error. After a power cut the last
        commits may be missing (never half of one), but no durable one nor any before it.
        Raises StoreBusy when the lock doesn't come within `wait` seconds, StoreFailed when the
        database can't be used.
        """
        with told(writing=True), self.exclusively(wait), self.engine.connect() as connection:
            driver = _driver(connection)
            driver.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
            if durable:
                driver.execute("PRAGMA synchronous = FULL")
            try:
                with _session(connection, "BEGIN IMMEDIATE") as session, session.begin():
                    session.connection()
                    yield session
            finally:
                if durable:
                    driver.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the database and can't change it."""
        alone = self.exclusively(5.0) if self.path is None else nullcontext()
        with told(writing=False), alone, self.engine.connect() as connection:
            driver = _driver(connection)
            driver.execute("PRAGMA query_only = ON")
            try:
                with _session(connection, "BEGIN") as session:
                    yield session
            finally:
                driver.execute("PRAGMA query_only = OFF")

    @contextmanager
    def exclusively(self, wait: float) -> Iterator[None]:
        """Keep every other writer out, of this process and of others."""
        with self._lock.held(wait):
            yield

    def close(self) -> None:
        self.engine.dispose()
        self._lock.close()


def open_store(url: str) -> Store:
    """The store at an SQLAlchemy address: sqlite:////path/to/file, or sqlite:// in memory.

    Makes the file (for its owner only: it holds phone numbers) but no tables: see migrate.py.
    Raises StoreFailed when it can't.
    """
    path = database_path(url)
    engine = _engine(url, path)
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return Store(engine, path)
    except OSError as error:
        raise StoreFailed(
            f"the database {path} can't be opened ({error.strerror}): "
            "check its path, its permissions and the disk"
        ) from error


def database_path(url: str) -> Path | None:
    """Where the database file is; None for a database in memory. Raises StoreFailed."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreFailed(
            "DATABASE_URL is no database address: use one like sqlite:////var/lib/upright.db"
        ) from None
    if parsed.get_backend_name() != "sqlite":
        raise StoreFailed("DATABASE_URL must begin with sqlite:///")
    memory = parsed.database in {None, "", ":memory:"}
    return None if memory else Path(str(parsed.database)).absolute()


def _engine(url: str, path: Path | None) -> Engine:
    arguments: dict[str, Any] = {"check_same_thread": False, "isolation_level": None}
    if path is None:
        engine = create_engine(url, poolclass=StaticPool, connect_args=arguments)
    else:
        engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=_READERS,
            max_overflow=_READERS,
            pool_timeout=5,
            connect_args=arguments,
        )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    # The driver's own BEGIN is deferred, and a read that turns into a write fails at once.
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))


def _session(connection: Connection, begin: str) -> Session:
    return Session(
        connection.execution_options(**{BEGIN: begin}), expire_on_commit=False, autoflush=True
    )


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver
