"""Who asks first writes first."""

import threading
from pathlib import Path

from service.store.locks import FileLock, TurnLock


def test_threads_get_the_lock_in_the_order_of_asking() -> None:
    lock, order, threads = TurnLock(), list[int](), list[threading.Thread]()

    def take(number: int) -> None:
        assert lock.acquire(wait=5)
        order.append(number)
        lock.release()

    lock.acquire(wait=0)
    for number in range(5):
        threads.append(threading.Thread(target=take, args=(number,)))
        threads[-1].start()
        while len(lock._waiting) <= number:
            pass
    lock.release()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_who_gave_up_waiting_isnt_in_the_way() -> None:
    lock = TurnLock()
    lock.acquire(wait=0)
    assert not lock.acquire(wait=0.001)
    lock.release()
    assert lock.acquire(wait=0)


def test_a_file_lock_is_free_again_once_given_back(tmp_path: Path) -> None:
    one, two = FileLock(tmp_path / "upright.db"), FileLock(tmp_path / "upright.db")
    assert one.acquire(wait=0)
    assert not two.acquire(wait=0.001)
    one.release()
    assert two.acquire(wait=0)
    one.close()
    two.close()


def test_a_process_that_writes_without_pause_lets_a_waiting_one_in(tmp_path: Path) -> None:
    busy, waiting = FileLock(tmp_path / "upright.db"), FileLock(tmp_path / "upright.db")
    done = threading.Event()

    def write_without_pause() -> None:
        while not done.is_set():
            assert busy.acquire(wait=5)
            busy.release()

    thread = threading.Thread(target=write_without_pause)
    thread.start()
    for _ in range(10):
        assert waiting.acquire(wait=1)
        waiting.release()
    done.set()
    thread.join()
    busy.close()
    waiting.close()
