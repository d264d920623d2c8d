"""For which time the numbers are shown, and in which steps."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from service.tallies.sums import hour_of

DAYS = (1, 7, 30, 90)
_USUAL = 7
_HOURLY = 7  # days up to which each hour is shown
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
Step = datetime | date


@dataclass(frozen=True, slots=True)
class Period:
    """The last `days` up to `now`, the one under way included. Hours and days are UTC's."""

    days: int
    now: datetime
    hourly: bool

    @classmethod
    def of(cls, asked: str, now: datetime) -> Self:
        """As an address asks for it; anything else is the usual one."""
        known = {str(days): days for days in DAYS}
        return cls.last(known.get(asked, _USUAL), now)

    @classmethod
    def last(cls, days: int, now: datetime) -> Self:
        return cls(days, now.astimezone(UTC), days <= _HOURLY)

    @property
    def seldom(self) -> Self:
        """For what happens so seldom that most hours have nothing: by the day, but for one day's."""
        return self if self.days == 1 else replace(self, hourly=False)

    @property
    def unit(self) -> str:
        return "Hour (UTC)" if self.hourly else "Day (UTC)"

    def step_of(self, step: Step) -> Step:
        """Of this period, from a finer one."""
        return step.date() if isinstance(step, datetime) and not self.hourly else step

    @property
    def since(self) -> datetime:
        if self.hourly:
            return hour_of(self.now) - self.days * _DAY + _HOUR
        return datetime.combine(self.first_day, time(), UTC)

    @property
    def first_day(self) -> date:
        return self.now.date() - (self.days - 1) * _DAY

    @property
    def steps(self) -> list[Step]:
        """Every hour or day, the empty ones too."""
        if self.hourly:
            return [self.since + number * _HOUR for number in range(self.days * 24)]
        return list(self.all_days)

    @property
    def all_days(self) -> list[date]:
        return [self.first_day + number * _DAY for number in range(self.days)]
