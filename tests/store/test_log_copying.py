"""SQLite's log is copied beside the writers, and begun anew when it is long."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from service.store import log_copying
from service.store.log_copying import LogCopier

PATIENCE = 10  # seconds


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """A database with some thirty pages in its log; nobody else copies them."""
    path = tmp_path / "upright.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("CREATE TABLE filling (page BLOB)")
        writer.execute("INSERT INTO filling VALUES (zeroblob(100000))")
        yield path


def begun(path: Path) -> int:
    """How often the log began, as its header says once somebody writes again."""
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        with writer:
            writer.execute("INSERT INTO filling VALUES (zeroblob(1))")
        return int.from_bytes(path.with_name(f"{path.name}-wal").read_bytes()[12:16])


def copied_alone(path: Path) -> bool:
    """Did the copier hold the write lock, by the time the database has all?"""
    alone = threading.Event()

    @contextmanager
    def holding(_wait: float) -> Iterator[None]:
        alone.set()
        yield

    copied = path.stat().st_size + 100_000
    copier = LogCopier(path, holding)
    copier.written()
    waiting = threading.Event()
    for _ in range(1000 * PATIENCE):
        if path.stat().st_size >= copied or waiting.wait(0.001):
            break
    copier.close()
    return alone.is_set()


@pytest.mark.parametrize(
    ("limits", "alone"),
    [
        ({}, False),
        ({"LONG": 10}, True),
        ({"LONG": 10, "QUICK": -1.0}, False),
        ({"LONG": 10, "QUICK": -1.0, "TOO_LONG": 10}, True),
    ],
)
def test_a_long_log_begins_anew_but_not_while_the_disk_is_busy(
    log: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, float], alone: bool
) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(log_copying, name, value)
    monkeypatch.setattr(log_copying, "REST", 0.01)
    assert copied_alone(log) == alone
    assert begun(log) == 1


def test_what_is_written_meanwhile_is_copied_under_the_lock(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a log to which somebody always adds would never begin anew."""
    monkeypatch.setattr(log_copying, "LONG", 10)
    monkeypatch.setattr(log_copying, "REST", 0.01)
    held = threading.Event()
    before = begun(log)

    @contextmanager
    def written_in_the_last_moment(_wait: float) -> Iterator[None]:
        if not held.is_set():
            begun(log)
        yield
        held.set()

    copier = LogCopier(log, written_in_the_last_moment)
    copier.written()
    assert held.wait(PATIENCE)
    copier.close()
    assert begun(log) == before + 1
