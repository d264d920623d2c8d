"""SQLite's log is copied into the database by a thread of its own, while others write.

By itself SQLite lets the commit that fills the log do it, under the write lock: everybody waits
for the disk, for some 50 ms and more. And while others write, a copying is never complete, so that
the log would only grow: it begins anew where all of it is copied and nobody reads in it.
"""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path

from service.store.failures import StoreBusy

REST = 0.2  # seconds between two copyings
# Pages of 4 kB: 160 MB. Then each commit copies what is left.
FULL = 40_000
LONG = 4_000  # pages; past them the log is begun anew
TOO_LONG = 20_000  # pages; past them also while the disk is busy
QUICK = 0.02  # seconds for the last round of copying: the disk isn't busy
REMAINS = 200  # pages that may be left to copy under the write lock: a few milliseconds
ROUNDS = 4  # until as few remain
PATIENCE = 1.0  # seconds for the write lock
READERS = 0.01  # seconds, with the lock held, for those who read in the log
_COPY = "PRAGMA wal_checkpoint(PASSIVE)"
_COPY_AND_BEGIN_ANEW = "PRAGMA wal_checkpoint(RESTART)"


class LogCopier:
    def __init__(self, path: Path, alone: Callable[[float], AbstractContextManager[None]]) -> None:
        """`alone` holds the write lock, for which it waits so many seconds."""
        self._path = path
        self._alone = alone
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._due = threading.Event()
        self._ending = threading.Event()

    def written(self) -> None:
        """Something stands in the log."""
        self._due.set()
        if self._thread is None:  # not when this is made: a thread doesn't survive a fork
            with self._starting:
                if self._thread is None and not self._ending.is_set():
                    self._thread = threading.Thread(target=self._run, name="log", daemon=True)
                    self._thread.start()

    def close(self) -> None:
        self._ending.set()
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._ending.wait(REST):
            self._due.wait()
            self._due.clear()
            # Who writes next is told what is wrong with the disk.
            with suppress(sqlite3.Error, StoreBusy):
                self._copy()

    def _copy(self) -> None:
        if self._ending.is_set():
            return
        address = f"{self._path.as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, timeout=READERS, uri=True)) as connection:
            for _ in range(ROUNDS):
                began = time.monotonic()
                _busy, pages, copied = connection.execute(_COPY).fetchone()
                quick = time.monotonic() - began <= QUICK
                if pages - copied <= REMAINS:
                    break
            if pages - copied <= REMAINS and pages >= (LONG if quick else TOO_LONG):
                with self._alone(PATIENCE):
                    connection.execute(_COPY_AND_BEGIN_ANEW)
