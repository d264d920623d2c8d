"""A whole copy of the database, made while the service runs."""

import os
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL

from service.store.engine import address
from service.store.failures import StoreFailed
from service.store.sqlite import file_of
from service.store.sqlite_failures import meaning


def backup(url: str, target: Path) -> None:
    """Copy the database at `url` into the new file `target`, and check the copy.

    The copy is one moment of the database; nobody waits for it. Raises StoreFailed when there is
    no database, when `target` is there already, or when the copy can't be written or isn't sound.
    PostgreSQL's own tool copies a server's: then it says how.
    """
    parsed = address(url)
    if parsed.get_backend_name() == "postgresql":
        raise StoreFailed(_with_pg_dump(parsed, target))
    source = file_of(parsed)
    if source is None or not source.exists():
        raise StoreFailed("there is no database file to back up: check DATA_DIR or DATABASE_URL")
    with _new_file(target) as unfinished:
        _copy(source, unfinished)
        os.link(unfinished, target)  # unlike a rename it never replaces what is there


def _with_pg_dump(url: URL, target: Path) -> str:
    """The command for a shell, which asks for the password (or finds it in ~/.pgpass)."""
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    copy = shlex.join(["pg_dump", "--format=custom", f"--file={target}", str(bare)])
    return f"a server's database is copied by its own tool: {copy}"


@contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """A file beside `target` to work on, gone afterwards, for its owner only: it holds phone numbers."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        if target.exists():
            raise FileExistsError(0, "there is such a file already")
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600))
        try:
            yield unfinished
        finally:
            unfinished.unlink()
    except OSError as error:
        raise StoreFailed(
            f"can't back up to {target} ({error.strerror}): choose another"
        ) from error


def _copy(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True)) as original,
            closing(sqlite3.connect(target)) as copy,
        ):
            if not original.execute("SELECT 1 FROM sqlite_schema WHERE name = 'person'").fetchone():
                raise StoreFailed(
                    f"{source} holds none of Upright's tables: check DATA_DIR or DATABASE_URL"
                )
            original.backup(copy)
            # Out of WAL, so that one file is all of it.
            copy.execute("PRAGMA journal_mode = DELETE")
            verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        told = meaning(error, writing=True) or StoreFailed("check the disk and the database")
        raise StoreFailed(f"the backup failed: {told}") from error
    if verdict != "ok":
        raise StoreFailed(
            "the copy is not sound, so the database is damaged: keep your last good backup"
        )
