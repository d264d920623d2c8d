"""One writer at a time on SQLite, its files, and what its disk may do."""

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from service.store.engine import Store, StoreBusy, StoreFailed, open_store
from service.store.migrate import upgrade
from tests.store.notes import names, put

HOLD = """
import fcntl, sys
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def pragma(store: Store, name: str) -> object:
    with store.read() as session:
        return session.scalar(text(f"PRAGMA {name}"))


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 1)])
def test_an_opt_out_is_flushed_to_the_disk_and_a_nudge_isnt(
    file_store: Store, durable: bool, level: int
) -> None:
    with file_store.write(durable=durable) as session:
        assert session.scalar(text("PRAGMA synchronous")) == level
    with file_store.write() as session:
        assert session.scalar(text("PRAGMA synchronous")) == 1


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/new/upright.db").close()
    assert (tmp_path / "new" / "upright.db").stat().st_mode & 0o777 == 0o600


def test_writers_who_wait_too_long_are_told_that_it_is_busy(file_store: Store) -> None:
    with file_store.write(), pytest.raises(StoreBusy, match="try again"):
        put(file_store, "a", wait=0.01)
    put(file_store, "a")
    assert names(file_store) == ["a"]


def test_writers_of_another_process_are_waited_for(file_store: Store, path: Path) -> None:
    lock = path.with_name("upright.db.lock")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StoreBusy):
            put(file_store, "a", wait=0.01)
        other.kill()  # the kernel gives its lock back
    put(file_store, "b")
    assert names(file_store) == ["b"]


def test_a_foreign_tool_that_writes_makes_us_busy(file_store: Store, path: Path) -> None:
    foreign = sqlite3.connect(path, isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        put(file_store, "a", wait=0.01)
    foreign.close()


def test_two_stores_on_one_file_take_turns(path: Path) -> None:
    stores = [open_store(f"sqlite:///{path}") for _ in range(2)]

    def write_many(store: Store, mark: str) -> None:
        for number in range(20):
            put(store, f"{mark}{number}")

    threads = [
        threading.Thread(target=write_many, args=(store, f"{number}{twin}"))
        for number, store in enumerate(stores)
        for twin in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(stores[0])) == 80
    for store in stores:
        store.close()


def test_a_database_in_memory_works_from_every_thread() -> None:
    store = open_store("sqlite://")
    upgrade(store)
    threads = [threading.Thread(target=put, args=(store, mark)) for mark in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(store) == ["a", "b", "c"]
    store.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "upright.db").write_text("Dear diary, " * 100)
    store = open_store(f"sqlite:///{tmp_path}/upright.db")
    with pytest.raises(StoreFailed, match="restore a backup"):
        names(store)
    store.close()


def test_a_damaged_database(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    store = open_store(f"sqlite:///{path}")
    with pytest.raises(StoreFailed, match="damaged"):
        names(store)
    store.close()


def test_a_full_disk_is_named_and_nothing_is_half_written(file_store: Store) -> None:
    with file_store.write() as session:  # the write after this one is given the same connection
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StoreFailed, match="disk is full") as caught:
        put(file_store, "x" * 100_000)
    assert caught.value.__cause__ is not None
    assert names(file_store) == []


def test_a_folder_that_cant_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreFailed, match="check its path"):
        open_store(f"sqlite:///{tmp_path}/file/upright.db")


def test_the_log_is_copied_into_the_database_without_a_commit_waiting_for_it(path: Path) -> None:
    store = open_store(f"sqlite:///{path}")
    before = path.stat().st_mtime_ns
    put(store, "a")
    assert path.stat().st_mtime_ns == before
    deadline = time.monotonic() + 10
    while path.stat().st_mtime_ns == before:
        assert time.monotonic() < deadline
    store.close()
    assert [thread.name for thread in threading.enumerate()].count("log") == 0
