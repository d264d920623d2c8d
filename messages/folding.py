"""One written form for texts and for the words we look for: what folds alike, matches."""

import re
import unicodedata
from typing import NamedTuple

from opencc import OpenCC

LONGEST = 1600  # what Twilio lets a text hold, and as much as is read at once
_REPEATED = 20  # the same word so often in a row says no more, and each costs time
MARK = "|"  # stands for a comma, a full stop, a new line: words on both sides don't belong together

_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# NFKC turns an acute accent typed as an apostrophe into a space, so these go first.
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´＇", "'"))  # noqa: RUF001
_CONTROLS = dict.fromkeys(n for n in range(160) if chr(n) < " " or "\x7f" <= chr(n) <= "\x9f")
_CONTROLS.update({9: " ", 10: "\n", 13: "\n"})
_HAS_HAN = re.compile(f"[{_HAN}]")
_SIMPLIFIED = OpenCC("t2s")
_INVISIBLE = {"Mn", "Me", "Cf", "Cs", "Co", "Cn"}
_TOKEN = re.compile(
    rf"(?P<han>[{_HAN}])"
    rf"|(?P<number>\d+(?:[.:,]\d+)+[^\W\d_{_HAN}]*)"
    rf"|(?P<word>[^\W_{_HAN}]+(?:'[^\W_{_HAN}]+)*)"
    r"|(?P<mark>[.,;:!?\n()\[\]…。\u2013\u2014]|(?<=\s)-+(?=\s)|--+)"
)


class Word(NamedTuple):
    """One folded word (or one Han character, or MARK) and where it stands in the tidied text."""

    text: str
    start: int
    end: int


class Folded(NamedTuple):
    """A text as it came, tidied, and its folded words."""

    text: str
    tidied: str
    words: list[Word]


def fold(text: str) -> Folded:
    tidied = tidy(text)
    return Folded(text, tidied, words(tidied))


def tidy(text: str, longest: int = LONGEST) -> str:
    """NFKC without control, combining and invisible characters, Chinese simplified; cut."""
    text = text[: 4 * longest].translate(_APOSTROPHES).translate(_CONTROLS)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[: 4 * longest]
        text = "".join(
            letter
            for letter in text
            if letter.isascii() or unicodedata.category(letter) not in _INVISIBLE
        )
    text = text[:longest].strip()
    return _SIMPLIFIED.convert(text) if _HAS_HAN.search(text) else text


def words(tidied: str) -> list[Word]:
    found: list[Word] = []
    run = 0
    for match in _TOKEN.finditer(tidied):
        text = match.group()
        if match.lastgroup == "mark":
            text = MARK
        elif match.lastgroup != "han":
            text = _fold(text)
        run = run + 1 if found and found[-1].text == text else 0
        if text and run < _REPEATED:
            found.append(Word(text, match.start(), match.end()))
    return found


def normal(text: str) -> str:
    """The form in which a whole text is compared with an alias: folded words, one space between."""
    return " ".join(word.text for word in words(tidy(text)) if word.text != MARK)


def _fold(word: str) -> str:
    folded = word.casefold().replace("'", "")
    if folded.isascii():
        return folded
    return "".join(
        letter
        for letter in unicodedata.normalize("NFD", folded)
        if unicodedata.category(letter) != "Mn"
    )
