"""Rhythms: hours, lunch, interval, and the days that are off."""

from dataclasses import replace
from datetime import date

import pytest

from service.hours import Span
from service.reminders.rhythm import Rhythm, time_at
from tests.reminders.people import WEEKDAYS, at


def rhythm(hours: str, lunch: str = "", every: int = 60, minute: int = 50) -> Rhythm:
    return replace(
        WEEKDAYS,
        hours=tuple(Span.parse(text) for text in hours.split()),
        lunch=Span.parse(lunch) if lunch else None,
        every=every,
        minute=minute,
    )


def grid(wanted: Rhythm) -> list[str]:
    return [f"{time_at(minutes):%H:%M}" for minutes in wanted.grid()]


FULL_DAY = ["09:50", "10:50", "11:50", "13:50", "14:50", "15:50", "16:50"]


@pytest.mark.parametrize(
    ("wanted", "slots"),
    [
        (WEEKDAYS, FULL_DAY),
        (rhythm("09:00-17:00", "12:30-13:30", every=90), [*FULL_DAY[:1], "11:20", "13:50", "15:20", "16:50"]),
        (rhythm("09:00-17:00", "12:30-13:30", every=120), ["09:50", "11:50", "13:50", "15:50"]),
        (rhythm("09:00-12:00 13:00-15:00"), ["09:50", "10:50", "11:50", "13:50", "14:50"]),
        (rhythm("12:00-16:00", "12:30-13:30"), ["13:50", "14:50", "15:50"]),
        (rhythm("09:00-11:00", minute=10), ["10:10"]),  # 9:10 would be ten minutes into the day
        (rhythm("09:00-11:00", minute=15), ["09:15", "10:15"]),
        (rhythm("22:00-06:00"), ["22:50", "23:50", *(f"0{hour}:50" for hour in range(6))]),
        (rhythm("22:00-06:00", "00:30-01:30"), ["22:50", "23:50", "01:50", "02:50", "03:50", "04:50", "05:50"]),
        (rhythm("09:00-09:10"), []),
        (rhythm("09:00-17:00", "08:00-18:00"), []),
        (rhythm("09:00-11:00 10:00-12:00"), ["09:50", "10:50", "11:50"]),
        # A short break starts a new window, but not a second reminder within the interval.
        (rhythm("09:00-17:00", "12:00-12:15", every=120), ["09:50", "11:50", "14:50", "16:50"]),
    ],
)  # fmt: skip
def test_each_window_starts_its_own_grid(wanted: Rhythm, slots: list[str]) -> None:
    assert grid(wanted) == slots
    assert wanted.a_day() == len(slots)


def test_a_whole_day_has_a_reminder_every_hour() -> None:
    assert rhythm("00:00-00:00").a_day() == 24


def test_a_rhythm_reads_back_what_it_writes() -> None:
    wanted = rhythm("09:00-12:00 22:00-06:00", "10:30-11:00")
    assert Rhythm.from_text(wanted.as_text()) == wanted
    assert Rhythm.from_columns(**WEEKDAYS.columns()) == WEEKDAYS


@pytest.mark.parametrize(
    ("country", "day", "works"),
    [
        ("US", date(2026, 7, 3), False),  # Independence Day is a Saturday, taken on Friday
        ("GB", date(2026, 7, 3), True),
        ("", date(2026, 12, 25), True),
        ("ZZ", date(2026, 12, 25), True),
        ("US", date(2026, 3, 7), False),  # Saturday
    ],
)
def test_weekends_and_public_holidays_are_off(country: str, day: date, works: bool) -> None:
    assert replace(WEEKDAYS, holidays=country).works(day) is works


@pytest.mark.parametrize("country", ["AU", "BR", "CN", "DE", "IN", "IR", "JP", "KR", "NG", "XK"])
def test_holidays_of_any_year_come_without_a_complaint(country: str) -> None:
    for year in (2025, 2026, 2030):
        assert not replace(WEEKDAYS, holidays=country, days="0000000").works(date(year, 1, 1))


@pytest.mark.parametrize(
    ("hours", "clock", "day", "is_open"),
    [
        ("09:00-17:00", "09:00", 2, True),
        ("09:00-17:00", "17:00", 2, False),
        ("09:00-17:00", "12:45", 2, False),  # lunch
        ("09:00-17:00", "10:00", 7, False),  # Saturday
        ("22:00-06:00", "02:00", 7, True),  # Friday's night
        ("22:00-06:00", "02:00", 2, False),  # Sunday's night
        ("22:00-06:00", "23:00", 2, True),
    ],
)
def test_open_means_in_a_window_of_a_working_day(
    hours: str, clock: str, day: int, is_open: bool
) -> None:
    assert rhythm(hours, "12:30-13:30").open_at(at(clock, day)) is is_open


def test_nothing_is_open_without_a_zone() -> None:
    assert not replace(WEEKDAYS, zone="").open_at(at("10:00"))
