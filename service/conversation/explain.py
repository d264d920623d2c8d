"""Why a text was read as it was, for operators and for whoever edits the word lists."""

from messages.folding import MARK
from messages.keywords import Keywords
from service.conversation.clauses import look_through
from service.conversation.understand import read


def explain(text: str, keywords: Keywords) -> list[str]:
    """One line a step: spelling, what was struck out, which rule fired on which words."""
    clauses = look_through(text, keywords)
    reading = read(clauses, keywords)
    raw = " ".join(word.text for word in clauses.raw)
    said = " ".join(clauses.texts)
    struck = " ".join(
        word.text
        for word, out in zip(clauses.words, clauses.struck, strict=True)
        if out and word.text != MARK
    )
    lines = [f"folded: {raw}"]
    if said != raw:
        lines.append(f"respelt: {said}")
    if struck:
        lines.append(f"left aside: {struck}")
    code = f" {reading.flag.code}" if reading.flag else ""
    lines.append(f"rule: {reading.rule}{code} on {reading.words!r}")
    if reading.argument:
        lines.append(f"argument: {reading.argument}")
    if reading.danger:
        lines.append(f"danger words: {reading.danger}")
    if reading.nearest:
        lines.append(f"nearest: {' '.join(reading.nearest)}")
    lines.append(f"topic: {reading.topic}, intent: {reading.intent}")
    return lines
