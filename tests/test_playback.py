"""Time played forward: from one due moment to the next, what comes is what comes minute by minute."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from service.playback import play
from service.runtime import Runtime
from service.store.tables import AddressRow, Dialogue, Entry, Person
from tests.phone import Phone, Wall

MORNING = datetime(2026, 3, 3, 14, 45, tzinfo=UTC)  # the next one in New York
SAYS = {
    "+12125550100": ("SNOOZE 30",),
    "+12125550101": ("HOURS 8-16", "EVERY 90"),
    "+12125550102": ("PAUSE 1 day",),
    "+12125550103": ("leave me alone",),  # asked back, and gone when nothing comes
    "+12125550104": ("SKIP",),
    "+13125550105": ("DONE",),
    "+14155550106": ("LUNCH OFF",),
    "+14155550107": ("HOURS 10-20",),  # asked whether they agree to that many
    "+447700900108": (),
    "+12125550109": ("STOP",),
}


class Counted:
    """A runtime that is played on, and how often it ticked."""

    def __init__(self, runtime: Runtime) -> None:
        self.store = runtime.store
        self.now = runtime.now
        self.drain = runtime.drain
        self._tick = runtime.tick
        self.ticks = 0

    def tick(self) -> None:
        self.ticks += 1
        self._tick()


def with_ten_people(runtime: Runtime, wall: Wall) -> None:
    for number, words in SAYS.items():
        Phone(runtime, wall, number).join().texts("STATUS", *words)


def rows(runtime: Runtime) -> list[Any]:
    columns = (
        AddressRow.handle, Entry.kind, Entry.key, Entry.slot, Entry.not_before, Entry.state, Entry.error,
        Entry.created_at, Entry.claimed_at, Entry.settled_at, Entry.text,
    )  # fmt: skip
    with runtime.store.read() as session:
        said = select(*columns).join(AddressRow, AddressRow.id == Entry.address_id)
        return sorted((tuple(row) for row in session.execute(said)), key=str)


def people(runtime: Runtime) -> list[Any]:
    of_them = (Person.id, Person.state, Person.held_until, Dialogue.question, Dialogue.closes_at)
    asked = select(*of_them).outerjoin(Dialogue, Dialogue.person_id == Person.id)
    with runtime.store.read() as session:
        return [tuple(row) for row in session.execute(asked.order_by(Person.id))]


def test_what_comes_by_jumps_is_what_comes_minute_by_minute(
    service: Callable[..., Runtime], tmp_path: Path, migrated: Path
) -> None:
    (tmp_path / "minutes").mkdir()
    shutil.copy(migrated, tmp_path / "minutes" / "upright.db")
    wall, slow = Wall(), Wall()
    jumping, walking = service(wall), service(slow, data_dir=tmp_path / "minutes")
    with_ten_people(jumping, wall)
    with_ten_people(walking, slow)

    played = Counted(jumping)
    play(played, MORNING, lambda moment: setattr(wall, "moment", moment))
    while slow.moment < MORNING:
        slow.moment += timedelta(minutes=1)
        walking.tick()
        walking.drain()

    came = rows(jumping)
    assert came == rows(walking)
    assert people(jumping) == people(walking)
    assert {kind for _, kind, *_ in came} >= {"reminder", "snooze", "reply", "consent"}
    events = {not_before for _, _, _, _, not_before, *_ in came}
    assert len(events) <= played.ticks < 40 < (MORNING - Wall().moment) / timedelta(minutes=1)


def test_the_phone_page_plays_a_morning_with_the_thread_running(
    service: Callable[..., Runtime],
) -> None:
    """What falls due on the way goes from there, while the thread that delivers rests."""
    wall = Wall()
    runtime = service(wall)
    with_ten_people(runtime, wall)
    runtime.start_delivery()
    assert runtime.skip("+12125550100", "morning") == MORNING
    with runtime.store.read() as session:
        left = select(Entry.id).where(Entry.state == "queued", Entry.not_before <= MORNING)
        assert session.scalars(left).all() == []
