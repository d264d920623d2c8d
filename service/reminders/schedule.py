"""When reminders come: the slots of a rhythm, on the wall clock of its zone."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service import hours
from service.hours import DAY, Span
from service.reminders.rhythm import Rhythm, time_at

Quiet = tuple[time, time]  # when texting may begin and must end, local time
HORIZON = 370  # days; a rhythm without a slot in them has none
# A window is shorter than two days, so what went before these can't touch today.
_LEAD = 2


def slots_on(rhythm: Rhythm, day: date, quiet: Quiet | None = None) -> tuple[datetime, ...]:
    """The slots (UTC) of the windows that open on this local day.

    A time that a clock change takes away is left out, one that it doubles comes once.
    """
    if not rhythm.zone or not rhythm.works(day):
        return ()
    interval = timedelta(minutes=rhythm.every)
    found: list[datetime] = []
    for minutes in awake(rhythm.grid(), None if rhythm.own else quiet):
        slot = hours.utc(day + timedelta(days=minutes // DAY), time_at(minutes), rhythm.zone)
        # A clock that jumps 30 minutes brings two times of the grid closer than the interval.
        if slot is not None and (not found or slot - found[-1] >= interval):
            found.append(slot)
    return tuple(found)


def awake(grid: Sequence[int], quiet: Quiet | None) -> Sequence[int]:
    """The minutes after midnight that quiet hours leave; a night shift's may exceed a day."""
    if quiet is None:
        return grid
    allowed = Span(*quiet)
    return tuple(minutes for minutes in grid if time_at(minutes) in allowed)


def slots(
    rhythm: Rhythm, after: datetime, last: datetime | None = None, quiet: Quiet | None = None
) -> Iterator[datetime]:
    """The slots later than `after`, none within the interval of another or of `last`."""
    if not rhythm.zone or not rhythm.grid():
        return
    interval = timedelta(minutes=rhythm.every)
    start = hours.local(after, rhythm.zone).date() - timedelta(days=_LEAD)
    previous = last
    for ahead in range(_LEAD + HORIZON):
        for slot in slots_on(rhythm, start + timedelta(days=ahead), quiet):
            if previous is not None and slot - previous < interval:
                continue
            if slot > after:
                yield slot
            if slot > after or last is None:
                previous = slot


def next_slot(
    rhythm: Rhythm, after: datetime, last: datetime | None = None, quiet: Quiet | None = None
) -> datetime | None:
    """The first slot later than `after` that is at least the interval after `last`."""
    return next(slots(rhythm, after, last, quiet), None)


def day_began(rhythm: Rhythm, slot: datetime) -> datetime:
    """When the day that `slot` belongs to began: midnight, or when the night shift before it closed."""
    tail = rhythm.tail()
    local = hours.local(slot, rhythm.zone)
    late = hours.minute_of(local.time()) < tail
    day = local.date() - timedelta(days=1 if late else 0)
    return datetime.combine(day, time_at(tail), ZoneInfo(rhythm.zone)).astimezone(UTC)
