"""Several clocks, and a clock that jumps: every slot is written once and sent once at most."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from service.store.engine import Store
from service.store.tables import Entry, Plan
from tests.loopback import Loopback, loopback
from tests.phone import Phone
from tests.processes import add_person, command, ends, running

PEOPLE = 40


@pytest.fixture
def api() -> Iterator[Loopback]:
    with loopback() as api:
        yield api


def remind_now(store: Store) -> None:
    """People on one plan whose slot is this very minute."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    # Around now, whatever the time: the first minutes of a window have no slot.
    around = f"{now - timedelta(hours=2):%H:%M}-{now + timedelta(hours=2):%H:%M}"
    with store.write() as session:
        session.add(
            Plan(
                id=1, zone="UTC", days="1111111", hours=around, lunch="", every=60,
                minute=now.minute, holidays="", own=True, next_at=now,
            )
        )  # fmt: skip
    for number in range(1, PEOPLE + 1):
        add_person(store, number, plan_id=1, plan_since=now - timedelta(days=1), restated_at=now)


def test_two_clocks_on_one_database_write_and_send_each_slot_once(
    store: Store, database_url: str, api: Loopback, tmp_path: Path
) -> None:
    remind_now(store)
    with ExitStack() as both:
        clocks = [
            both.enter_context(running(command("clock"), api, tmp_path, database_url=database_url))
            for _ in range(2)
        ]
        api.wait_for(PEOPLE)
        assert [ends(process) for process in clocks] == [0, 0]
    with store.read() as session:
        rows = session.execute(select(Entry.person_id, Entry.state)).all()
    assert sorted(row.person_id for row in rows) == list(range(1, PEOPLE + 1))
    assert {row.state for row in rows} == {"sent"}
    assert set(Counter(form["To"] for form in api.sent).values()) == {1}


def slots(phone: Phone) -> list[str]:
    """When reminders came, in March 2026."""
    return [f"{moment:%d. %H:%M}" for moment in sorted(phone.arrivals())]


def beat(phone: Phone, **ahead: float) -> None:
    """A beat of the metronome, with the clock moved before it."""
    phone.wall.moment += timedelta(**ahead)
    phone.runtime.tick()
    phone.runtime.drain()


def test_a_clock_that_jumps_ahead_sends_no_flood(phone: Phone) -> None:
    phone.join()
    phone.until(2026, 3, 2, 9, 51)
    beat(phone, hours=4, minutes=1)
    assert slots(phone) == ["02. 09:50", "02. 13:50"]


def test_a_clock_that_jumps_back_sends_nothing_twice(phone: Phone) -> None:
    phone.join()
    phone.until(2026, 3, 2, 10, 51)
    beat(phone, hours=-2)
    assert slots(phone) == ["02. 09:50", "02. 10:50"]
    phone.until(2026, 3, 2, 12, 0)
    assert slots(phone) == ["02. 09:50", "02. 10:50", "02. 11:50"]


def test_a_clock_that_was_weeks_ahead_for_a_moment_stops_nobodys_reminders(
    phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    phone.join()
    phone.until(2026, 3, 2, 9, 51)
    beat(phone, days=14)
    beat(phone, days=-14)
    assert "the clock was set back" in caplog.text
    phone.until(2026, 3, 2, 17, 0)
    today = ["09:50", "10:50", "11:50", "13:50", "14:50", "15:50", "16:50"]
    wrongly = [slot for slot in slots(phone) if not slot.startswith("02.")]
    assert slots(phone) == [*(f"02. {clock}" for clock in today), *wrongly]
    assert len(wrongly) <= 1
