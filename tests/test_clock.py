"""The metronome calls what must be called, and never drops a beat in silence."""

from datetime import timedelta

from service.clock import metronome
from service.outbox.sweep import BATCH
from service.store.tables import Entry
from tests.phone import Phone


def test_each_job_of_the_service_beats_and_late_beats_are_one(phone: Phone) -> None:
    scheduler = metronome(phone.runtime.beats)
    scheduler.start(paused=True)
    jobs = {job.id: job for job in scheduler.get_jobs()}
    scheduler.shutdown()
    assert {name: job.trigger.interval.total_seconds() for name, job in jobs.items()} == {
        "tick": 2, "sweep": 30, "tidy": 3600,
    }  # fmt: skip
    assert all(job.coalesce for job in jobs.values())
    assert all(job.misfire_grace_time is None for job in jobs.values())
    assert all(job.max_instances == 1 for job in jobs.values())


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
