"""Many phrases looked for at once. A phrase is words; a word may end in * for any ending.

Cost grows with the words of the text alone, whatever it holds, so that no text can stall the service.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from messages.folding import MARK, Word, tidy, words

_SHORTEST_STEM = 2
_CLAUSE_COST = 3  # a comma between two words counts as this many words of distance


class Hit(NamedTuple):
    """Phrase `label` covers words[start:end]."""

    label: str
    start: int
    end: int


def split(phrase: str) -> tuple[str, ...]:
    """The words of a phrase from a data file, a trailing * kept."""
    found: list[str] = []
    for piece in phrase.split():
        folded = [word.text for word in words(tidy(piece)) if word.text != MARK]
        if folded and piece.endswith("*"):
            folded[-1] += "*"
        found += folded
    return tuple(found)


class Lexicon:
    """Phrases by their first word; built once, never changed."""

    def __init__(self, entries: Iterable[tuple[Sequence[str], str]]) -> None:
        self._whole: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._stems: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, label in entries:
            if not phrase:
                continue
            first = phrase[0]
            index = self._stems if first.endswith("*") else self._whole
            index.setdefault(first.rstrip("*"), []).append((tuple(phrase[1:]), label))
        self._lengths = sorted({len(stem) for stem in self._stems})

    def hits(self, texts: Sequence[str]) -> Iterator[Hit]:
        """Every phrase, everywhere, overlapping ones too; in order of their first word."""
        for start, text in enumerate(texts):
            for rest, label in self._from(text):
                end = start + 1 + len(rest)
                if end <= len(texts) and all(map(_is, texts[start + 1 : end], rest)):
                    yield Hit(label, start, end)

    def _from(self, text: str) -> Iterator[tuple[tuple[str, ...], str]]:
        yield from self._whole.get(text, ())
        for length in self._lengths:
            if length > len(text):
                break
            yield from self._stems.get(text[:length], ())

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


def _is(text: str, pattern: str) -> bool:
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


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


class Scene:
    """The groups found in one text, and how far apart they stand."""

    def __init__(self, texts: Sequence[str], hits: Iterable[Hit]) -> None:
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
            place += _CLAUSE_COST if text == MARK else 1

    def fires(self, rule: Rule) -> tuple[Hit, ...] | None:
        """The words that made the rule fire."""
        if any(group not in self.groups for group in rule.needs):
            return None
        if any(group in self.groups for group in rule.unless):
            return None
        for anchor in self.groups[rule.needs[0]]:
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
        reach = rule.within + 6  # no phrase is longer than that beyond its first word
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


def compiled(
    groups: Mapping[str, Sequence[str]], rewrites: Lexicon, fillers: Collection[str]
) -> Lexicon:
    """The phrases of named groups, brought into the form that texts are brought into."""
    entries = []
    for group, phrases in groups.items():
        for phrase in phrases:
            entries.append((plain(split(phrase), rewrites, fillers), group))
    return Lexicon(entries)


def plain(
    phrase: Sequence[str], rewrites: Lexicon, fillers: Collection[str]
) -> tuple[str, ...]:
    rewritten = [word.text for word in rewrites.rewrite([Word(text, 0, 0) for text in phrase])]
    return tuple(text for text in rewritten if text not in fillers) or tuple(rewritten)
