"""When something ends, as people write it: "3h", "until friday", "until monday 10am"."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from messages.timewords import TimeWords
from service.conversation.clocks import DAY, Clock, Unread, clock, clock_time, halved, tokens
from service.conversation.lengths import length


def moment(
    text: str, now: datetime, words: TimeWords, bare: timedelta = timedelta(minutes=1)
) -> datetime | None:
    """When a pause or a snooze ends, in the zone of `now` (the person's local time).

    "3h", "2 days" (the start of a day), "until friday", "until 3pm", "until monday 10am",
    "tomorrow". `bare` is what a number without a unit counts.
    """
    said = tokens(text)
    if not said:
        return None
    spoken = " ".join(match["word"] or "" for match in said)
    if any(f" {phrase} " in f" {spoken} " for phrase in words.next_week):
        return _at(now.date() + timedelta(days=7 - now.weekday()), time(0), now)
    until = [match for match in said if match["word"] in words.until]
    if not until:
        span = length(said, words, bare=int(bare.total_seconds() // 60))
        if span is not None:
            return _after(now, span)
    return _point([match for match in said if match not in until], now, words, until=bool(until))


def _after(now: datetime, span: int) -> datetime:
    """After hours and minutes by the clock that never jumps; after days, when the day begins."""
    if span % DAY:
        return (now.astimezone(UTC) + timedelta(minutes=span)).astimezone(now.tzinfo)
    return _at(now.date() + timedelta(days=span // DAY), time(0), now)


def _at(day: date, at: time, now: datetime) -> datetime:
    """A wall-clock time; one that a clock change skips becomes the hour after it."""
    wall = datetime.combine(day, at, now.tzinfo)
    return wall.astimezone(UTC).astimezone(now.tzinfo)


def _point(
    said: Sequence[re.Match[str]], now: datetime, words: TimeWords, *, until: bool
) -> datetime | None:
    """A day, a clock time, or both."""
    day: date | None = None
    at: Clock | None = None
    rest = list(said)
    while rest:
        match = rest.pop(0)
        if match["word"] and match["word"] in words.ignored | words.joins | words.until:
            continue
        found = _day(match, rest, now.date(), words)
        try:
            at = at if found else _shown(match, at, words)
        except Unread:
            return None
        day = found or day
    if at is None:
        return _at(day, time(0), now) if day else None
    exact = at.half or any(match["minute"] for match in said)
    return _next(at, day, now) if day or until or exact else None


def _shown(match: re.Match[str], before: Clock | None, words: TimeWords) -> Clock:
    """The clock time in this token, or the one before it with am or pm applied."""
    word = match["word"]
    if word in words.am | words.pm and before and not before.half:
        return halved(before, word, words)
    if before is not None:
        raise Unread
    if word in words.clocks:
        return Clock(time.fromisoformat(words.clocks[word]).hour * 60, "said", bare=False)
    if not match["hour"]:
        raise Unread
    return clock(match, words)


def _next(at: Clock, day: date | None, now: datetime) -> datetime:
    """The next time the clock shows this; a bare hour on no named day is the nearest half."""
    if at.at == DAY:
        at = Clock(0, "said", bare=False)
        day = day + timedelta(days=1) if day else None
    if day is not None:
        afternoon = at.bare and at.at < 7 * 60  # "until monday 3"
        return _at(day, clock_time(at.later_half() if afternoon else at.at), now)
    today = [at.at, at.later_half()]
    for minute in sorted(set(today)):
        when = _at(now.date(), clock_time(minute), now)
        if when > now:
            return when
    return _at(now.date() + timedelta(days=1), clock_time(at.at), now)


def _day(
    match: re.Match[str], rest: list[re.Match[str]], today: date, words: TimeWords
) -> date | None:
    """The day that begins with this token; further tokens it takes are removed from `rest`."""
    word = match["word"]
    if match["iso"]:
        return _valid(*map(int, match["iso"].split("-")))
    if word in words.days_off:
        return today + timedelta(days=words.days_off[word])
    if word in words.weekdays:
        return today + timedelta(days=(words.weekdays[word] - today.weekday() - 1) % 7 + 1)
    return _calendar(match, rest, today, words)


def _calendar(
    match: re.Match[str], rest: list[re.Match[str]], today: date, words: TimeWords
) -> date | None:
    """14 june, june 14th, the 14th."""
    if match["word"] in words.months and rest and rest[0]["hour"]:
        return _dated(int(rest.pop(0)["hour"]), words.months[match["word"]], today)
    if not match["hour"] or match["minute"]:
        return None
    after = [token for token in rest if token["word"] not in words.ignored]
    if after and after[0]["word"] in words.months:
        rest[:] = after[1:]
        return _dated(int(match["hour"]), words.months[after[0]["word"]], today)
    return _day_of_month(int(match["hour"]), today) if match["suffix"] in words.ordinals else None


def _dated(day: int, month: int, today: date) -> date | None:
    """The next such day of a month."""
    this_year = _valid(today.year, month, day)
    if this_year and this_year > today:
        return this_year
    return _valid(today.year + 1, month, day)


def _day_of_month(day: int, today: date) -> date | None:
    """The next day with this number: "until the 14th"."""
    months = (today.year * 12 + today.month - 1 + ahead for ahead in range(3))
    found = (_valid(month // 12, month % 12 + 1, day) for month in months)
    return next((date_ for date_ in found if date_ and date_ > today), None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
