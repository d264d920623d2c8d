"""The tokens of a text about time: words and phrases, numbers, marks.

Text that is written without spaces is split into its longest known words, and its numerals become
digits; after that all languages look alike.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from messages.folding import tidy
from messages.timewords import TimeWords

_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d\d-\d\d)"
    r"|(?<!\d)(?P<hour>\d{1,4})(?:(?P<colon>[:.h]|,(?=\d\s*[^\W\d_]))(?P<minute>\d{1,2}))?"
    r"(?P<suffix>[^\W\d_]+(?:\.[^\W\d_]\b)?)?(?![\d:])"
    r"|(?P<word>[^\W\d_](?:\.[^\W\d_])+|[^\W\d_]+)"
    r"|(?P<dash>[-\u2013\u2014~\u301c])"
    r"|(?P<mark>[,;/&+\u3001])"
    r"|(?P<stop>[.!?\u3002\n])"
    r"|(?P<stray>[^\s()'\"])"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_UNSPACED = re.compile(rf"[{_HAN}]")
_PIECE = re.compile(rf"[{_HAN}]|\d+|[^{_HAN}\d]+")
_RANGING = frozenset("-\u2013\u2014~")


class Token(NamedTuple):
    """One of word, number (hour), date (iso), dash, mark (a comma), stop or stray character."""

    word: str = ""
    hour: str = ""
    colon: str = ""
    minute: str = ""
    suffix: str = ""
    iso: str = ""
    dash: str = ""
    mark: str = ""
    stop: str = ""
    stray: str = ""
    glued: bool = False  # to a letter before it: L4


def tokens(text: str, words: TimeWords, *, sentence: bool = False) -> list[Token]:
    """Phrases are one token. Only of a `sentence` full stops and the phrases of slots count."""
    plain = folded(text)
    if words.known and _UNSPACED.search(plain):
        plain = _spaced(plain, words)
    found = [_token(match, plain, words) for match in _TOKEN.finditer(plain)]
    if sentence:
        return _phrased(found, words.sentence_phrases, words.ordinals)
    return _phrased([token for token in found if not token.stop], words.phrases, words.ordinals)


def word_at(said: Sequence[Token], at: int) -> str:
    return said[at].word if 0 <= at < len(said) else ""


def folded(text: str) -> str:
    """Tidied, in lower case, without accents and apostrophes."""
    plain = tidy(text).casefold().replace("'", "")
    if plain.isascii() or unicodedata.is_normalized("NFD", plain):
        return plain  # tidy text holds no combining characters
    parts = unicodedata.normalize("NFD", plain)
    return "".join(letter for letter in parts if unicodedata.category(letter) != "Mn")


def _token(match: re.Match[str], text: str, words: TimeWords) -> Token:
    kind = match.lastgroup or ""
    if kind == "word" or match.group() in words.months:
        return Token(match.group())
    if match["hour"]:
        start = match.start()
        return Token(
            hour=match["hour"],
            colon=match["colon"] or "",
            minute=match["minute"] or "",
            suffix=match["suffix"] or "",
            glued=start > 0 and text[start - 1].isalpha(),
        )
    return Token(
        iso=match["iso"] or "",
        dash=match["dash"] or "",
        mark=match["mark"] or "",
        stop=match["stop"] or "",
        stray=match["stray"] or "",
    )


def _phrased(
    found: list[Token],
    phrases: Mapping[str, Sequence[tuple[str, ...]]],
    ordinals: Collection[str],
) -> list[Token]:
    """Words that make a phrase together become one token, as does a number and its "th"."""
    result: list[Token] = []
    at = 0
    while at < len(found):
        token = found[at]
        at += 1
        for phrase in phrases.get(token.word, ()):
            if tuple(each.word for each in found[at - 1 : at - 1 + len(phrase)]) == phrase:
                token = Token(" ".join(phrase))
                at += len(phrase) - 1
                break
        plain = token.hour and not token.suffix and not token.minute
        if plain and at < len(found) and found[at].word in ordinals:
            token = token._replace(suffix=found[at].word)
            at += 1
        result.append(token)
    return result


def _spaced(text: str, words: TimeWords) -> str:
    """Text without spaces, split into its longest known words; its numerals become digits."""
    result: list[str] = []
    at = 0
    before = ""
    day = False  # a weekday came just before, so that "Mon-Thu" may go on with "4"
    while at < len(text):
        piece = _PIECE.match(text, at)
        assert piece is not None
        written = piece.group()
        if _UNSPACED.match(written):
            word, said = _han(text, at, words, day=day)
        else:
            ranging = day and (before in _RANGING or before in words.to)
            word, said = _other(text, at, written, words, day=ranging)
        result.append(said)
        said = said.strip()
        linked = said in words.to or said in words.joins or said in {",", "\u3001"}
        day = said in words.weekdays or (day and (linked or said in _RANGING))
        before = said or before
        at += len(word)
    return "".join(result)


def _han(text: str, at: int, words: TimeWords, *, day: bool) -> tuple[str, str]:
    """The word that begins here, and how it is to be read."""
    if day and text[at] in words.weekday_tails and not _counts(text, at + 1, words):
        return text[at], f" {_weekday(words.weekday_tails[text[at]], words)} "
    word = _longest(text, at, words)
    if len(word) > 1 or text[at] not in words.numerals:
        day_said = word[-1:].isdecimal() and word in words.weekdays
        said = _weekday(words.weekdays[word], words) if day_said else word
        return word or text[at], f" {said or text[at]} "
    end = at
    while end < len(text) and text[end] in words.numerals:
        end += 1
    if _lists_days(text, at, end, words):
        days = (_weekday(words.weekday_tails[tail], words) for tail in text[at:end])
        return text[at:end], f" {' '.join(days)} "
    return _named(text, at, end, str(_number(text[at:end], words)), words)


def _lists_days(text: str, at: int, end: int, words: TimeWords) -> bool:
    """ "一三五上班": three weekdays or more, by their tails alone."""
    days = [words.weekday_tails.get(tail, -1) for tail in text[at:end]]
    return (
        len(days) > 2
        and days == sorted(set(days))
        and days[0] >= 0
        and not _counts(text, end, words)
    )


def _other(text: str, at: int, written: str, words: TimeWords, *, day: bool) -> tuple[str, str]:
    end = at + len(written)
    if not written[0].isdecimal():
        return written, written
    if day and written in "1234567" and not _counts(text, end, words):
        return written, f" {_weekday(int(written) - 1, words)} "
    return _named(text, at, end, written, words)


def _named(text: str, at: int, end: int, digits: str, words: TimeWords) -> tuple[str, str]:
    """A number, or with the character after it the name of a month."""
    if end < len(text) and f"{digits}{text[end]}" in words.known:
        return text[at : end + 1], f" {digits}{text[end]} "
    written = text[at:end]
    return written, digits if written == digits else f" {digits} "


def _longest(text: str, at: int, words: TimeWords) -> str:
    if text[at : at + 1] not in words.beginnings:
        return ""
    for end in range(min(at + words.longest, len(text)), at, -1):
        if text[at:end] in words.known:
            return text[at:end]
    return ""


def _counts(text: str, at: int, words: TimeWords) -> bool:
    """Does what follows make a number of hours, minutes or a date of the number before it?"""
    if text[at : at + 1] in words.weekday_tails:
        return False
    after = _longest(text, at, words)
    follows = text[at : at + 1]
    return after in words.measures or follows == ":" or follows in words.numerals


def _weekday(day: int, words: TimeWords) -> str:
    return next(word for word, number in words.weekdays.items() if number == day)


def _number(numerals: str, words: TimeWords) -> int:
    total = digit = 0
    for numeral in numerals:
        value = words.numerals[numeral]
        if value < 10:
            digit = digit * 10 + value
        else:
            total, digit = total + (digit or 1) * value, 0
    return total + digit
