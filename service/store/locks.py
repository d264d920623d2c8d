"""One writer at a time, in the order of asking: threads by a queue, processes by lock files.

SQLite's own waiters sleep and poll in growing steps; with several threads that turns a write of
0.1 ms into waits of half a second and more.
"""

import fcntl
import os
import threading
import time
from collections import deque
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from service.store.failures import StoreBusy

# Seconds between looks at another process's lock; one thread a process looks. Most transactions
# take a fraction of a millisecond, so waits begin shorter than that.
_POLL, _LONGEST_POLL = 0.000_05, 0.001


class TurnLock:
    """A lock that is handed to whoever has waited longest."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False

    def acquire(self, wait: float) -> bool:
        """False when it didn't come within `wait` seconds."""
        with self._mutex:
            if not self._held:
                self._held = True
                return True
            ticket = threading.Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        if ticket.acquire(timeout=max(wait, 0)):
            return True
        with self._mutex:
            if ticket not in self._waiting:  # handed over while we gave up
                return True
            self._waiting.remove(ticket)
            return False

    def release(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


class FileLock:
    """A lock between processes, which the kernel gives back when a process dies.

    There are two files. Who wants the lock first takes the turn, and gives it back once it has the
    lock; so a process that writes without pause can't take the lock past one that waits.
    """

    def __init__(self, database: Path) -> None:
        self._lock = _open(database.with_name(f"{database.name}.lock"))
        try:
            self._turn = _open(database.with_name(f"{database.name}.turn"))
        except OSError:
            os.close(self._lock)
            raise

    def acquire(self, wait: float) -> bool:
        """False when it didn't come within `wait` seconds."""
        deadline = time.monotonic() + wait
        if not _flock(self._turn, deadline):
            return False
        try:
            return _flock(self._lock, deadline)
        finally:
            fcntl.flock(self._turn, fcntl.LOCK_UN)

    def release(self) -> None:
        fcntl.flock(self._lock, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._lock)
        os.close(self._turn)


class WriteLock:
    """Both locks as one. `database` is None for a database in memory: no other process sees it."""

    def __init__(self, database: Path | None) -> None:
        self._threads = TurnLock()
        self._processes = FileLock(database) if database else None

    def held(self, wait: float) -> AbstractContextManager[None]:
        """Raises StoreBusy when the lock didn't come within `wait` seconds."""
        return _Held(self, wait)

    def acquire(self, wait: float) -> None:
        """For `held`, as is `release`."""
        deadline = time.monotonic() + wait
        if not self._threads.acquire(wait):
            raise StoreBusy("other threads are writing to the database: try again")
        try:
            if self._processes and not self._processes.acquire(deadline - time.monotonic()):
                raise StoreBusy("another process is writing to the database: try again")
        except BaseException:
            self._threads.release()
            raise

    def release(self) -> None:
        try:
            if self._processes:
                self._processes.release()
        finally:
            self._threads.release()

    def close(self) -> None:
        if self._processes:
            self._processes.close()


class _Held(AbstractContextManager[None]):
    """The lock, held for a block. Not a generator: every text is written under it."""

    __slots__ = ("_lock", "_wait")

    def __init__(self, lock: WriteLock, wait: float) -> None:
        self._lock, self._wait = lock, wait

    def __enter__(self) -> None:
        self._lock.acquire(self._wait)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _flock(file: int, deadline: float) -> bool:
    poll = _POLL
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(poll)
            poll = min(poll * 1.5, _LONGEST_POLL)
        else:
            return True
