"""What in a sentence could be a setting: spans and times of day, days, intervals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from messages.timewords import TimeWords
from service.conversation.clocks import Clock, Unread, clock_at
from service.conversation.intervals import every_at
from service.conversation.times import days_of
from service.conversation.tokens import Token, word_at

_NEAR = 3  # words that may stand between two parts of one item


@dataclass(slots=True)
class Item:
    """Something that could be a setting, and the words around it that could say which."""

    start: int
    end: int
    clocks: tuple[Clock, ...] = ()  # two of them are a span
    days: str = ""
    every: int = 0
    left: int = 0  # where the words before it begin, up to the item or comma before
    right: int = 0
    last: bool = False  # no item follows in this clause
    negated: bool = False


def sightings(said: Sequence[Token], words: TimeWords) -> list[Item]:
    found: list[Item] = []
    at = 0
    while at < len(said):
        item: Item | None = None
        if said[at].hour or said[at].word in words.slots.openers:
            item = _interval(said, at, words) or _days(said, at, words) or _clocks(said, at, words)
        if item:
            found.append(item)
        at = item.end if item else at + 1
    return [item for item in found if item.clocks or item.days or item.every]


def _interval(said: Sequence[Token], at: int, words: TimeWords) -> Item | None:
    found = every_at(said, at, words)
    return Item(at, found[1], every=found[0]) if found else None


def _days(said: Sequence[Token], at: int, words: TimeWords) -> Item | None:
    """A row of days: "mondays to thursdays", "mon, wed and fri", "every day except sunday"."""
    if not _is_day(said[at], words):
        return None
    end = place = at + 1
    while place < len(said) and place - end <= _NEAR:
        if _is_day(said[place], words):
            end = place + 1
        elif not _links(said[place], words):
            break
        place += 1
    digits = days_of(said[at:end], words) or ""
    if _doubtful(said[at:end], words) and not _claimed(said, at, words):
        digits = ""
    return Item(at, end, days=digits)


def _doubtful(row: Sequence[Token], words: TimeWords) -> bool:
    """ "sat" alone, and "sat in the sun" """
    weak = words.slots.weak_alone
    joined = len(row) > 1 and all(token.word not in words.ignored for token in row if token.word)
    return not joined and all(token.word in weak for token in row if _is_day(token, words))


def _claimed(said: Sequence[Token], at: int, words: TimeWords) -> bool:
    """Is a short name of a day said so that it can only be one?"""
    around = {word_at(said, place) for place in (at - 1, at - 2, at + 1)}
    return bool(around & words.slots.only or around & words.slots.negative)


def _is_day(token: Token, words: TimeWords) -> bool:
    known = token.word in words.weekdays or token.word in words.day_sets
    return known and token.word not in words.slots.weak


def _links(token: Token, words: TimeWords) -> bool:
    if not token.word:
        return bool(token.dash or token.mark)
    return token.word in words.between or token.word in words.excepting


def _clocks(said: Sequence[Token], at: int, words: TimeWords) -> Item | None:
    """A span, or a time of day by itself."""
    first = _clock(said, at, words)
    if first is None:
        return None
    clock, end = first
    paired = _closing(said, at, end, words)
    if paired:
        closes, past = paired
        if _is_amount(said, past, words, clock, closes) or _chained(said, at, past):
            return Item(at, past)
        return Item(at, past, clocks=(clock, closes))
    if _is_amount(said, end, words, clock) or _chained(said, at, end):
        return Item(at, end)
    return Item(at, end, clocks=(clock,))


def _clock(said: Sequence[Token], at: int, words: TimeWords) -> tuple[Clock, int] | None:
    try:
        found = clock_at(said, at, words)
    except Unread:
        return None
    if found is None:
        return None
    token = next((token for token in said[at : found[1]] if token.hour), Token())
    if token.glued or (len(token.hour) > 2 and int(token.hour) % 5):
        return None  # L4, 555-1234
    return found


def _closing(
    said: Sequence[Token], start: int, end: int, words: TimeWords
) -> tuple[Clock, int] | None:
    """The time of day that a "to" or a dash joins to the one before it."""
    between = bool(near(said, start, words) & words.slots.between)
    joining = words.to if between else words.ranging
    place = end
    while place < end + _NEAR and _passes(word_at(said, place), words):
        place += 1
    if place >= len(said) or not (said[place].dash or said[place].word in joining):
        return None
    place = past_ignored(said, place + 1, words.between)
    return _clock(said, place, words) if place < len(said) else None


def _passes(word: str, words: TimeWords) -> bool:
    return word in words.ignored and word not in words.to


def _is_amount(
    said: Sequence[Token], end: int, words: TimeWords, first: Clock, last: Clock | None = None
) -> bool:
    """Is the number one of something: 5 to 6 weeks, 3 times, 10 minutes?"""
    clock = last or first
    before, after = said[end - 1], word_at(said, end)
    hours = words.units.get(after) == 60 or words.units.get(before.suffix or before.word) == 60
    if hours and (last is None or last.at > first.at) and clock.bare and first.bare:
        return last is not None or not before.suffix
    if clock.exact:
        return False
    unit = words.units.get(after, 60) != 60
    per = after in words.slots.per and word_at(said, end + 1) in words.units
    return unit or per or after in words.slots.counted or _symbol(said, end)


def _symbol(said: Sequence[Token], at: int) -> bool:
    return at < len(said) and bool(said[at].stray) and said[at].stray in "%$\u20ac\u00a3\u00b0*="


def _chained(said: Sequence[Token], start: int, end: int) -> bool:
    """A date or a telephone number: 10-12-2024, 7/10."""
    before = said[start - 1] if start > 0 else Token()
    after = said[end] if end < len(said) else Token()
    if before.stray and before.stray in "$\u20ac\u00a3#":
        return True
    ahead = said[end + 1] if end + 1 < len(said) else Token()
    behind = said[start - 2] if start > 1 else Token()
    follows = (after.dash or after.mark == "/") and ahead.hour
    return bool(follows or ((before.dash or before.mark == "/") and behind.hour))


def near(said: Sequence[Token], at: int, words: TimeWords) -> set[str]:
    """The word before an item, and the one before that if only "the" stands between."""
    place = at - 1
    found = {word_at(said, place)}
    while word_at(said, place) in words.ignored and place > at - _NEAR:
        place -= 1
        found.add(word_at(said, place))
    return found


def past_ignored(said: Sequence[Token], at: int, ignored: Collection[str]) -> int:
    last = min(len(said), at + _NEAR)
    while at < last and said[at].word and said[at].word in ignored:
        at += 1
    return at
