"""Why a text was read as it was, for operators and for whoever edits the word lists."""

from messages.features import features
from messages.folding import MARK, fold
from messages.vocabulary import Vocabulary
from service.conversation.cues import cues
from service.conversation.stretched import unstretched
from service.conversation.understand import Looked, look, read
from service.conversation.views import View

_TOLD = 3  # of the classifier's topics
_BECAUSE = 8  # features


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
    folded = unstretched(fold(text), vocabulary.model.topics.rarity)
    seen = [*features(folded.words), *cues(looked.views, looked.ruled)]
    because = vocabulary.model.topics.because(seen, best[0])[:_BECAUSE]
    return [f"classifier: {shares}", f"because of: {' | '.join(because)}"]
