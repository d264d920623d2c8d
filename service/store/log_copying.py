"""SQLite's log is copied into the database by a thread of its own, while others write.

By itself SQLite lets the commit that fills the log do it, under the write lock: everybody waits
for the disk, for some 50 ms and more.
"""

import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path

REST = 0.2  # seconds between two copyings
# Pages of 4 kB: 160 MB, more than 100,000 reminders written in one go. Then a commit copies what is
# left, 45 ms for each 16 MB, and the log begins anew.
FULL = 40_000


class LogCopier:
    def __init__(self, path: Path) -> None:
        self._path = path
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
            with suppress(sqlite3.Error):
                self._copy()

    def _copy(self) -> None:
        if self._ending.is_set():
            return
        with closing(sqlite3.connect(f"{self._path.as_uri()}?mode=rw", uri=True)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
