"""When somebody may be texted next, in their own day: quiet hours, or the hours that they set."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from service import hours
from service.hours import Span


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when a text may go."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """What decides it: the hours for who set none, on how many local days, and the latest local time."""

    quiet: tuple[time, time]
    days: int
    until: time


@lru_cache(maxsize=4096)
def first(clock: Clock, zone: str, own: str, now: datetime) -> Stretch | None:
    """The next stretch in which it may go to somebody in `zone`; None when their days are over.

    `own`: the windows that they set, as a plan has them; "" for none. A window belongs to the day on
    which it begins, and one in which we are has begun already.
    """
    spans = [Span.parse(span) for span in own.split()] if own else [Span(*clock.quiet)]
    today = hours.local(now, zone).date()
    last = today + timedelta(days=clock.days - 1)
    open_yet = (
        Stretch(max(found.begins, now), found.ends)
        for day in (today + timedelta(days=ahead) for ahead in range(-1, clock.days))
        for span in sorted(spans)
        for found in _on(day, span, zone, clock, last)
        if found.ends > now
    )
    return min(open_yet, key=lambda stretch: stretch.begins, default=None)


def _on(day: date, span: Span, zone: str, clock: Clock, last: date) -> Iterator[Stretch]:
    """A window of one day, cut off at the latest time of the day on which it ends, or of the last one."""
    begins = _moment(day, span.opens, zone)
    over_midnight = span.closes <= span.opens
    ends = _moment(day + timedelta(days=1) if over_midnight else day, span.closes, zone)
    ends = min(ends, _moment(last, clock.until, zone))
    if not over_midnight:
        ends = min(ends, _moment(day, clock.until, zone))
    if begins < ends:
        yield Stretch(begins, ends)


def _moment(day: date, at: time, zone: str) -> datetime:
    """When the clocks of a zone show this; where they skip it, an hour later."""
    shown = hours.utc(day, at, zone)
    if shown is not None:
        return shown
    later = (datetime.combine(day, at) + timedelta(hours=1)).time()
    found = hours.utc(day, later, zone)
    assert found is not None  # no zone skips two hours at once
    return found
