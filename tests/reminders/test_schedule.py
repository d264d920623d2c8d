"""When reminders come: every zone, every clock change, no two too close."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import hours
from service.hours import DAY, Span
from service.reminders import schedule
from service.reminders.rhythm import Rhythm

ZONES = (
    "Africa/Cairo", "Africa/Casablanca", "America/Los_Angeles", "America/New_York", "America/Nuuk",
    "America/Santiago", "America/Sao_Paulo", "America/St_Johns", "Antarctica/Troll", "Asia/Gaza",
    "Asia/Jerusalem", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tehran",
    "Atlantic/Azores", "Australia/Lord_Howe", "Australia/Sydney", "Europe/Dublin", "Europe/London",
    "Pacific/Apia", "Pacific/Chatham", "UTC",
)  # fmt: skip
YEAR = 2026


def rhythm(
    zone: str, text: str, every: int = 60, minute: int = 50, days: str = "1111111"
) -> Rhythm:
    spans = tuple(Span.parse(span) for span in text.split())
    return Rhythm(zone, days, spans, None, every, minute, "", own=True)


DEFAULT = Rhythm.default("UTC", "")
RHYTHMS = {
    "office": DEFAULT,
    "night": rhythm("UTC", "22:00-06:00", days="1111100"),
    "always, every 90": rhythm("UTC", "00:00-00:00", every=90, minute=20),
    "always, half-hourly": rhythm("UTC", "00:00-00:00", every=30, minute=0),
    "lost or doubled hour": rhythm("UTC", "02:00-03:00"),
    "overlapping days": rhythm("UTC", "20:00-08:00 07:00-12:00", every=45, minute=5),
}


@cache
def changes(zone: str) -> list[datetime]:
    """The hours of the year in which a zone's clocks change."""
    start = datetime(YEAR, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(hours=hour) for hour in range(365 * 24)]
    offsets = [moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in moments]
    return [moments[n] for n in range(1, len(moments)) if offsets[n] != offsets[n - 1]]


def slots_between(wanted: Rhythm, start: datetime, stop: datetime) -> list[datetime]:
    return list(takewhile(lambda slot: slot < stop, schedule.slots(wanted, start)))


def keeps_the_rules(wanted: Rhythm, slots: Iterable[datetime]) -> None:
    grid = {minutes % DAY for minutes in wanted.grid()}
    slots = list(slots)
    for slot in slots:
        local = slot.astimezone(ZoneInfo(wanted.zone))
        assert hours.minute_of(local.time()) in grid, "the local time is kept"
        assert wanted.open_at(slot), "never outside a window"
        assert local.fold == 0, "a doubled time comes once, the first time"
    for earlier, later in pairwise(slots):
        assert later - earlier >= timedelta(minutes=wanted.every)


@pytest.mark.parametrize("zone", ZONES)
def test_all_slots_of_a_year_keep_the_rules(zone: str) -> None:
    wanted = replace(DEFAULT, zone=zone)
    start = datetime(YEAR, 1, 1, tzinfo=UTC)
    slots = slots_between(wanted, start, start + timedelta(days=365))
    keeps_the_rules(wanted, slots)
    assert len(slots) in range(261 * 7 - 7, 261 * 7 + 8)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", RHYTHMS)
def test_every_clock_change_keeps_the_rules(zone: str, name: str) -> None:
    wanted = replace(RHYTHMS[name], zone=zone)
    for change in changes(zone):
        around = timedelta(days=2)
        slots = slots_between(wanted, change - around, change + around)
        keeps_the_rules(wanted, slots)


def test_some_zones_change_their_clocks_and_some_do_not() -> None:
    changing = {zone for zone in ZONES if changes(zone)}
    assert {"Australia/Lord_Howe", "Antarctica/Troll", "Africa/Casablanca"} <= changing
    assert not {"Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Apia", "UTC"} & changing


def clocks(wanted: Rhythm, day: date) -> list[str]:
    zone = ZoneInfo(wanted.zone)
    return [f"{slot.astimezone(zone):%H:%M}" for slot in schedule.slots_on(wanted, day)]


@pytest.mark.parametrize(
    ("zone", "day", "window", "expected"),
    [
        ("America/New_York", date(2026, 3, 7), "02:00-03:00", ["02:50"]),
        ("America/New_York", date(2026, 3, 8), "02:00-03:00", []),
        ("America/New_York", date(2026, 11, 1), "01:00-02:00", ["01:50"]),
        ("America/New_York", date(2026, 3, 7), "22:00-05:00", ["22:50", "23:50", "00:50", "01:50", "03:50", "04:50"]),
        ("America/New_York", date(2026, 10, 31), "23:00-03:00", ["23:50", "00:50", "01:50", "02:50"]),
        # 30 minutes are lost: 2:50 is half an hour after 1:50.
        ("Australia/Lord_Howe", date(2026, 10, 4), "00:00-05:00", ["00:50", "01:50", "03:50", "04:50"]),
        ("Australia/Lord_Howe", date(2026, 4, 5), "00:00-04:00", ["00:50", "01:50", "02:50", "03:50"]),
        ("Antarctica/Troll", date(2026, 3, 29), "00:00-05:00", ["00:50", "03:50", "04:50"]),
        ("Africa/Cairo", date(2026, 4, 24), "00:00-02:00", ["01:50"]),
        ("Pacific/Apia", date(2011, 12, 30), "09:00-17:00", []),  # a day that never was
        ("", date(2026, 3, 2), "09:00-17:00", []),
    ],
)  # fmt: skip
def test_a_clock_change_takes_or_doubles_times(
    zone: str, day: date, window: str, expected: list[str]
) -> None:
    wanted = rhythm(zone, window)
    assert (clocks(wanted, day) if zone else list(schedule.slots_on(wanted, day))) == expected


def test_a_window_across_midnight_belongs_to_the_day_it_opens() -> None:
    nights = replace(rhythm("Europe/London", "22:00-06:00", days="0000100"), holidays="GB")
    assert len(schedule.slots_on(nights, date(2026, 3, 6))) == 8
    assert schedule.slots_on(nights, date(2026, 3, 7)) == ()
    assert schedule.slots_on(nights, date(2026, 4, 3)) == ()  # Good Friday


def test_quiet_hours_yield_only_to_hours_that_people_set() -> None:
    early = rhythm("UTC", "06:00-10:00")
    quiet = (time(9), time(20))
    day = date(2026, 3, 2)
    assert [slot.hour for slot in schedule.slots_on(early, day, quiet)] == [6, 7, 8, 9]
    assert [slot.hour for slot in schedule.slots_on(replace(early, own=False), day, quiet)] == [9]


def test_the_next_slot_is_later_and_the_interval_after_the_last() -> None:
    start = datetime(2026, 3, 2, 9, 50, tzinfo=UTC)
    assert schedule.next_slot(DEFAULT, start - timedelta(seconds=1)) == start
    assert schedule.next_slot(DEFAULT, start) == start + timedelta(hours=1)
    just_before = start - timedelta(minutes=5)
    assert schedule.next_slot(DEFAULT, just_before, last=just_before) == start + timedelta(hours=1)
    friday = datetime(2026, 3, 6, 17, 0, tzinfo=UTC)
    assert schedule.next_slot(DEFAULT, friday) == datetime(2026, 3, 9, 9, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    "wanted",
    [
        rhythm("UTC", "09:00-09:10"),
        rhythm("", "09:00-17:00"),
        rhythm("UTC", "09:00-17:00", days="0000000"),
        replace(rhythm("UTC", "02:00-06:00"), own=False),
    ],
)
def test_a_rhythm_without_room_has_no_next_slot(wanted: Rhythm) -> None:
    quiet = (time(9), time(20))
    assert schedule.next_slot(wanted, datetime(2026, 3, 2, tzinfo=UTC), quiet=quiet) is None


@pytest.mark.parametrize(
    ("window", "slot", "began"),
    [
        ("09:00-17:00", (2, 13, 50), (2, 0, 0)),
        ("22:00-06:00", (2, 22, 50), (2, 6, 0)),
        ("22:00-06:00", (3, 5, 50), (2, 6, 0)),
        ("00:00-00:00", (3, 0, 50), (3, 0, 0)),
    ],
)
def test_a_night_counts_as_one_day(
    window: str, slot: tuple[int, int, int], began: tuple[int, int, int]
) -> None:
    wanted = rhythm("UTC", window)
    moment = datetime(2026, 3, *slot, tzinfo=UTC)
    assert schedule.day_began(wanted, moment) == datetime(2026, 3, *began, tzinfo=UTC)


minutes = st.integers(0, DAY - 1).map(lambda at: time(at // 60, at % 60))
spans = st.builds(Span, minutes, minutes)


@given(
    wanted=st.builds(
        Rhythm,
        zone=st.sampled_from(ZONES),
        days=st.text("01", min_size=7, max_size=7),
        hours=st.lists(spans, min_size=1, max_size=3).map(tuple),
        lunch=st.none() | spans,
        every=st.integers(30, 240),
        minute=st.integers(0, 59),
        holidays=st.sampled_from(["", "US"]),
        own=st.booleans(),
    ),
    day=st.integers(0, 364),
)
def test_any_rhythm_at_any_time_keeps_the_rules(wanted: Rhythm, day: int) -> None:
    start = datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(days=day)
    keeps_the_rules(wanted, slots_between(wanted, start, start + timedelta(days=4)))
