"""Times of day with and without am and pm, in figures and in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time

from messages.timewords import TimeWords
from service.conversation.tokens import Token, word_at

NOON, DAY = 12 * 60, 24 * 60  # minutes
_ROUND_MINUTES = frozenset(range(15, 60, 5))  # those of "seven thirty"


class Unread(Exception):
    """A word that has no place here."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on a clock, in minutes after midnight."""

    at: int
    half: str  # am, pm, nothing, or "said" for a word such as noon
    bare: bool  # an hour from 1 to 12 that may be either half
    exact: bool = False  # written in a way that only a time of day is

    def later_half(self) -> int:
        return self.at + NOON if self.bare and self.at < NOON else self.at


def clock_at(said: Sequence[Token], at: int, words: TimeWords) -> tuple[Clock, int] | None:
    """The time of day that begins at this token, and the place after it. Raises Unread."""
    part: int | None = None
    if words.parts_lead and word_at(said, at) in words.parts:
        found = _hour(said, at + 1, words)
        part = words.parts[said[at].word] if found else None
    else:
        found = None
    found = found or _hour(said, at, words)
    if found is None:
        return None
    clock, at = found
    if part is not None:
        return parted(clock, part), at
    return _behind(said, at, clock, words)


def _hour(said: Sequence[Token], at: int, words: TimeWords) -> tuple[Clock, int] | None:
    """An hour with its minutes."""
    ahead = words.leading.get(word_at(said, at))
    at += ahead is not None
    if at >= len(said):
        return None
    token = said[at]
    if token.word in words.clocks and ahead is None:
        named = time.fromisoformat(words.clocks[token.word])
        return Clock(named.hour * 60 + named.minute, "said", bare=False, exact=True), at + 1
    if token.hour:
        clock, at = written(token, words), at + 1
    elif 1 <= words.figures.get(token.word, 0) <= 24:
        clock, at = _spoken(said, at, words)
    else:
        return None
    if clock.at % 60 == 0 and not clock.exact:
        clock, at = _minutes(said, at, clock, words)
    elif word_at(said, at) in words.oclock:
        at += 1
    if ahead is not None:
        clock = replace(clock, at=(clock.at + ahead) % DAY, exact=True)
    return clock, at


def written(token: Token, words: TimeWords) -> Clock:
    """A time in figures: 9, 9:30, 9am, 0930, 17h."""
    digits, minute, suffix = token.hour, token.minute, token.suffix
    hour, late = int(digits), int(minute or 0)
    if len(digits) > 2:
        if minute:
            raise Unread
        hour, late = divmod(hour, 100)
    if hour > 24 or late > 59 or (hour == 24 and late) or (minute and len(minute) == 1):
        raise Unread
    if token.colon == ",":
        raise Unread
    bare = 1 <= hour <= 12 and not (digits.startswith("0") or len(digits) > 2)
    clock = Clock(hour * 60 + late, "", bare=bare, exact=bool(minute))
    if not suffix or suffix in words.oclock:
        return clock
    return halved(clock, suffix, words)


def _spoken(said: Sequence[Token], at: int, words: TimeWords) -> tuple[Clock, int]:
    """A time in words: seven, seven thirty, nine forty five."""
    hour = words.figures[said[at].word]
    minutes = words.figures.get(word_at(said, at + 1), 0)
    more = words.figures.get(word_at(said, at + 2), 0)
    taken = 1
    if minutes in _ROUND_MINUTES and word_at(said, at + 2) not in words.units:
        taken = 2
        if more == 5 and minutes % 10 == 0:
            minutes, taken = minutes + 5, 3
    else:
        minutes = 0
    return Clock(hour * 60 + minutes, "", bare=hour <= 12, exact=taken > 1), at + taken


def _minutes(said: Sequence[Token], at: int, clock: Clock, words: TimeWords) -> tuple[Clock, int]:
    """What follows a full hour: o'clock, a number of minutes, "and a half"."""
    if word_at(said, at) in words.oclock:
        clock, at = replace(clock, exact=True), at + 1
        token = said[at] if at < len(said) else Token()
        unit = words.units.get(word_at(said, at + 1)) == 1
        plain = token.hour and not (token.minute or token.suffix) and int(token.hour) < 60
        if plain and (unit or len(token.hour) == 2) and word_at(said, at + 1) not in words.oclock:
            return replace(clock, at=clock.at + int(token.hour)), at + 1 + unit
    if word_at(said, at) in words.past and word_at(said, at + 1) not in words.units:
        late = clock.at + words.past[said[at].word]
        return replace(clock, at=late % DAY, exact=True), at + 1
    return clock, at


def _behind(said: Sequence[Token], at: int, clock: Clock, words: TimeWords) -> tuple[Clock, int]:
    """am, pm and parts of the day that follow the hour."""
    word = word_at(said, at)
    if word in words.halves and clock.half != "said":
        # "9 a 5" is no nine in the morning, but "9 a - 5 p" is.
        if len(word) > 1 or not word_at(said, at + 1) or word_at(said, at + 1) in words.to:
            return halved(clock, word, words), at + 1
    elif word in words.parts and not words.parts_lead:
        return clock if clock.half else parted(clock, words.parts[word]), at + 1
    return clock, at


def halved(clock: Clock, suffix: str, words: TimeWords) -> Clock:
    """The clock with am or pm applied: 12am is midnight, 12pm noon."""
    half = (
        "am" if suffix.rstrip(".") in words.am else "pm" if suffix.rstrip(".") in words.pm else ""
    )
    if not half or not 60 <= clock.at < 13 * 60 or clock.half:
        raise Unread
    return Clock(clock.at % NOON + (NOON if half == "pm" else 0), half, bare=False, exact=True)


def parted(clock: Clock, part: int) -> Clock:
    """The clock in the twelve hours that begin with the hour `part`."""
    opens = part * 60
    at = clock.at
    if at < 13 * 60:
        at = (opens + (at - opens) % NOON) % DAY
    elif (at - opens) % DAY >= NOON:
        raise Unread
    return Clock(at, "pm" if at >= NOON else "am", bare=False, exact=True)


def clock_time(minute: int) -> time:
    return time(minute % DAY // 60, minute % 60)
