"""Hours, days, intervals and moments, as people write them. Nothing sensible: None.

What a bare hour means follows working life: "9-5" ends at 17:00, "8-4" at 16:00, "22-6" crosses
midnight. Whoever acts on it says back what was understood.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from messages.folding import tidy
from messages.timewords import TimeWords
from service.hours import Span

__all__ = ["TimeWords", "days", "minutes", "moment", "spans"]

_NOON, _DAY = 12 * 60, 24 * 60
_MOST_SPANS = 4
_LONGEST = 366 * _DAY
_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d\d-\d\d)"
    r"|(?P<hour>\d{1,4})(?:[:.h](?P<minute>\d{1,2}))?(?P<suffix>[a-z]+(?:\.[a-z]\b\.?)?)?(?![\d:])"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)?)"
    r"|(?P<dash>[-–—])"
    r"|(?P<joiner>[,;/&+])"
)


class _Unread(Exception):
    """A word that has no place here."""


def _tokens(text: str) -> list[re.Match[str]]:
    return list(_TOKEN.finditer(tidy(text).casefold()))


# ---- spans


def spans(text: str, words: TimeWords) -> tuple[Span, ...] | None:
    """Spans of a day in the order given: "8-16", "9-12 13-17", "22-6", "8am-4pm", "9 to 5"."""
    try:
        clocks = _clocks(text, words)
    except _Unread:
        return None
    if not clocks or len(clocks) % 2 or len(clocks) > 2 * _MOST_SPANS:
        return None
    found: list[tuple[int, int]] = []
    for opens, closes in zip(clocks[::2], clocks[1::2], strict=True):
        span = _span(opens, closes, found[-1][1] if found else 0)
        if span is None:
            return None
        found.append(span)
    if found[-1][1] - found[0][0] > _DAY:
        return None
    if any(later[0] < earlier[1] for earlier, later in zip(found, found[1:], strict=False)):
        return None
    return tuple(Span(_time(opens), _time(closes)) for opens, closes in found)


class _Clock:
    """A time on a clock: minutes after midnight, and whether morning or afternoon was said."""

    def __init__(self, at: int, half: str, *, bare: bool) -> None:
        self.at = at
        self.half = half  # am, pm or nothing
        self.bare = bare  # an hour from 1 to 12 that may be either

    def later_half(self) -> int:
        return self.at + _NOON if self.bare and self.at < _NOON else self.at


def _clocks(text: str, words: TimeWords) -> list[_Clock]:
    """The times of a text; what stands between them may only join them."""
    found: list[_Clock] = []
    for match in _tokens(text):
        if match["hour"]:
            found.append(_clock(match, words))
        elif match["word"] in words.am | words.pm and found:
            found[-1] = _halved(found[-1], match["word"], words)
        elif match["word"] in words.clocks:
            at = time.fromisoformat(words.clocks[match["word"]])
            found.append(_Clock(at.hour * 60, "said", bare=False))
        elif match["word"] and match["word"] not in words.to | words.joins | words.ignored:
            raise _Unread
        elif match["iso"]:
            raise _Unread
    return found


def _clock(match: re.Match[str], words: TimeWords) -> _Clock:
    digits, minute, suffix = match["hour"], match["minute"], match["suffix"] or ""
    hour, late = int(digits), int(minute or 0)
    if len(digits) > 2:
        if minute:
            raise _Unread
        hour, late = divmod(hour, 100)
    if hour > 24 or late > 59 or (hour == 24 and late) or (minute and len(minute) == 1):
        raise _Unread
    bare = 1 <= hour <= 12 and not (digits.startswith("0") or len(digits) > 2)
    clock = _Clock(hour * 60 + late, "", bare=bare)
    if not suffix or suffix == "h":
        return clock
    return _halved(clock, suffix, words)


def _halved(clock: _Clock, suffix: str, words: TimeWords) -> _Clock:
    """The clock with am or pm applied: 12am is midnight, 12pm noon."""
    half = "am" if suffix.rstrip(".") in words.am else "pm" if suffix.rstrip(".") in words.pm else ""
    if not half or not 60 <= clock.at < 13 * 60 or clock.half:
        raise _Unread
    return _Clock(clock.at % _NOON + (_NOON if half == "pm" else 0), half, bare=False)


def _span(opens: _Clock, closes: _Clock, after: int) -> tuple[int, int] | None:
    """Opening and closing minute; closing past a day means the next morning."""
    start, end = opens.at, closes.at
    if opens.bare and closes.half == "pm" and start + _NOON < end and start < _NOON:
        start += _NOON  # 1-5pm
    elif opens.bare and closes.bare:
        start, end = _working(opens, closes, after)
    elif closes.bare and end <= start:
        end = closes.later_half()  # 8am-4, 08:00-4
    if end == start or (end % _DAY == start % _DAY):
        return None
    return start, end if end > start else end + _DAY


def _working(opens: _Clock, closes: _Clock, after: int) -> tuple[int, int]:
    """Two bare hours: "9-5" is a working day, "1-5" an afternoon."""
    start, end = opens.at, closes.at
    if start < after or (start < 5 * 60 and end <= _NOON and start < end):
        start = opens.later_half()
    if end < start:
        end = closes.later_half()
    return start, end


def _time(minute: int) -> time:
    return time(minute % _DAY // 60, minute % 60)


# ---- days


def days(text: str, words: TimeWords) -> str | None:
    """Seven digits from Monday, 1 for a day that counts: "mon-thu" is 1111000."""
    plain = " ".join(tidy(text).casefold().split()).strip(" .!")
    if plain in words.day_sets:
        return words.day_sets[plain]
    chosen = [False] * 7
    wanted, ranging = True, False
    last: int | None = None
    for match in _tokens(text):
        word = match["word"]
        if match["dash"] or word in words.to - words.joins:
            if last is None:
                return None
            ranging = True
        elif word in words.excepting:
            wanted = False
            chosen = chosen if any(chosen) else [True] * 7
        elif word in words.weekdays:
            day = words.weekdays[word]
            for step in range((day - last) % 7 + 1 if ranging and last is not None else 1):
                chosen[(day - step) % 7] = wanted
            last, ranging = day, False
        elif word in words.day_sets:
            for number, digit in enumerate(words.day_sets[word]):
                chosen[number] = wanted if digit == "1" else chosen[number]
        elif not match["joiner"] and word not in words.joins | words.ignored:
            return None
    if ranging or not any(chosen):
        return None
    return "".join("1" if day else "0" for day in chosen)


# ---- lengths of time


def minutes(text: str, words: TimeWords) -> int | None:
    """A length of time in minutes: "90", "2h", "every 2 hours", "1.5h", "an hour and a half"."""
    return _length(_tokens(text), words, bare=1)


def _length(tokens: Sequence[re.Match[str]], words: TimeWords, *, bare: int) -> int | None:
    """`bare`: how many minutes a number without a unit counts; 0 refuses it."""
    total, number = 0.0, None
    unit = 0
    for match in tokens:
        word = match["word"]
        if match["hour"]:
            value, of = _amount(match, words)
            if of is None:
                if number is not None:
                    return None
                number = value
            else:
                total, unit = total + value * of, of
        elif word in words.other:
            number = 2.0
        elif word in words.numbers:
            number = _times(number, words.numbers[word], after_unit=unit)
            if unit and words.numbers[word] == 0.5:  # an hour and a half
                total, number = total + unit / 2, None
        elif word in words.units:
            unit = words.units[word]
            total += (1.0 if number is None else number) * unit
            number = None
        elif not (word and word in words.ignored | words.joins):
            return None
    if number is not None:
        if unit == 60 and number < 60:
            total += number  # 1h30
        elif bare and not unit:
            total = number * bare
        elif number != 1.0:
            return None
    whole = round(total)
    return whole if 0 < whole <= _LONGEST else None


def _times(number: float | None, value: float, *, after_unit: int) -> float:
    """Two number words in a row: "half an" hour, "a couple", "a half"."""
    if number is None or after_unit:
        return value
    return number * value


def _amount(match: re.Match[str], words: TimeWords) -> tuple[float, int | None]:
    """Number and the minutes of its unit: 1.5h, 90min, 1h30; the unit is None where none was said."""
    hour, minute, suffix = match["hour"], match["minute"], match["suffix"] or ""
    if "h" in match.group() and minute:
        return int(hour) + int(minute) / 60, 60
    value = float(f"{hour}.{minute}") if minute else float(hour)
    if not suffix:
        return value, None
    return (value, words.units[suffix]) if suffix in words.units else (value, 0)


# ---- moments


def moment(
    text: str, now: datetime, words: TimeWords, bare: timedelta | None = None
) -> datetime | None:
    """When a pause or a snooze ends, in the zone of `now` (the person's local time).

    "3h", "2 days" (the start of a day), "until friday", "until 3pm", "until monday 10am",
    "tomorrow". `bare` is what a number without a unit counts.
    """
    tokens = _tokens(text)
    if not tokens:
        return None
    until = [match for match in tokens if match["word"] in words.until]
    if not until:
        span = _length(tokens, words, bare=int(bare.total_seconds() // 60) if bare else 0)
        if span is not None:
            return _after(now, span)
    return _point([match for match in tokens if match not in until], now, words, clock=bool(until))


def _after(now: datetime, span: int) -> datetime:
    """After hours and minutes by the clock that never jumps; after days, when the day begins."""
    if span % _DAY:
        return (now.astimezone(UTC) + timedelta(minutes=span)).astimezone(now.tzinfo)
    return _at(now.date() + timedelta(days=span // _DAY), time(0), now)


def _at(day: date, at: time, now: datetime) -> datetime:
    """A wall-clock time; one that a clock change skips becomes the hour after it."""
    wall = datetime.combine(day, at, now.tzinfo)
    return wall.astimezone(UTC).astimezone(now.tzinfo)


def _point(
    tokens: Sequence[re.Match[str]], now: datetime, words: TimeWords, *, clock: bool
) -> datetime | None:
    """A day, a clock time, or both."""
    day: date | None = None
    at: _Clock | None = None
    rest = list(tokens)
    while rest:
        match = rest.pop(0)
        word = match["word"]
        found = _day(match, rest, now, words)
        if found:
            day = found
        elif word in words.clocks:
            at = _Clock(time.fromisoformat(words.clocks[word]).hour * 60, "said", bare=False)
        elif word in words.am | words.pm and at and not at.half:
            try:
                at = _halved(at, word, words)
            except _Unread:
                return None
        elif match["hour"] and at is None:
            try:
                at = _clock(match, words)
            except _Unread:
                return None
        elif not (word and word in words.ignored | words.joins | words.until):
            return None
    if at is None:
        return _at(day, time(0), now) if day else None
    if day is None and not (clock or at.half or not at.bare):
        return None
    return _next(at, day, now)


def _next(at: _Clock, day: date | None, now: datetime) -> datetime:
    """The next time the clock shows this; a bare hour on no named day is the nearest half."""
    if at.at == _DAY:
        at = _Clock(0, "said", bare=False)
        day = day + timedelta(days=1) if day else None
    if day is not None:
        afternoon = at.bare and at.at < 7 * 60  # "until monday 3"
        return _at(day, _time(at.later_half() if afternoon else at.at), now)
    today = [at.at, at.later_half()]
    for minute in sorted(set(today)):
        when = _at(now.date(), _time(minute), now)
        if when > now:
            return when
    return _at(now.date() + timedelta(days=1), _time(at.at), now)


def _day(
    match: re.Match[str], rest: list[re.Match[str]], now: datetime, words: TimeWords
) -> date | None:
    """The day that begins with this token; further tokens it takes are removed from `rest`."""
    word, today = match["word"], now.date()
    if match["iso"]:
        return _valid(*map(int, match["iso"].split("-")))
    if word in words.days_off:
        return today + timedelta(days=words.days_off[word])
    if word in words.weekdays:
        return today + timedelta(days=(words.weekdays[word] - today.weekday() - 1) % 7 + 1)
    if word in words.next_week:
        return today + timedelta(days=7 - today.weekday())
    if word in words.months and rest and rest[0]["hour"]:
        return _dated(int(rest.pop(0)["hour"]), words.months[word], today)
    if match["hour"] and not match["minute"] and rest and rest[0]["word"] in words.months:
        return _dated(int(match["hour"]), words.months[rest.pop(0)["word"]], today)
    return None


def _dated(day: int, month: int, today: date) -> date | None:
    """The next such day of a month."""
    this_year = _valid(today.year, month, day)
    if this_year and this_year > today:
        return this_year
    return _valid(today.year + 1, month, day)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
