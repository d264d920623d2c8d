"""The tokens of a text about time, and times of day with and without am and pm."""

import re
from dataclasses import dataclass
from datetime import time

from messages.folding import tidy
from messages.timewords import TimeWords

NOON, DAY = 12 * 60, 24 * 60  # minutes

_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d\d-\d\d)"
    r"|(?<!\d)(?P<hour>\d{1,4})(?:(?P<colon>[:.h]|,(?=\d\s*[^\W\d_]))(?P<minute>\d{1,2}))?"
    r"(?P<suffix>[^\W\d_]+(?:\.[^\W\d_]\b)?)?(?![\d:])"
    r"|(?P<word>[^\W\d_](?:\.[^\W\d_])+|[^\W\d_]+)"
    r"|(?P<dash>[-\u2013\u2014])"
    r"|(?P<joiner>[,;/&+])"
    r"|(?P<stray>[^\s.!?()'\"])"
)


class Unread(Exception):
    """A word that has no place here."""


def tokens(text: str) -> list[re.Match[str]]:
    return list(_TOKEN.finditer(tidy(text).casefold()))


@dataclass(frozen=True, slots=True)
class Clock:
    """A time on a clock, in minutes after midnight."""

    at: int
    half: str  # am, pm, nothing, or "said" for a word such as noon
    bare: bool  # an hour from 1 to 12 that may be either half

    def later_half(self) -> int:
        return self.at + NOON if self.bare and self.at < NOON else self.at


def clock(match: re.Match[str], words: TimeWords) -> Clock:
    digits, minute, suffix = match["hour"], match["minute"], match["suffix"] or ""
    hour, late = int(digits), int(minute or 0)
    if len(digits) > 2:
        if minute:
            raise Unread
        hour, late = divmod(hour, 100)
    if hour > 24 or late > 59 or (hour == 24 and late) or (minute and len(minute) == 1):
        raise Unread
    if match["colon"] == ",":
        raise Unread
    bare = 1 <= hour <= 12 and not (digits.startswith("0") or len(digits) > 2)
    clock = Clock(hour * 60 + late, "", bare=bare)
    if not suffix or suffix == "h":
        return clock
    return halved(clock, suffix, words)


def halved(clock: Clock, suffix: str, words: TimeWords) -> Clock:
    """The clock with am or pm applied: 12am is midnight, 12pm noon."""
    half = (
        "am" if suffix.rstrip(".") in words.am else "pm" if suffix.rstrip(".") in words.pm else ""
    )
    if not half or not 60 <= clock.at < 13 * 60 or clock.half:
        raise Unread
    return Clock(clock.at % NOON + (NOON if half == "pm" else 0), half, bare=False)


def clock_time(minute: int) -> time:
    return time(minute % DAY // 60, minute % 60)
