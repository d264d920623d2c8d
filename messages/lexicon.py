"""Many phrases looked for at once. A phrase is words; a word may end in * for any ending.

Cost grows with the words of the text alone, whatever it holds, so that no text can stall the service.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from messages.folding import MARK, Word, tidy, words

_FOLDED = re.compile(r"(?:[a-z]+\*?(?: |$))+")
_FOLDED_HAN = re.compile(r"[\u4e00-\u9fff ]+")
_ANCHORS = 200  # of one group in a text: nobody writes more, and each costs time
_FILLERS = 4  # so many may stand between two words of a phrase
_CLAUSE_COST = 3  # a comma between two words counts as this many words of distance


class Hit(NamedTuple):
    """Phrase `label` covers words[start:end]."""

    label: str
    start: int
    end: int


def split(phrase: str) -> tuple[str, ...]:
    """The words of a phrase from a data file, a trailing * kept."""
    # Most are in folded form already; to see that takes a tenth of the time.
    if _FOLDED.fullmatch(phrase):
        return tuple(phrase.split())
    if _FOLDED_HAN.fullmatch(phrase):
        return tuple(phrase.replace(" ", ""))
    found: list[str] = []
    for piece in phrase.split():
        folded = [word.text for word in words(tidy(piece)) if word.text != MARK]
        if folded and piece.endswith("*"):
            folded[-1] += "*"
        found += folded
    return tuple(found)


@dataclass(slots=True)
class _Branch:
    """The phrases that begin with one word."""

    alone: list[str] = field(default_factory=list)  # labels of phrases of this one word
    by_second: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    open_second: list[tuple[tuple[str, ...], str]] = field(default_factory=list)  # second ends in *


class Lexicon:
    """Phrases by their first two words; built once, never changed."""

    def __init__(self, entries: Iterable[tuple[Sequence[str], str]]) -> None:
        self._whole: dict[str, _Branch] = {}
        self._stems: dict[str, _Branch] = {}
        for phrase, label in entries:
            if phrase:
                self._add(tuple(phrase), label)
        self._lengths = sorted({len(stem) for stem in self._stems})

    def _add(self, phrase: tuple[str, ...], label: str) -> None:
        first, rest = phrase[0], phrase[1:]
        index = self._stems if first.endswith("*") else self._whole
        branch = index.setdefault(first.removesuffix("*"), _Branch())
        if not rest:
            branch.alone.append(label)
        elif rest[0].endswith("*"):
            branch.open_second.append((rest, label))
        else:
            branch.by_second.setdefault(rest[0], []).append((rest, label))

    def hits(self, texts: Sequence[str], fillers: Collection[str] = ()) -> Iterator[Hit]:
        """Every phrase, everywhere, overlapping ones too; `fillers` may stand inside a phrase."""
        for start, text in enumerate(texts):
            if text in self._whole:
                yield from _hits(self._whole[text], texts, start, fillers)
            for length in self._lengths:
                if length > len(text):
                    break
                if text[:length] in self._stems:
                    yield from _hits(self._stems[text[:length]], texts, start, fillers)

    def rewrite(self, found: Sequence[Word]) -> list[Word]:
        """Labels put in place of their phrases, the longest first; an empty label removes."""
        longest: dict[int, Hit] = {}
        for hit in self.hits([word.text for word in found]):
            if hit.start not in longest or hit.end > longest[hit.start].end:
                longest[hit.start] = hit
        if not longest:
            return list(found)
        result: list[Word] = []
        at = 0
        while at < len(found):
            taken = longest.get(at)
            if taken is None:
                result.append(found[at])
                at += 1
                continue
            start, end = found[at].start, found[taken.end - 1].end
            result += [Word(text, start, end) for text in taken.label.split()]
            at = taken.end
        return result


def _hits(
    branch: _Branch, texts: Sequence[str], start: int, fillers: Collection[str]
) -> Iterator[Hit]:
    for label in branch.alone:
        yield Hit(label, start, start + 1)
    for rest, label in _likely(branch, texts, start + 1, fillers):
        end = _follow(texts, start + 1, rest, fillers)
        if end:
            yield Hit(label, start, end)


def _likely(
    branch: _Branch, texts: Sequence[str], at: int, fillers: Collection[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The longer phrases whose second word may come at `at`, or after the fillers there."""
    if not branch.by_second and not branch.open_second:
        return
    for text in texts[at : at + _FILLERS + 1]:
        yield from branch.by_second.get(text, ())
        if text not in fillers:
            break
    yield from branch.open_second


def _follow(texts: Sequence[str], at: int, rest: Sequence[str], fillers: Collection[str]) -> int:
    """Where the rest of a phrase ends that begins at `at`; 0 when it isn't there."""
    end = len(texts)
    for pattern in rest:
        last = at + _FILLERS
        while True:
            if at >= end:
                return 0
            text = texts[at]
            at += 1
            if text == pattern or (pattern[-1] == "*" and text.startswith(pattern[:-1])):
                break
            if at > last or text not in fillers:
                return 0
    return at


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires where words of all groups in `needs` stand close to a word of the first one."""

    code: str
    gives: str  # a template, a topic, or what the rule is about
    needs: tuple[str, ...]
    within: int = 7  # words between them
    ordered: bool = False  # the first group's word comes first
    clause: bool = False  # not across a comma or full stop
    unless: tuple[str, ...] = ()  # groups that silence the rule wherever they stand
    sayings: bool = False  # also reads what was struck out: "chest press" is an effort


class Scene:
    """The groups found in one text, and how far apart they stand."""

    def __init__(self, texts: Sequence[str], hits: Iterable[Hit], fillers: Collection[str]) -> None:
        self.groups: dict[str, list[Hit]] = {}
        for hit in hits:
            self.groups.setdefault(hit.label, []).append(hit)
        self._place: list[int] = []  # each word's place, clause marks counted
        self._clause: list[int] = []
        place = clause = 0
        for text in texts:
            self._place.append(place)
            self._clause.append(clause)
            clause += text == MARK
            if text not in fillers:
                place += _CLAUSE_COST if text == MARK else 1

    def fires(self, rule: Rule) -> tuple[Hit, ...] | None:
        """The words that made the rule fire."""
        if any(group not in self.groups for group in rule.needs):
            return None
        for anchor in self.groups[rule.needs[0]][:_ANCHORS]:
            chosen = [anchor]
            for group in rule.needs[1:]:
                near = self._near(anchor, group, rule, chosen)
                if near is None:
                    break
                chosen.append(near)
            else:
                return tuple(chosen)
        return None

    def _near(self, anchor: Hit, group: str, rule: Rule, taken: Collection[Hit]) -> Hit | None:
        hits = self.groups[group]
        reach = 2 * rule.within + 6  # fillers and the words of the phrases themselves
        at = bisect_left(hits, anchor.start - reach, key=lambda hit: hit.start)
        while at < len(hits) and hits[at].start <= anchor.end + reach:
            hit = hits[at]
            at += 1
            if rule.ordered and hit.start < anchor.end:
                continue
            if rule.clause and self._clause[hit.start] != self._clause[anchor.start]:
                continue
            if any(hit.start < other.end and other.start < hit.end for other in taken):
                continue
            if self._gap(anchor, hit) <= rule.within:
                return hit
        return None

    def _gap(self, one: Hit, other: Hit) -> int:
        first, second = sorted((one, other), key=lambda hit: hit.start)
        return self._place[second.start] - self._place[first.end - 1] - 1


def compiled(groups: Mapping[str, Sequence[str]], rewrites: Lexicon) -> Lexicon:
    """The phrases of named groups, spelt as `rewrites` will have spelt the texts."""
    return Lexicon(
        (respelt(phrase, rewrites), group)
        for group, phrases in groups.items()
        for phrase in phrases
    )


def respelt(phrase: str, rewrites: Lexicon) -> tuple[str, ...]:
    found = [Word(text, 0, 0) for text in split(phrase)]
    return tuple(word.text for word in rewrites.rewrite(found))
