"""Databases for tests: a copied file, or one on the server that is emptied after each test."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from service.store.migrate import migrate
from service.store.schema import METADATA
from service.store.tables import ENTRY
from tests.servers import POSTGRESQL, connect_to_postgresql

_PREFIX = "upright_test_"
# The outbox first: it has no foreign keys, but keeps what it answers from being deleted.
_TABLES = [ENTRY, *(table for table in reversed(METADATA.sorted_tables) if table is not ENTRY)]
_EMPTY = "; ".join(
    [f'DELETE FROM "{table.name}"' for table in _TABLES]
    + [f"SELECT setval('{table.name}_id_seq', 1, false)" for table in _TABLES if "id" in table.c]
)


class Database:
    """One on the server, with the tables made."""

    def __init__(self, url: str) -> None:
        self.url = url
        migrate(url)
        self._connection = connect_to_postgresql(url)
        self._connection.execute("SET lock_timeout = '5s'")

    def empty(self) -> None:
        self._connection.execute(_EMPTY)

    def close(self) -> None:
        self._connection.close()


@contextmanager
def made(name: str) -> Iterator[str]:
    """The address of a new, empty database of this process; it is dropped at the end."""
    database = f"{_PREFIX}{os.getpid()}_{name}"
    with connect_to_postgresql() as server:
        server.execute(SQL("CREATE DATABASE {}").format(Identifier(database)))
        try:
            url = make_url(POSTGRESQL).set(database=database)
            yield url.render_as_string(hide_password=False)
        finally:
            server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(database)))


def drop_forgotten() -> None:
    """Drop what runs that were killed left behind: theirs are of processes that are no more."""
    with connect_to_postgresql() as server:
        found = server.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [_PREFIX + "%"]
        )
        for (name,) in found.fetchall():
            if not _alive(int(name.removeprefix(_PREFIX).split("_")[0])):
                # In use: a run on another machine, or another's clean-up.
                with suppress(psycopg.errors.ObjectInUse, psycopg.errors.UndefinedTable):
                    server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name)))


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)  # asks only
    except OSError as error:
        return error.errno != errno.ESRCH
    return True
