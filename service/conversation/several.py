"""Several wishes in one text: the more serious one is answered, the other offered."""

from collections.abc import Iterable, Sequence

from messages.classifier import Classifier
from messages.features import features
from messages.folding import MARK, Word
from messages.keys import OFFERED
from service.conversation.intents import intent_of

_CERTAIN = 0.6  # share of the classifier for a part of a text
_PARTS = 6  # more are a story
# What matters more is answered first; a topic that isn't here comes after these.
_SERIOUS = ("SAMEDAY", "FEVER", "NUMB", "SIGNS", "DOCTOR")


def parts(words: Iterable[Word], joints: frozenset[str]) -> list[list[Word]]:
    """The clauses of a text: between commas, full stops and words such as "and"."""
    found: list[list[Word]] = [[]]
    for word in words:
        if word.text == MARK or word.text in joints:
            found.append([])
        else:
            found[-1].append(word)
    return [part for part in found if part]


def topics(found: Sequence[Sequence[Word]], classifier: Classifier) -> dict[str, float]:
    """What each clause is about on its own, and how sure that is, where we have a keyword for it."""
    clear: dict[str, float] = {}
    for part in found[:_PARTS]:
        shares = classifier.shares(features(part))
        best = max(shares, key=shares.__getitem__)
        if shares[best] >= _CERTAIN and best in OFFERED:
            clear.setdefault(best, shares[best])
    return clear


def other(topic: str, found: Iterable[str]) -> str:
    """A topic of another intent than `topic`; empty when there is none."""
    return next((name for name in found if intent_of(name) != intent_of(topic)), "")


def serious(topic: str) -> int:
    """The place of a topic in the order of what is answered first."""
    return _SERIOUS.index(topic) if topic in _SERIOUS else len(_SERIOUS)
