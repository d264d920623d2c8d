"""Letters that somebody held down: "heeeelp", "cant breatheeee", "STOPPPP"."""

import re
from collections.abc import Callable, Iterator
from itertools import product

from messages.folding import Folded, Word

_RUN = re.compile(r"([^\W\d_])\1{2,}")
_PARTS = re.compile(rf"{_RUN.pattern}|.")
_RUNS = 3  # in a word; who holds more keys down is read as if each had been hit once


def unstretched(folded: Folded, rarity: Callable[[str], float]) -> Folded:
    """Each such word as the commonest of those that may be meant."""
    if not any(_RUN.search(word.text) for word in folded.words):
        return folded
    return folded._replace(words=[_meant(word, rarity) for word in folded.words])


def _meant(word: Word, rarity: Callable[[str], float]) -> Word:
    if len(set(word.text)) == 1 or not _RUN.search(word.text):
        return word  # zzz and www are no words, and a T alone would be an opt-out
    return word._replace(text=min(_forms(word.text), key=rarity))


def _forms(text: str) -> Iterator[str]:
    """The word with each run as one letter, and as two."""
    lengths = (1, 2) if len(_RUN.findall(text)) <= _RUNS else (1,)
    parts = [
        [part[1] * length for length in lengths] if part[1] else [part[0]]
        for part in _PARTS.finditer(text)
    ]
    return ("".join(chosen) for chosen in product(*parts))
