"""Why a text was read as it was, for operators and for whoever edits the word lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from messages.features import features
from messages.folding import MARK, fold
from messages.vocabulary import Vocabulary
from service.conversation import by_rules, red_flags
from service.conversation.cues import cues
from service.conversation.stretched import unstretched
from service.conversation.understand import Looked, look, read
from service.conversation.views import View
from service.envelopes import Reading

_TOLD = 3  # of the classifier's topics
_WEIGHED = 6  # topics
_BECAUSE = 8  # features


@dataclass(frozen=True, slots=True)
class Tried:
    """What the rules of one language made of a text; "" where none fired."""

    language: str
    share: float  # how likely the text is in it
    spelling: str  # the words as its rules saw them
    danger: str
    certain: str  # a way out, help, a keyword, a command
    free: str  # a phrase, a slip of the thumb, the wide net


@dataclass(frozen=True, slots=True)
class Thought:
    """All that goes into the reading of a text."""

    reading: Reading
    tried: Sequence[Tried]
    topics: Sequence[tuple[str, float]]  # the classifier's likeliest
    because: Sequence[str]  # what in the text speaks for the likeliest of them


def think(text: str, vocabulary: Vocabulary) -> Thought:
    looked = look(text, vocabulary)
    topics = sorted(looked.topics.items(), key=lambda topic: -topic[1])[:_WEIGHED]
    tried = [_tried(view, looked.languages[view.language]) for view in looked.views]
    return Thought(read(looked), tried, topics, _because(text, looked, vocabulary))


def _tried(view: View, share: float) -> Tried:
    flag = red_flags.find_in(view.clauses, view.keywords)
    plain = by_rules.plain(view.clauses, view.keywords)
    free = by_rules.told(view.clauses, view.keywords)
    return Tried(
        language=view.language,
        share=share,
        spelling=" ".join(view.clauses.texts),
        danger=f"{flag.code}: {flag.words}" if flag else red_flags.danger_in(view.clauses),
        certain=_named(plain) if plain else "",
        free="" if free.rule == "unknown" else _named(free),
    )


def _named(reading: Reading) -> str:
    return f"{reading.topic} ({reading.rule}): {reading.words}"


def explain(text: str, vocabulary: Vocabulary) -> list[str]:
    """One line a step: spelling, what was struck out, which rule fired, what the classifier thought."""
    looked = look(text, vocabulary)
    reading = read(looked)
    view = next((one for one in looked.views if one.language == reading.language), looked.views[0])
    code = f" {reading.flag.code}" if reading.flag else ""
    lines = [*_spelling(view), *_classified(text, looked, vocabulary)]
    lines.append(f"rule: {reading.rule}{code} on {reading.words!r}")
    if reading.argument:
        lines.append(f"argument: {reading.argument}")
    if reading.danger:
        lines.append(f"danger words: {reading.danger}")
    if reading.nearest:
        lines.append(f"nearest: {' '.join(reading.nearest)}")
    if reading.also:
        lines.append(f"also: {reading.also}")
    lines.append(f"topic: {reading.topic}, intent: {reading.intent}")
    return lines


def _spelling(view: View) -> list[str]:
    clauses = view.clauses
    raw = " ".join(word.text for word in clauses.raw)
    said = " ".join(clauses.texts)
    struck = " ".join(
        word.text
        for word, out in zip(clauses.words, clauses.struck, strict=True)
        if out and word.text != MARK
    )
    lines = [f"language: {view.language}", f"folded: {raw}"]
    if said != raw:
        lines.append(f"respelt: {said}")
    if struck:
        lines.append(f"left aside: {struck}")
    return lines


def _classified(text: str, looked: Looked, vocabulary: Vocabulary) -> list[str]:
    topics = looked.topics
    best = sorted(topics, key=lambda name: -topics[name])[:_TOLD]
    shares = ", ".join(f"{name} {topics[name]:.0%}" for name in best)
    because = _because(text, looked, vocabulary)
    return [f"classifier: {shares}", f"because of: {' | '.join(because)}"]


def _because(text: str, looked: Looked, vocabulary: Vocabulary) -> Sequence[str]:
    """The features that speak for the likeliest topic."""
    folded = unstretched(fold(text), vocabulary.model.topics.rarity)
    seen = [*features(folded.words), *cues(looked.views, looked.ruled)]
    return vocabulary.model.topics.because(seen, looked.best)[:_BECAUSE]
