"""The database as the service sees it, whichever one it is."""

from contextlib import AbstractContextManager
from typing import Literal, Protocol

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from service.store.failures import StoreBusy, StoreFailed
from service.store.glance import Glance
from service.store.lanes import Lane
from service.store.postgresql import PostgresqlStore
from service.store.prepared import Prepared, Row, Values
from service.store.sqlite import SqliteStore

__all__ = ["Store", "StoreBusy", "StoreFailed", "address", "open_store"]

_SQLITE = {"sqlite", "sqlite+pysqlite"}
_POSTGRESQL = {"postgresql+psycopg", "postgresql", "postgres"}


class Store(Protocol):
    """Made by `open_store`. Sessions may be used in any thread, by one at a time."""

    engine: Engine

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]: ...

    def write(self, durable: bool = False, wait: float = 5.0) -> AbstractContextManager[Session]:
        """A session in a transaction, which commits at the end of the block or rolls back.

        SQLite: it holds the one write lock from its start, which it waits `wait` seconds for. After
        a power cut the last commits may be missing (never half of one), but no durable one nor any
        before it.
        PostgreSQL: transactions run side by side, each statement seeing what others committed
        before it; a decision over several rows takes its turn (turns.py). Each row is waited for
        at most `wait` seconds, and every commit is durable that isn't told otherwise (lazily.py).
        Raises StoreBusy when the wait was in vain, StoreFailed when the database can't be used.
        """

    def read(self) -> AbstractContextManager[Session]:
        """A session that sees one moment of the database and can't change it."""

    def trial(self) -> AbstractContextManager[Session]:
        """A session in which everything is taken back. Others wait only from its first change on."""

    def glance(self, wait: float = 5.0) -> Glance:
        """A session to read in, opened when it is first asked for and closed at the block's end.

        Each statement sees a moment of its own: no round trips for a transaction. Write nothing in
        it: SQLite refuses that, but on PostgreSQL it would be committed by itself. `wait` as in
        `write`.
        """

    def ask(self, question: Prepared, values: Values, wait: float = 5.0) -> Row | None:
        """The first row that a SELECT finds, at this moment. Raises as `write` does."""

    def stroke(self, wait: float = 5.0) -> AbstractContextManager[Lane]:
        """As `write`, for prepared statements, and never durable: after a power cut, on PostgreSQL
        after a crash of its server, the last strokes may be missing.

        On PostgreSQL each statement is a transaction by itself.
        """

    def migrating(self, wait: float) -> AbstractContextManager[Connection]:
        """A transaction to change the tables in, which nobody else does meanwhile."""

    def close(self) -> None: ...


def open_store(url: str) -> Store:
    """The store at sqlite:////path/to/file, sqlite:// (in memory) or postgresql+psycopg://…/name.

    Makes an SQLite file (for its owner only: it holds phone numbers) but no tables: see migrate.py.
    Raises StoreFailed when it can't.
    """
    parsed = address(url)
    return SqliteStore(parsed) if parsed.drivername in _SQLITE else PostgresqlStore(parsed)


def address(url: str) -> URL:
    """The parts of a database's address. Raises StoreFailed, and never shows the address: it has a password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is not None and parsed.drivername in _SQLITE:
        return parsed
    if parsed is not None and parsed.drivername in _POSTGRESQL:
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreFailed(
        "DATABASE_URL is no database address: use one like sqlite:////var/lib/upright.db "
        "or postgresql+psycopg://user:password@host/upright"
    ) from None
