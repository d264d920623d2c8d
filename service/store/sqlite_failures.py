"""What SQLite's result codes mean to whoever runs the service."""

import sqlite3

from service.store.failures import OLD_TABLES, StoreBusy, StoreFailed

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_NO_SUCH = ("no such table", "no such column", "has no column named")
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


def meaning(error: BaseException | None, *, writing: bool) -> StoreBusy | StoreFailed | None:
    """As failures.Meaning says."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF  # the rest is detail
    if primary in _BUSY:
        return StoreBusy("the database is busy: try again")
    if code == sqlite3.SQLITE_READONLY and not writing:
        return None  # a reading session tried to write
    if primary == sqlite3.SQLITE_ERROR and any(words in str(error) for words in _NO_SUCH):
        return StoreFailed(OLD_TABLES)
    reason = _REASONS.get(primary)
    return StoreFailed(reason) if reason else None
