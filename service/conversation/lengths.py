"""How long something lasts, as people write it: "90", "2h", "every other hour"."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from messages.timewords import TimeWords
from service.conversation.clocks import DAY, tokens

_LONGEST = 366 * DAY
_HALF = 0.5


class _Part(NamedTuple):
    kind: str  # digits, word (a number word) or unit (its minutes)
    value: float


def minutes(text: str, words: TimeWords) -> int | None:
    """A length of time in minutes: "90", "2h", "every 2 hours", "1.5h", "an hour and a half"."""
    return length(tokens(text), words, bare=1)


def length(said: Sequence[re.Match[str]], words: TimeWords, *, bare: int) -> int | None:
    """`bare`: how many minutes a number without a unit counts."""
    parts: list[_Part] = []
    for match in said:
        found = _parts(match, words)
        if found is None:
            return None
        parts += found
    total = _sum(parts, bare)
    whole = round(total) if total is not None else 0
    return whole if 0 < whole <= _LONGEST else None


def _parts(match: re.Match[str], words: TimeWords) -> list[_Part] | None:
    word = match["word"]
    if match["hour"]:
        return _amount(match, words)
    if word in words.other:  # every other hour
        return [_Part("word", 2)]
    if word in words.numbers:
        return [_Part("word", words.numbers[word])]
    if word in words.units:
        return [_Part("unit", words.units[word])]
    return [] if word and word in words.ignored | words.joins else None


def _amount(match: re.Match[str], words: TimeWords) -> list[_Part] | None:
    """1.5h, 90min, 1h30, or a number alone."""
    hour, minute, suffix = match["hour"], match["minute"], match["suffix"] or ""
    if minute and match["colon"] == "h":
        return [_Part("digits", int(hour) + int(minute) / 60), _Part("unit", 60)]
    number = _Part("digits", float(f"{hour}.{minute}") if minute else float(hour))
    if not suffix:
        return [number]
    return [number, _Part("unit", words.units[suffix])] if suffix in words.units else None


def _sum(parts: Sequence[_Part], bare: int) -> float | None:
    total, unit = 0.0, 0.0
    number: float | None = None
    for kind, value in parts:
        if kind == "unit":
            total += (1.0 if number is None else number) * value
            number, unit = None, value
        elif kind == "word" and value == _HALF and unit:  # an hour and a half
            total += unit * _HALF
            number = None
        elif number is None:
            number = value
        elif kind == "word":  # half an hour
            number *= value
        else:
            return None
    if number is None:
        return total
    if not unit:
        return number * bare
    return total + number if unit == 60 and number < 60 else None  # 1 hour 30
