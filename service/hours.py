"""Local time: zones, spans of a day, and clock changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Self
from zoneinfo import ZoneInfo

DAY = 24 * 60  # minutes on a clock face


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Part of a day. One that closes at or before it opens crosses midnight: 22:00-06:00."""

    opens: time
    closes: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what str() wrote: 09:00-17:00.

        :raises ValueError: the text isn't two times joined by a hyphen.
        """
        opens, _, closes = text.partition("-")
        return cls(time.fromisoformat(opens), time.fromisoformat(closes))

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"

    def __contains__(self, at: time) -> bool:
        if self.opens < self.closes:
            return self.opens <= at < self.closes
        return at >= self.opens or at < self.closes

    @property
    def minutes(self) -> tuple[int, int]:
        """Opening and closing in minutes after midnight; the second may exceed a day."""
        opens, closes = minute_of(self.opens), minute_of(self.closes)
        return opens, closes if closes > opens else closes + DAY


def minute_of(at: time) -> int:
    return at.hour * 60 + at.minute


def inside(spans: Iterable[Span], at: time) -> bool:
    """Is this local time in any of the spans?"""
    return any(at in span for span in spans)


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def utc(day: date, at: time, zone: str) -> datetime | None:
    """When a clock on the wall shows `at`: the first time in a doubled hour, None in a lost one."""
    wall = datetime.combine(day, at, ZoneInfo(zone))
    moment = wall.astimezone(UTC)
    shown = moment.astimezone(wall.tzinfo)
    return moment if shown.replace(tzinfo=None) == wall.replace(tzinfo=None) else None


def offset(moment: datetime, zone: str) -> int:
    """How many minutes a zone's clocks are ahead of UTC."""
    ahead = local(moment, zone).utcoffset()
    assert ahead is not None
    return int(ahead.total_seconds()) // 60
