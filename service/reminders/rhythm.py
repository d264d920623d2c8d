"""A rhythm: the hours that somebody works, and how often they want to get up in them."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Self

import holidays as calendars

from service import hours as clock
from service.hours import DAY, Span

SETTLE = 15  # minutes after a window opens before its first reminder


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What plan rows are made of. A window belongs to the day on which it opens."""

    zone: str  # IANA; empty while unknown: no slots then
    days: str  # seven digits from Monday on
    hours: tuple[Span, ...]
    lunch: Span | None
    every: int  # minutes
    minute: int  # of the local hour, where each window's grid starts
    holidays: str  # country whose public holidays are off, or empty
    own: bool  # the person set these hours: quiet hours yield to them

    @classmethod
    def default(cls, zone: str, country: str) -> Self:
        """Monday to Friday, nine to five without lunch, ten minutes before each full hour."""
        hours, lunch = (Span.parse("09:00-17:00"),), Span.parse("12:30-13:30")
        return cls(zone, "1111100", hours, lunch, 60, 50, country, own=False)

    @classmethod
    def from_columns(
        cls,
        *,
        zone: str,
        days: str,
        hours: str,
        lunch: str,
        every: int,
        minute: int,
        holidays: str,
        own: bool,
    ) -> Self:
        """A rhythm from the values of a plan row."""
        spans = tuple(Span.parse(text) for text in hours.split())
        off = Span.parse(lunch) if lunch else None
        return cls(zone, days, spans, off, every, minute, holidays, own)

    def columns(self) -> dict[str, Any]:
        """The values of its plan row."""
        hours = " ".join(str(span) for span in self.hours)
        return asdict(self) | {"hours": hours, "lunch": str(self.lunch or "")}

    @classmethod
    def from_text(cls, text: str) -> Self:
        return cls.from_columns(**json.loads(text))

    def as_text(self) -> str:
        """One line that from_text reads back."""
        return json.dumps(self.columns())

    def at_minute(self, minute: int) -> Self:
        return replace(self, minute=minute)

    def windows(self) -> tuple[tuple[int, int], ...]:
        """Hours minus lunch, in minutes after the midnight that starts the day; may exceed a day."""
        return _windows(self.hours, self.lunch)

    def grid(self) -> tuple[int, ...]:
        """The local minutes after midnight at which reminders come on a working day."""
        return _grid(self.windows(), self.every, self.minute)

    def a_day(self) -> int:
        """The most reminders that a day can bring."""
        return len(self.grid())

    def tail(self) -> int:
        """How many minutes the windows of one day reach into the next."""
        return max(0, *(closes - DAY for _, closes in self.windows()), 0)

    def works(self, day: date) -> bool:
        return self.days[day.weekday()] == "1" and day not in _days_off(self.holidays, day.year)

    def open_at(self, moment: datetime) -> bool:
        """Is this moment in a window of a working day?"""
        if not self.zone:
            return False
        local = clock.local(moment, self.zone)
        at, today = clock.minute_of(local.time()), local.date()
        return any(
            opens <= at + DAY * ago < closes and self.works(today - timedelta(days=ago))
            for ago in (0, 1)
            for opens, closes in self.windows()
        )


@lru_cache(maxsize=4096)
def _windows(spans: tuple[Span, ...], lunch: Span | None) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for opens, closes in sorted(span.minutes for span in spans):
        if merged and opens <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(closes, merged[-1][1])
        else:
            merged.append((opens, closes))
    if lunch is None:
        return tuple(merged)
    starts, ends = lunch.minutes
    for shift in (-DAY, 0, DAY):
        merged = [
            piece for window in merged for piece in _cut(window, starts + shift, ends + shift)
        ]
    return tuple(merged)


def _cut(window: tuple[int, int], starts: int, ends: int) -> list[tuple[int, int]]:
    opens, closes = window
    pieces = [(opens, min(closes, starts)), (max(opens, ends), closes)]
    return [piece for piece in pieces if piece[0] < piece[1]]


@lru_cache(maxsize=4096)
def _grid(windows: tuple[tuple[int, int], ...], every: int, minute: int) -> tuple[int, ...]:
    """Each window starts anew, but never sooner than the interval after the window before it."""
    grid: list[int] = []
    for opens, closes in windows:
        ready = opens + SETTLE
        first = ready + (minute - ready) % 60
        grid += [at for at in range(first, closes, every) if not grid or at - grid[-1] >= every]
    return tuple(grid)


@lru_cache(maxsize=1024)
def _days_off(country: str, year: int) -> frozenset[date]:
    """A country's public holidays, days in lieu included; none where we know of none."""
    if country not in calendars.list_supported_countries(include_aliases=True):
        return frozenset()
    return frozenset(calendars.country_holidays(country, years=year))


def time_at(minutes: int) -> time:
    """A time of day from minutes after midnight, whichever day that is."""
    return time(minutes % DAY // 60, minutes % 60)
