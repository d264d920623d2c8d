"""How often, inside a sentence: "every 45 minutes", "twice an hour", "once every two hours"."""

from collections.abc import Sequence

from messages.timewords import TimeWords
from service.conversation.lengths import length, parts_of
from service.conversation.tokens import Token, word_at

LONGEST = 12 * 60  # minutes
_BARE = range(10, 241)  # "every 45"
_LONGEST_LENGTH = 10  # words
_NEAR = 5  # so far behind an interval its count may stand


def every_at(said: Sequence[Token], at: int, words: TimeWords) -> tuple[int, int] | None:
    """ "hourly", "every 45 minutes", "once every two hours", "twice an hour", "2小时一次"."""
    slots = words.slots
    if said[at].word in slots.rates:
        return slots.rates[said[at].word], at + 1
    count, start = _count(said, at, words)
    if count:
        start += word_at(said, start) in slots.per and word_at(said, start) not in words.numbers
    elif said[at].word in slots.every:
        start = at + 1
    elif not words.known or not parts_of(said[at], words) or (at and parts_of(said[at - 1], words)):
        return None
    found = length_at(said, start, words)
    if not found or (count and start == at + 1 and not _per(said, start, words)):
        return None
    minutes, end = found
    if not count:
        count, end = _count_behind(said, end, words)
        if not count and said[at].word not in slots.every:
            return None
    return (round(minutes / (count or 1)) if minutes <= LONGEST else 0), end


def _per(said: Sequence[Token], at: int, words: TimeWords) -> bool:
    return any(word_at(said, place) in words.slots.per for place in (at - 1, at))


def _count(said: Sequence[Token], at: int, words: TimeWords) -> tuple[int, int]:
    """How many times, and the place after it; 0 where no such count begins."""
    slots = words.slots
    token = said[at]
    if token.word in slots.counts:
        return slots.counts[token.word], at + 1
    plain = token.hour and not token.minute and not token.suffix
    number = int(token.hour) if plain else words.figures.get(token.word, 0)
    after = word_at(said, at + 1)
    counted = after in slots.times or (after in slots.counted and after not in words.units)
    if number and counted:
        return number, at + 2
    if number and after in slots.per and words.units.get(word_at(said, at + 2)) == 60:
        return number, at + 1
    return 0, at


def _count_behind(said: Sequence[Token], at: int, words: TimeWords) -> tuple[int, int]:
    """The same count after the interval: "每小时提醒我两次"."""
    if not words.known:
        return 0, at
    for place in range(at, min(at + _NEAR, len(said))):
        if said[place].mark or said[place].stop:
            break
        count, end = _count(said, place, words)
        if count:
            return count, end
    return 0, at


def length_at(said: Sequence[Token], at: int, words: TimeWords) -> tuple[int, int] | None:
    """A length of time with its unit, or a number alone that can only be minutes."""
    end = at
    units = False
    while end < min(len(said), at + _LONGEST_LENGTH):
        parts = parts_of(said[end], words)
        if parts is None and not (end > at and _goes_on(said, end, words, units=units)):
            break
        units = units or any(part.kind == "unit" for part in parts or ())
        end += 1
    minutes = length(said[at:end], words, bare=1)
    if minutes is None:
        return None
    follows = said[end] if end < len(said) else Token()
    if not units and (minutes not in _BARE or follows.dash or follows.word in words.slots.counted):
        return None
    return minutes, end


def _goes_on(said: Sequence[Token], at: int, words: TimeWords, *, units: bool) -> bool:
    """Does a light word join two parts of a length: a couple of hours, an hour and 15 minutes?"""
    if at + 1 >= len(said) or said[at].word not in words.light:
        return False
    after = parts_of(said[at + 1], words) or []
    kinds = {part.kind for part in after}
    if not units:
        return bool(kinds & {"unit", "amount"})
    following = words.units.get(word_at(said, at + 2), 0)
    joined = said[at].word in words.joins and bool(after)
    return joined and ("unit" in kinds or 0 < following < 60)
