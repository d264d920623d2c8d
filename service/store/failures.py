"""What the database may do to its caller, in words an operator can act on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class StoreBusy(Exception):
    """The database didn't come free in time. Nothing was written; try again."""


class StoreFailed(Exception):
    """The database can't be used; the message says what to do. Nothing was written."""


_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_OLD_TABLES = ("no such table", "no such column", "has no column named")
_CORRUPT = "the database file is damaged: stop the service and restore a backup (docs/operating.md)"
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full: free some space",
    sqlite3.SQLITE_READONLY: "the database can't be written: check its owner, its permissions and the disk",
    sqlite3.SQLITE_IOERR: "the disk can't be read or written: check it",
    sqlite3.SQLITE_CANTOPEN: "the database can't be opened: check its path and permissions",
    sqlite3.SQLITE_PERM: "the database can't be opened: check its owner and permissions",
    sqlite3.SQLITE_AUTH: "the database can't be opened: check its owner and permissions",
    sqlite3.SQLITE_CORRUPT: _CORRUPT,
    sqlite3.SQLITE_NOTADB: "this file is no database of ours: check DATABASE_URL, or restore a backup",
}


@contextmanager
def told(*, writing: bool) -> Iterator[None]:
    """Turn the driver's errors into StoreBusy and StoreFailed; an error of our own SQL stays."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreBusy("all database connections are in use: try again") from error
    except DatabaseError as error:
        meant = meaning(error.orig, writing=writing)
        if meant is None:
            raise
        raise meant from error
    except sqlite3.DatabaseError as error:
        meant = meaning(error, writing=writing)
        if meant is None:
            raise
        raise meant from error


def meaning(error: BaseException | None, *, writing: bool) -> StoreBusy | StoreFailed | None:
    """What a driver's error means to a caller; None for one that is our own mistake."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF  # the rest is detail
    if primary in _BUSY:
        return StoreBusy("the database is busy: try again")
    if code == sqlite3.SQLITE_READONLY and not writing:
        return None  # a reading session tried to write
    if primary == sqlite3.SQLITE_ERROR and any(words in str(error) for words in _OLD_TABLES):
        return StoreFailed("the database's tables are missing or old: run `upright migrate`")
    reason = _REASONS.get(primary)
    return StoreFailed(reason) if reason else None
