"""A keyword with a slip of the thumb in it, read only where no other word is meant."""

from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA

from messages.folding import MARK
from messages.keywords import Keywords
from service.conversation.clauses import Clauses

_SHORTEST = 5  # LIFT, HEAT, REST: left, heart and best are one letter away
_LONG = 8


def misspelt(clauses: Clauses, keywords: Keywords) -> tuple[str, str] | None:
    """Keyword and the word that was written, if exactly one keyword is so near."""
    written = [word.text for word in clauses.raw if word.text != MARK]
    whole = " ".join(written)
    if keywords.han and not whole.isascii():
        return None  # a Chinese word has no letters to slip on
    if len(written) > 1 and len(whole) >= _LONG:
        names = {keywords.aliases[alias] for alias in _near(whole, _phrases(keywords), 2)}
        if len(names) == 1:
            return names.pop(), whole
    targets = keywords.aliases if len(written) == 1 else _names(keywords)
    for word in written:
        names = {keywords.aliases[alias] for alias in _candidates(word, targets, keywords)}
        if len(names) == 1:
            return names.pop(), word
    if len(written) == 1:
        names = {keywords.aliases[alias] for alias in _jumbled(whole, keywords)}
        return (names.pop(), whole) if len(names) == 1 else None
    return None


def _names(keywords: Keywords) -> Iterable[str]:
    return (name.lower() for name in sorted(keywords.topics | keywords.actions))


def _phrases(keywords: Keywords) -> Iterable[str]:
    return (alias for alias in keywords.aliases if " " in alias)


def _candidates(word: str, targets: Iterable[str], keywords: Keywords) -> Iterator[str]:
    known = word in keywords.blocked or word in keywords.aliases
    if known or len(word) < _SHORTEST or not word.isalpha():
        return iter(())
    slips = 2 if len(word) >= _LONG else 1
    return _near(word, (alias for alias in targets if " " not in alias), slips)


def _jumbled(word: str, keywords: Keywords) -> set[str]:
    """The short keywords that two letters swapped, or one doubled, make into this word: mneu, donee.

    Such a slip hardly ever makes another word, as a letter more or less does (LIFT, list).
    """
    if word in keywords.blocked or word in keywords.aliases:
        return set()
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    single = {word[:at] + word[at + 1 :] for at in range(1, len(word)) if word[at] == word[at - 1]}
    return {
        form for form in swapped | single if len(form) == _SHORTEST - 1 and form in keywords.aliases
    }


def _near(word: str, targets: Iterable[str], slips: int) -> Iterator[str]:
    for target in targets:
        if (
            target[0] == word[0]
            and len(target) >= _SHORTEST
            and abs(len(target) - len(word)) <= slips
            and OSA.distance(target, word, score_cutoff=slips) <= slips
        ):
            yield target
