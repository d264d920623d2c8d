"""What the classifier sees of a text: its words, neighbours and the pieces of each word."""

from collections.abc import Iterator, Sequence

from messages.folding import MARK, Word

_WORDS = 60  # from each end of a long text; nobody's meaning takes more
_PIECES = (3, 4, 5)  # letters of a piece
_SPELT = 24  # letters of a word that are looked at
_TELLING = frozenset({"911", "112", "999", "000", "120", "119", "108"})


def features(words: Sequence[Word]) -> list[str]:
    """Each feature once, in order. A number is only a number unless it is one people dial."""
    kept = [_shape(word.text) for word in words if word.text != MARK]
    if len(kept) > 2 * _WORDS:
        kept = kept[:_WORDS] + kept[-_WORDS:]
    return list(dict.fromkeys(_features(kept)))


def _shape(text: str) -> str:
    if text[0].isdigit() and text not in _TELLING:
        return "0" + text.lstrip("0123456789.:,")
    return text


def _features(kept: Sequence[str]) -> Iterator[str]:
    if len(kept) == 1:
        yield "alone"
    before = ""
    for at, text in enumerate(kept):
        yield f"{text} "
        yield f"{before} {text}"
        if _one_character(text):
            if at + 2 < len(kept):
                yield f"{text} {kept[at + 1]} {kept[at + 2]}"
        elif text.isalpha():
            yield from _pieces(f"<{text[:_SPELT]}>")
        before = text
    if before:
        yield f"{before} ."


def _one_character(text: str) -> bool:
    return len(text) == 1 and not text.isascii()


def _pieces(word: str) -> Iterator[str]:
    for length in _PIECES:
        for start in range(len(word) - length + 1):
            yield word[start : start + length]
