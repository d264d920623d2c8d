"""Hours, days, intervals and moments, as people write them. Nothing sensible: None.

What a bare hour means follows working life: "9-5" ends at 17:00, "8-4" at 16:00, "22-6" crosses
midnight. Whoever acts on it says back what was understood.
"""

from collections.abc import Sequence
from itertools import pairwise

from messages.timewords import TimeWords
from service.conversation.clocks import (
    DAY,
    NOON,
    Clock,
    Unread,
    clock_at,
    clock_time,
)
from service.conversation.lengths import minutes
from service.conversation.moments import moment, moment_in
from service.conversation.tokens import Token, folded, tokens
from service.hours import Span

__all__ = ["TimeWords", "days", "minutes", "moment", "moment_in", "spans"]

_MOST_SPANS = 4
_LONG_SHIFT = 14 * 60


def spans(text: str, words: TimeWords) -> tuple[Span, ...] | None:
    """Spans of a day in the order given: "8-16", "9-12 13-17", "22-6", "8am-4pm", "9 to 5"."""
    try:
        clocks = _clocks(text, words)
    except Unread:
        return None
    if len(clocks) % 2:
        return None
    return spans_of(list(zip(clocks[::2], clocks[1::2], strict=True)))


def spans_of(pairs: Sequence[tuple[Clock, Clock]]) -> tuple[Span, ...] | None:
    """Pairs of clocks as parts of one day; None if they can't be."""
    if not 0 < len(pairs) <= _MOST_SPANS:
        return None
    found: list[tuple[int, int]] = []
    for opens, closes in pairs:
        span = span_of(opens, closes, found[-1][1] if found else 0)
        if span is None:
            return None
        found.append(span)
    if found[-1][1] - found[0][0] > DAY:
        return None
    if any(later[0] < earlier[1] for earlier, later in pairwise(found)):
        return None
    return tuple(Span(clock_time(opens), clock_time(closes)) for opens, closes in found)


def _clocks(text: str, words: TimeWords) -> list[Clock]:
    """The times of a text; what stands between them may only join them."""
    said = tokens(text, words)
    found: list[Clock] = []
    at = 0
    while at < len(said):
        read = clock_at(said, at, words)
        if read:
            found.append(read[0])
            at = read[1]
            continue
        token = said[at]
        if token.iso or token.stray or not _joins(token.word, words):
            raise Unread
        at += 1
    return found


def _joins(word: str, words: TimeWords) -> bool:
    return not word or word in words.between


def span_of(opens: Clock, closes: Clock, after: int = 0) -> tuple[int, int] | None:
    """Opening and closing minute; closing past a day means the next morning."""
    start, end = opens.at, closes.at
    if opens.bare and closes.half == "pm" and start + NOON < end and start < NOON:
        start += NOON  # 1-5pm
    elif opens.bare and closes.bare:
        start, end = _working(opens, closes, after)
    elif closes.bare and end <= start < closes.later_half():
        night = opens.half == "" and start >= 13 * 60 and end + DAY - start <= _LONG_SHIFT
        end = end if night else closes.later_half()  # 20-9, but 8am-4
    if end == start or (end % DAY == start % DAY):
        return None
    return start, end if end > start else end + DAY


def _working(opens: Clock, closes: Clock, after: int) -> tuple[int, int]:
    """Two bare hours: "9-5" is a working day, "1-5" an afternoon."""
    start, end = opens.at, closes.at
    if start < after or (start < 5 * 60 and end <= NOON and start < end):
        start = opens.later_half()
    if end < start:
        end = DAY if end == NOON else closes.later_half()
    return start, end


def days(text: str, words: TimeWords) -> str | None:
    """Seven digits from Monday, 1 for a day that counts: "mon-thu" is 1111000."""
    plain = " ".join(folded(text).split()).strip(" .!")
    return words.day_sets.get(plain) or days_of(tokens(text, words), words)


def days_of(said: Sequence[Token], words: TimeWords) -> str | None:
    chosen: list[bool] = []
    wanted, ranging = True, False
    last: int | None = None
    for token in said:
        word = token.word
        if token.dash or word in words.ranging:
            ranging = True
        elif word in words.excepting:
            wanted = False
        elif word in words.weekdays or word in words.day_sets:
            meant = _named(word, last if ranging else None, words)
            if wanted or len(meant) < 7:  # "except sunday every day"
                chosen = _with(chosen, meant, wanted=wanted)
            last, ranging = words.weekdays.get(word), False
        elif not token.mark and word not in words.light:
            return None
        if ranging and last is None:
            return None
    if ranging or not any(chosen):
        return None
    return "".join("1" if day else "0" for day in chosen)


def _named(word: str, since: int | None, words: TimeWords) -> set[int]:
    """The days a word names; from `since` on where it ends a range."""
    if word in words.day_sets:
        return {day for day, digit in enumerate(words.day_sets[word]) if digit == "1"}
    day = words.weekdays[word]
    length = (day - since) % 7 + 1 if since is not None else 1
    return {(day - step) % 7 for step in range(length)}


def _with(chosen: list[bool], meant: set[int], *, wanted: bool) -> list[bool]:
    """What is left out is left out of every day, unless days were named before."""
    before = chosen or [not wanted] * 7
    return [wanted if day in meant else before[day] for day in range(7)]
