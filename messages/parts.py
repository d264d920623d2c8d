"""Cut a long text into the parts that MORE gives: two segments at most, a drug with its condition."""

import re
from collections.abc import Callable, Iterator, Mapping

from messages.render import fill, segments
from messages.rules import Rules

PART_SEGMENTS = 2
# A full stop after a word, not after the number of a list's item.
_SENTENCE_END = re.compile(r"(?<=[^\d\s][.?!)]) +(?=[A-Z(¿¡])|(?<=[。？！])")  # noqa: RUF001
_FULL_STOPS = ("。", "？", "！")  # noqa: RUF001 that no blank follows
_LEAD_IN = (":", "：")  # noqa: RUF001


def cut(
    long: str, condition: str, hint: str, rules: Rules, worst: Mapping[str, str]
) -> tuple[str, ...]:
    """The parts of `long`, each within two segments at its worst; all but the last end with the hint.

    A part that names a drug without its condition begins with it. A sentence that is too long for a
    part is a part of its own: `upright check` finds it.
    """

    def finished(text: str) -> str:
        return _after(condition, text) if rules.drug_without_condition(text) else text

    def fits(text: str) -> bool:
        return segments(fill(_after(finished(text), hint), worst)).count <= PART_SEGMENTS

    parts: list[str] = []
    for joint, piece in _pieces(long, fits):
        if parts and fits(parts[-1] + joint + piece):
            parts[-1] += joint + piece
        else:
            parts.append(piece)
    whole = [finished(part) for part in parts]
    return (*(_after(part, hint) for part in whole[:-1]), *whole[-1:])


def _after(before: str, text: str) -> str:
    return before + ("" if before.endswith(_FULL_STOPS) else " ") + text


def _joint(before: str) -> str:
    """Chinese puts no blank between sentences."""
    if not before:
        return "\n"
    return " " if before[-1].isascii() else ""


def _pieces(long: str, fits: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Lines, and sentences of lines that don't fit; each with what joins it to the one before."""
    lead_in = ""
    for line in long.splitlines():
        paragraph = lead_in + line
        # "What to do:" belongs to what follows it.
        lead_in = f"{paragraph}\n" if line.endswith(_LEAD_IN) else ""
        if lead_in:
            continue
        sentences = [paragraph] if fits(paragraph) else _SENTENCE_END.split(paragraph)
        before = ""
        for sentence in filter(None, sentences):
            yield _joint(before), sentence
            before = sentence
    if lead_in:
        yield "\n", lead_in.strip()
