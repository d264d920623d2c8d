"""The reminders to come: how many in each minute, by the plans that people share and the rules of schedule.py.

Work grows with distinct plans and with days, not with people: the database counts those. It is the
most that may go: who pauses, stops or moves meanwhile isn't foreseen, nor a cap that holds some back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from service import hours
from service.hours import DAY
from service.reminders import schedule
from service.reminders.rhythm import Rhythm
from service.reminders.schedule import Quiet

LONGEST = 28  # days
_BESIDE = 2  # days before and after: other zones' days, and night shifts
_MORNING, _NIGHT = 4 * 60, 22 * 60  # between these no clock of the world is ever changed
_NOON = time(12)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people on one plan, and the segments that are paid for one reminder to all of them."""

    rhythm: Rhythm
    people: int
    segments: float


@dataclass(slots=True)
class Tally:
    """How many reminders and segments go in each hour, from a midnight on."""

    reminders: list[int]
    segments: list[float]

    @classmethod
    def of(cls, size: int) -> "Tally":
        return cls([0] * size, [0.0] * size)

    def add(self, at: int, reminders: int, segments: float) -> None:
        if 0 <= at < len(self.reminders):
            self.reminders[at] += reminders
            self.segments[at] += segments


@dataclass(slots=True)
class Forecast:
    """From the midnight that opens `first` on."""

    first: date
    minutes: list[int]  # reminders in each minute of UTC
    utc: Tally  # hours of UTC
    local: Tally  # hours of each person's own clock


@dataclass(slots=True)
class _Group:
    """Crowds that work on the same days in the same zone, by minute of the day."""

    rhythm: Rhythm  # of one of them, for the days
    by_night: bool  # one of its minutes may be one that a clock change takes away or doubles
    crowds: list[Crowd] = field(default_factory=list)
    people: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    segments: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    hours: dict[int, Mapping[int, tuple[int, float]]] = field(default_factory=dict)

    def add(self, crowd: Crowd, minutes: Sequence[int]) -> None:
        self.crowds.append(crowd)
        for minute in minutes:
            self.people[minute] += crowd.people
            self.segments[minute] += crowd.segments

    def by_hour(self, behind: int) -> Mapping[int, tuple[int, float]]:
        """What goes in each hour of a clock that is so many minutes behind this zone's."""
        found = self.hours.get(behind)
        if found is None:
            tally: dict[int, tuple[int, float]] = {}
            for minute, people in self.people.items():
                hour = (minute - behind) // 60
                so_far = tally.get(hour, (0, 0.0))
                tally[hour] = so_far[0] + people, so_far[1] + self.segments[minute]
            found = self.hours[behind] = tally
        return found


@dataclass(slots=True)
class _Count:
    """The forecast in the making. Its minutes begin some days before it and end some after."""

    first: date
    days: int
    starts: int  # the minute of the first day with which it begins, a full hour
    minutes: list[int]
    utc: Tally
    local: Tally

    def add_day(self, group: _Group, ahead: int, offset: int) -> None:
        """A day on which the zone's clocks are `offset` minutes ahead of UTC all the time."""
        midnight = ahead * DAY
        if midnight - offset < self.starts:
            for minute, people in group.people.items():
                self.add(midnight + minute - offset, offset, people, group.segments[minute])
            return
        counted, begins = self.minutes, midnight - offset + _BESIDE * DAY
        for minute, people in group.people.items():
            counted[begins + minute] += people
        for hour, tally in group.by_hour(offset).items():
            self.utc.add(ahead * 24 + hour, *tally)
        for hour, tally in group.by_hour(0).items():
            self.local.add(ahead * 24 + hour, *tally)

    def add(self, at: int, offset: int, people: int, segments: float) -> None:
        """Reminders at one moment, unless that is over."""
        if at >= self.starts:
            self.minutes[at + _BESIDE * DAY] += people
            self.utc.add(at // 60, people, segments)
            self.local.add((at + offset) // 60, people, segments)


def foresee(crowds: Iterable[Crowd], now: datetime, days: int, quiet: Quiet) -> Forecast:
    """What goes from the next full hour on, in so many days of which today (UTC) is the first."""
    now = now.astimezone(UTC)
    count = _Count(
        now.date(),
        days,
        now.hour * 60 + 60,
        [0] * ((days + 3 * _BESIDE) * DAY),
        Tally.of(days * 24),
        Tally.of(days * 24),
    )
    groups = _groups(crowds, quiet)
    for ahead in range(-_BESIDE, days + 1):
        for group in groups:
            _count_day(count, group, ahead, quiet)
    shown = slice(_BESIDE * DAY, (_BESIDE + days) * DAY)
    return Forecast(count.first, count.minutes[shown], count.utc, count.local)


def _groups(crowds: Iterable[Crowd], quiet: Quiet) -> Sequence[_Group]:
    groups: dict[tuple[str, str, str, bool], _Group] = {}
    for crowd in crowds:
        rhythm = crowd.rhythm
        minutes = _minutes(rhythm.grid(), rhythm.every, None if rhythm.own else quiet)
        if not (minutes and rhythm.zone):
            continue
        by_night = minutes[0] < _MORNING or minutes[-1] >= _NIGHT
        key = rhythm.zone, rhythm.days, rhythm.holidays, by_night
        groups.setdefault(key, _Group(rhythm, by_night)).add(crowd, minutes)
    return list(groups.values())


@lru_cache(maxsize=4096)
def _minutes(grid: Sequence[int], every: int, quiet: Quiet | None) -> Sequence[int]:
    """The minutes of a working day. Where work never pauses, the day before it takes the first ones away."""
    minutes = schedule.awake(grid, quiet)
    soonest = minutes[-1] - DAY + every if minutes else 0
    return tuple(minute for minute in minutes if minute >= soonest)


def _count_day(count: _Count, group: _Group, ahead: int, quiet: Quiet) -> None:
    """The reminders of the working day that opens so many days after the first."""
    day = count.first + timedelta(days=ahead)
    if not group.rhythm.works(day):
        return
    zone = group.rhythm.zone
    offset = _ahead(zone, day)
    if not group.by_night or _ahead(zone, day - _A_DAY) == offset == _ahead(zone, day + 2 * _A_DAY):
        count.add_day(group, ahead, offset)
        return
    start = datetime.combine(count.first, time(), UTC)
    for crowd in group.crowds:  # clocks change: by the rules for each moment
        for slot in schedule.slots_on(crowd.rhythm, day, quiet):
            at = int((slot - start).total_seconds()) // 60
            count.add(at, hours.offset(slot, zone), crowd.people, crowd.segments)


_A_DAY = timedelta(days=1)


@lru_cache(maxsize=32_768)
def _ahead(zone: str, day: date) -> int:
    """How many minutes a zone's clocks are ahead of UTC at its noon."""
    noon = hours.utc(day, _NOON, zone)
    assert noon is not None, "no clock is changed at noon"
    return hours.offset(noon, zone)
