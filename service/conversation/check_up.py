"""CHECK: six questions that lead to a page, never to a diagnosis. It fails towards safety.

C1 emergency signs? 1 -> C_EM    2 -> C2
C2 same-day signs?  1 -> C_SAME  2 -> C3
C3 legs affected    2 -> C_EM    1 -> C_LEG, C_HIGH    0 -> C4
C4 effort? C5 midline sore? C6 long sitting? -> a page, then C_HIGH
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from messages.folding import normal
from messages.keywords import AnswerWords

FIRST = "C1"
_REPEATED = 4  # words of an answer that says the number and what it stands for: "2 no"
_NEXT = {"C1": "C2", "C2": "C3", "C3": "C4", "C4": "C5", "C5": "C6"}
_EMERGENCY = ("C_EM",)


@dataclass(frozen=True, slots=True)
class Step:
    """What CHECK says next: another question, or result texts that end it."""

    question: str = ""
    texts: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)

    @property
    def emergency(self) -> bool:
        return self.texts == _EMERGENCY


def digit(question: str, text: str, words: AnswerWords) -> int | None:
    """The answer that a text gives: 1 yes and 2 no, or the number of legs; None if it gives none.

    Not being sure counts as yes at the danger questions.
    """
    folded = normal(text) or text.strip()
    legs = question == "C3"
    said = folded.split()
    if said and said[0] in ({"0", "1", "2"} if legs else {"1", "2"}) and len(said) <= _REPEATED:
        return int(said[0])
    if any(f" {mark} " in f" {folded} " for mark in words.unsure):
        return _unsure(question, max((words.legs.get(word, 1) for word in said), default=1))
    if legs:
        return words.legs.get(folded)
    if folded in words.yes or _begins(said, words.yes):
        return 1
    return 2 if folded in words.no or _only(said, words.no) else None


def _begins(said: Sequence[str], yes: Collection[str]) -> bool:
    """ "yes, a fever": more words after a yes don't take it back."""
    return bool(said) and said[0] in yes and len(said[0]) > 1


def _only(said: Sequence[str], no: Collection[str]) -> bool:
    """ "no, none": but "no, my legs" is for whoever looks for danger."""
    return bool(said) and all(word in no for word in said)


def _unsure(question: str, legs: int) -> int | None:
    if question in {"C1", "C2"}:
        return 1
    return max(legs, 1) if question == "C3" else None


def answer(question: str, value: int, answers: Mapping[str, int]) -> Step:
    """The step after `question` was answered with `value` (see digit)."""
    if question == "C1" and value == 1:
        return Step(texts=_EMERGENCY)
    if question == "C2" and value == 1:
        return Step(texts=("C_SAME",))
    if question == "C3" and value:
        return Step(texts=_EMERGENCY) if value == 2 else Step(texts=("C_LEG", "C_HIGH"))
    known = {**answers, question: value} if question in {"C4", "C5", "C6"} else dict(answers)
    if question in _NEXT:
        return Step(question=_NEXT[question], answers=known)
    return result(known)


def result(answers: Mapping[str, int]) -> Step:
    """The page that fits the answers to C4, C5 and C6 (1 yes, 2 no)."""
    effort, sore, sitting = (answers.get(key) == 1 for key in ("C4", "C5", "C6"))
    if sore:
        return Step(texts=("C_TENDER", "C_HIGH"))
    if effort and sitting:
        return Step(texts=("C_FIT2", "C_HIGH"), params={"K1": "STRAIN", "K2": "POSTURE"})
    if effort or sitting:
        return Step(texts=("C_FIT1", "C_HIGH"), params={"K1": "STRAIN" if effort else "POSTURE"})
    return Step(texts=("C_NONE", "C_HIGH"))
