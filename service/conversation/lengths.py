"""How long something lasts, as people write it: "90", "2h", "every other hour"."""

from collections.abc import Sequence
from typing import NamedTuple

from messages.timewords import TimeWords
from service.conversation.clocks import DAY
from service.conversation.tokens import Token, tokens

_LONGEST = 366 * DAY
_HALF = 0.5


class Part(NamedTuple):
    kind: str  # digits, figure (a number word), amount (a, half), unit (its minutes) or more
    value: float


def minutes(text: str, words: TimeWords) -> int | None:
    """A length of time in minutes: "90", "2h", "every 2 hours", "1.5h", "an hour and a half"."""
    return length(tokens(text, words), words, bare=1)


def length(said: Sequence[Token], words: TimeWords, *, bare: int) -> int | None:
    """`bare`: how many minutes a number without a unit counts."""
    parts: list[Part] = []
    for token in said:
        found = parts_of(token, words)
        if found is None:
            if token.word and token.word in words.light:
                continue
            return None
        parts += found
    total = _sum(parts, bare)
    whole = round(total) if total is not None else 0
    return whole if 0 < whole <= _LONGEST else None


def parts_of(token: Token, words: TimeWords) -> list[Part] | None:
    """What a token adds to a length; None if it is no part of one."""
    word = token.word
    if token.hour:
        return _amount(token, words)
    if word in words.and_half:
        return [Part("more", _HALF)]
    if word in words.other:  # every other hour
        return [Part("amount", 2)]
    if word in words.figures:
        return [Part("figure", words.figures[word])]
    if word in words.numbers:
        return [Part("amount", words.numbers[word])]
    return [Part("unit", words.units[word])] if word in words.units else None


def _amount(token: Token, words: TimeWords) -> list[Part] | None:
    """1.5h, 90min, 1h30, or a number alone."""
    hour, minute, suffix = token.hour, token.minute, token.suffix
    if minute and token.colon == "h":
        return [Part("digits", int(hour) + int(minute) / 60), Part("unit", 60)]
    number = Part("digits", float(f"{hour}.{minute}") if minute else float(hour))
    if not suffix:
        return [number]
    return [number, Part("unit", words.units[suffix])] if suffix in words.units else None


def _sum(parts: Sequence[Part], bare: int) -> float | None:
    total, unit = 0.0, 0.0
    number: float | None = None
    for kind, value in parts:
        if kind == "unit":
            total += (1.0 if number is None else number) * value
            number, unit = None, value
        elif unit and number is None and (kind == "more" or value == _HALF):
            total += unit * _HALF  # an hour and a half
        else:
            number = _joined(number, kind, value)
            if number is None:
                return None
    if number is None:
        return total
    if not unit:
        return number * bare
    return total + number if unit == 60 and number < 60 else None  # 1 hour 30


def _joined(number: float | None, kind: str, value: float) -> float | None:
    """Two numbers in a row as one: forty five, one and a half, half an; None if they aren't."""
    if number is None:
        return value
    if kind == "more":
        return number + value
    if kind == "amount":
        return number * value
    tens = kind == "figure" and number >= 20 and number % 10 == 0
    if number == _HALF and kind == "figure":
        return number * value
    return number + value if tens and value < 10 else None
