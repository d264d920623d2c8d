"""When the database is busy, full, read-only or gone: danger and STOP are still heard."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from service import reception
from service.envelopes import Address, Inbound, Receipt, State
from service.runtime import Runtime
from service.store.engine import Store
from tests.phone import Phone


@contextmanager
def busy(runtime: Runtime) -> Iterator[threading.Event]:
    """Somebody else holds the write lock meanwhile, or until the event is set."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with runtime.store.write():
            taken.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(10)
    try:
        yield done
    finally:
        done.set()
        holder.join()


@contextmanager
def full_disk(runtime: Runtime) -> Iterator[None]:
    """SQLite may not take another page, which is how a full disk looks to it."""
    with runtime.store.read() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
    _limit(runtime.store, pages)
    try:
        yield
    finally:
        _limit(runtime.store, 1_000_000)


def _limit(store: Store, pages: int) -> None:
    """Of each connection that is kept: the one for strokes, opened here at the latest, and the other."""
    limit = f"PRAGMA max_page_count = {pages}"
    with store.stroke() as lane:
        lane.driver.execute(limit)
    with store.write() as session:
        session.connection().exec_driver_sql(limit)


@contextmanager
def read_only_disk(runtime: Runtime) -> Iterator[None]:
    """Every write is refused, with the error that a read-only disk gives."""

    def refuse(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(runtime.store.engine, "checkout", refuse)
    try:
        yield
    finally:
        event.remove(runtime.store.engine, "checkout", refuse)
        with runtime.store.read():
            pass  # which leaves the connection writable


def test_on_a_read_only_disk_danger_and_everybody_else_hear_the_number(phone: Phone) -> None:
    phone.join()
    with read_only_disk(phone.runtime):
        assert "Call 911" in phone.text("chest pain", provider_id="SM1")
        assert "went wrong" in phone.text("POSTURE")
        assert "went wrong" in phone.text("STOP")
        phone.runtime.tick()
    phone.runtime.tick()
    assert phone.person.state == "stopped"
    assert [entry.kind for entry in phone.entries()].count("emergency") == 1


def test_an_emergency_is_answered_while_the_database_is_busy_and_recorded_later(
    phone: Phone,
) -> None:
    phone.join()
    with busy(phone.runtime):
        assert "Call 911" in phone.text("chest pain", provider_id="SM1")
    with phone.runtime.store.write():
        pass  # in the order of asking: the emergency is stored by now
    said = [entry for entry in phone.entries() if entry.kind == "emergency"]
    assert len(said) == 1
    assert phone.person.held_why == "emergency"
    assert "Call 911" in phone.text("chest pain", provider_id="SM1")
    assert len([entry for entry in phone.entries() if entry.kind == "emergency"]) == 1


def test_an_opt_out_waits_for_a_database_for_which_others_have_waited_in_vain(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.join()
    monkeypatch.setattr(reception, "PATIENCE", 0.0)
    monkeypatch.setattr(reception, "AWAY", 0.0)
    monkeypatch.setattr(reception, "HURRY", 10.0)
    with busy(phone.runtime) as done:
        assert "went wrong" in phone.text("DAILY")
        assert "went wrong" in phone.text("DAILY")
        threading.Timer(0.1, done.set).start()
        assert "went wrong" not in phone.text("STOP")
    assert phone.person.state == "stopped"


def test_more_texts_than_memory_may_hold_are_named(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reception, "KEPT", 1)
    with read_only_disk(phone.runtime):
        phone.text("STOP")
        assert "text_not_kept" not in caplog.text
        phone.text("STOP")
    assert "text_not_kept intent=stop" in caplog.text


def fill(phone: Phone) -> None:
    """Text until a full disk really refuses to take more."""
    for number in range(500):
        phone.number = f"+1212555{number:04d}"
        if "something went wrong" in phone.text("DAILY"):
            return
    pytest.fail("the database took 500 texts without a page to put them")


def test_on_a_full_disk_the_sender_gets_error_with_the_emergency_number(phone: Phone) -> None:
    with full_disk(phone.runtime):
        fill(phone)
        assert "911" in phone.text("LIFT")
        assert "Call 911" in phone.text("cant breathe")
    assert "squat" in phone.text("LIFT")


def test_a_stop_that_could_not_be_stored_is_stored_when_it_can_be(phone: Phone) -> None:
    """After texts of others are refused, a STOP may still find room: until one like it is refused, too."""
    phone.join()
    mine = phone.number
    others = [Phone(phone.runtime, phone.wall, f"+1646555{n:04d}").join() for n in range(40)]
    with full_disk(phone.runtime):
        fill(phone)
        phone.number = mine
        assert any("went wrong" in other.text("STOP") for other in others)
        assert "went wrong" in phone.text("STOP")
    phone.runtime.tick()
    assert phone.person.state == "stopped"


def test_ordinary_texts_never_take_every_thread_while_the_database_is_slow(phone: Phone) -> None:
    answers: list[str] = []
    with busy(phone.runtime):
        patient = [
            threading.Thread(target=lambda: answers.append(phone.text("LIFT"))) for _ in range(2)
        ]
        for thread in patient:
            thread.start()
        while phone.runtime.reception._patient < len(patient):
            threading.Event().wait(0.001)
        hurried = [phone.text("POSTURE") for _ in range(3)]
        assert "went wrong" in hurried[-1]
        assert all(thread.is_alive() for thread in patient)
    for thread in patient:
        thread.join()
    assert all("squat" in answer for answer in answers)


def test_danger_waits_less_than_anybody_else_for_a_slow_database(phone: Phone) -> None:
    with busy(phone.runtime):
        others = [threading.Thread(target=phone.text, args=("LIFT",)) for _ in range(6)]
        for thread in others:
            thread.start()
        assert "Call 911" in phone.text("chest pain")
        assert sum(thread.is_alive() for thread in others) >= 2  # the patient ones, at the least
    assert reception.URGENT <= 0.5  # the promise; busy machines are too slow to measure it
    for thread in others:
        thread.join()


def test_a_receipt_for_error_settles_nothing_that_is_stored_later(phone: Phone) -> None:
    phone.join()
    with read_only_disk(phone.runtime):
        message = Inbound(Address(phone.channel, phone.number), "SM9", "leave me alone")
        error = phone.runtime.receive(message)[0]
    phone.runtime.reception.catch_up()
    phone.runtime.record(Receipt(error.attempt, "SMerror", State.DELIVERED))
    confirmation = [entry for entry in phone.entries() if entry.key == "STOP_OK"]
    assert [entry.state for entry in confirmation] == ["queued"]


def test_nothing_is_sent_while_an_opt_out_waits_to_be_stored(phone: Phone) -> None:
    phone.join()
    phone.wall.moment = phone.wall.moment.replace(minute=50)
    phone.runtime.tick()
    with read_only_disk(phone.runtime):
        phone.text("leave me alone")
    phone.runtime.drain()
    reminders = [entry.state for entry in phone.entries() if entry.kind == "reminder"]
    assert reminders == ["dropped"]


def test_several_threads_catching_up_store_each_text_once(phone: Phone) -> None:
    with read_only_disk(phone.runtime):
        for number in range(6):
            phone.number = f"+1212555018{number}"
            phone.text("leave me alone")
    threads = [threading.Thread(target=phone.runtime.reception.catch_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(6):
        phone.number = f"+1212555018{number}"
        assert [entry.key for entry in phone.entries()] == ["STOP_OK"]


def test_what_waits_is_stored_when_the_service_ends(
    phone: Phone,
) -> None:
    phone.join()
    with read_only_disk(phone.runtime):
        phone.text("leave me alone")
    phone.runtime.reception.close()
    assert phone.person.state == "stopped"


def test_a_fault_of_our_own_still_leaves_the_person_with_the_number(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a fault")

    monkeypatch.setattr("service.reception.receive", broken)
    assert "Call 911" in phone.text("chest pain")
