"""The metronome calls what must be called, and never drops a beat in silence."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from apscheduler.events import EVENT_JOB_MAX_INSTANCES

from service.clock import Metronome
from service.outbox.sweep import BATCH
from service.store.tables import Entry
from tests.phone import Phone


def test_each_job_of_the_service_beats_and_late_beats_are_one(phone: Phone) -> None:
    scheduler = Metronome(phone.runtime.beats)
    scheduler.start(paused=True)
    jobs = {job.id: job for job in scheduler.get_jobs()}
    scheduler.shutdown()
    assert {name: job.trigger.interval.total_seconds() for name, job in jobs.items()} == {
        "tick": 2, "broadcast": 2, "sweep": 30, "tally": 60, "tidy": 3600, "bring_in": 2,
    }  # fmt: skip
    assert all(job.coalesce for job in jobs.values())
    assert all(job.misfire_grace_time is None for job in jobs.values())
    assert all(job.max_instances == 1 for job in jobs.values())


class Wall:
    """A machine's clock that can be set."""

    offset = 0.0

    def __call__(self) -> float:
        return time.time() + self.offset


@contextmanager
def beating_every_two_hours(wall: Wall) -> Iterator[tuple[Metronome, threading.Event]]:
    beat = threading.Event()

    def tick() -> None:
        beat.set()

    metronome = Metronome([(tick, timedelta(hours=2))], wall)
    metronome.start()
    try:
        yield metronome, beat
    finally:
        metronome.shutdown()


def test_beats_go_on_when_the_machines_clock_is_set_back() -> None:
    wall = Wall()
    with beating_every_two_hours(wall) as (metronome, beat):
        wall.offset = -3600
        metronome.look()
        assert beat.wait(5)


def test_a_small_correction_of_the_machines_clock_changes_no_beat() -> None:
    wall = Wall()
    with beating_every_two_hours(wall) as (metronome, _):
        (before,) = metronome.get_jobs()
        due = before.next_run_time
        for wall.offset in (-0.5, 0.5, 86_400):
            metronome.look()
        assert [job.next_run_time for job in metronome.get_jobs()] == [due]


def test_a_beat_that_lasts_longer_than_its_interval_fills_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    skipped = threading.Event()

    def lasting() -> None:
        skipped.wait(10)

    metronome = Metronome([(lasting, timedelta(milliseconds=20))])
    metronome.add_listener(lambda _: skipped.set(), EVENT_JOB_MAX_INSTANCES)
    metronome.start()
    assert skipped.wait(10)
    metronome.shutdown()
    assert not caplog.records


def test_one_beat_settles_all_that_is_in_doubt(phone: Phone) -> None:
    store, claimed = phone.runtime.store, phone.runtime.now() - timedelta(minutes=9)
    with store.write() as session:
        session.add_all(
            Entry(
                kind="reminder",
                created_at=claimed,
                not_before=claimed,
                claimed_at=claimed,
                state="doubtful",
            )
            for _ in range(2 * BATCH + 1)
        )
    phone.runtime.sweep()
    with store.read() as session:
        assert {row.state for row in session.query(Entry)} == {"lost"}


def test_skipping_15_minutes_moves_the_demos_clock_by_15(phone: Phone) -> None:
    before = phone.runtime.now()
    phone.runtime.skip(phone.number, "15m")
    assert (phone.runtime.now() - before).total_seconds() == 15 * 60


def test_the_readmes_way_to_a_first_reminder_leads_there(phone: Phone) -> None:
    phone.wall.moment = phone.wall.moment.replace(day=6, hour=23)  # a Friday evening
    phone.join()
    phone.runtime.skip(phone.number, "morning")
    assert phone.arrivals() == []
    phone.runtime.skip(phone.number, "15m")
    assert [f"{moment:%a %H:%M}" for moment in phone.arrivals()] == ["Mon 09:50"]
