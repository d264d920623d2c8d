"""When something ends, as people write it: "3h", "until friday", "until monday 10am"."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from messages.timewords import TimeWords
from service.conversation.clocks import DAY, Clock, Unread, clock_at, clock_time
from service.conversation.lengths import length
from service.conversation.tokens import Token, tokens

_SENTENCE, _LONGEST = 60, 8  # words that are looked at, and words of a moment


def moment(
    text: str, now: datetime, words: TimeWords, bare: timedelta = timedelta(minutes=1)
) -> datetime | None:
    """When a pause or a snooze ends, in the zone of `now` (the person's local time).

    "3h", "2 days" (the start of a day), "until friday", "until 3pm", "until monday 10am",
    "tomorrow". `bare` is what a number without a unit counts.
    """
    return _moment(tokens(text, words), now, words, int(bare.total_seconds() // 60))


def moment_in(text: str, now: datetime, words: TimeWords) -> datetime | None:
    """The first end that a sentence names: "away until monday, please don't text". None without one."""
    said = tokens(text, words)[:_SENTENCE]
    for start in range(len(said)):
        for end in range(min(len(said), start + _LONGEST), start, -1):
            piece = said[start:end]
            found = _moment(piece, now, words, 0) if _telling(piece, words) else None
            if found and found > now:
                return found
    return None


def _telling(piece: Sequence[Token], words: TimeWords) -> bool:
    """Is there a number, a day or a time in it? "A bad week" alone is none."""
    known = (
        words.numbers, words.weekdays, words.week_days, words.days_off, words.next_week, words.clocks, words.parts,
    )  # fmt: skip
    return any(
        token.hour or token.iso or any(token.word in some for some in known) for token in piece
    )


def _moment(said: Sequence[Token], now: datetime, words: TimeWords, bare: int) -> datetime | None:
    if any(token.word in words.next_week for token in said):
        return _at(now.date() + timedelta(days=7 - now.weekday()), time(0), now)
    rest = [token for token in said if token.word not in words.until]
    until = len(rest) < len(said)
    if not until:
        span = length(said, words, bare=bare)
        if span is not None:
            return _after(now, span)
    return _point(rest, now, words, until=until)


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
    said: Sequence[Token], now: datetime, words: TimeWords, *, until: bool
) -> datetime | None:
    """A day, a clock time, or both."""
    day: date | None = None
    clock: Clock | None = None
    at = 0
    while at < len(said):
        if said[at].word and said[at].word in words.light:
            at += 1
            continue
        found = _day(said, at, now.date(), words)
        if found:
            day, at = found
            continue
        shown = _shown(said, at, words)
        if shown is None or clock is not None:
            return None
        clock, at = shown
    if clock is None:
        return _at(day, time(0), now) if day else None
    return _next(clock, day, now) if day or until or clock.exact else None


def _shown(said: Sequence[Token], at: int, words: TimeWords) -> tuple[Clock, int] | None:
    """A clock time, or a part of the day by itself, from when it begins."""
    try:
        found = clock_at(said, at, words)
    except Unread:
        return None
    if found is None and said[at].word in words.parts:
        part = words.parts[said[at].word]
        found = Clock(part * 60 if part >= 12 else 0, "said", bare=False, exact=True), at + 1
    return found


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


def _day(said: Sequence[Token], at: int, today: date, words: TimeWords) -> tuple[date, int] | None:
    """The day that begins with this token, and the place after it."""
    token = said[at]
    word = token.word
    day: date | None = None
    if token.iso:
        day = _valid(*map(int, token.iso.split("-")))
    elif word in words.days_off:
        day = today + timedelta(days=words.days_off[word])
    elif word in words.weekdays:
        day = today + timedelta(days=(words.weekdays[word] - today.weekday() - 1) % 7 + 1)
    elif word in words.week_days:
        ahead = words.week_days[word] - today.weekday()
        day = today + timedelta(days=ahead if ahead > 0 else ahead + 7)
    else:
        return _calendar(said, at, today, words)
    return (day, at + 1) if day else None


def _calendar(
    said: Sequence[Token], at: int, today: date, words: TimeWords
) -> tuple[date, int] | None:
    """14 june, june 14th, the 14th."""
    token = said[at]
    day: date | None = None
    end = at + 1
    if token.word in words.months and end < len(said) and said[end].hour:
        day, end = _dated(int(said[end].hour), words.months[token.word], today), end + 1
    elif token.hour and not token.minute:
        while end < len(said) and said[end].word in words.ignored:
            end += 1
        if end < len(said) and said[end].word in words.months:
            day, end = _dated(int(token.hour), words.months[said[end].word], today), end + 1
        elif token.suffix in words.ordinals:
            day, end = _day_of_month(int(token.hour), today), at + 1
    return (day, end) if day else None


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
