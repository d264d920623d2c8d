"""A text as the rules see it: its words, and which of them count.

Sayings such as "hay fever", findings that are denied, what is long past and questions about nobody
in particular are struck out: a rule looks at `meant`, what someone asks of us at `heard`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from messages.folding import MARK, Word, tidy, words
from messages.keywords import Keywords, RedFlags
from messages.lexicon import Hit, Rule, Scene

_LONG = 5  # shorter words have too many neighbours to be read as misspelt
_SHORT = 40
_BARE_PAST = 4  # so few words with "years ago" date the clause beside them


@dataclass(frozen=True, slots=True)
class Clauses:
    """One text, looked through once."""

    written: str  # as it came, for words that only a carrier's exact spelling makes
    tidied: str
    whole: str  # as an alias would be written
    raw: Sequence[Word]  # as written
    words: Sequence[Word]  # by-ear spellings put right
    struck: Sequence[bool]  # for each of `words`
    heard: Scene
    meant: Scene

    @property
    def texts(self) -> list[str]:
        return [word.text for word in self.words]

    def fires(self, rule: Rule) -> tuple[Hit, ...] | None:
        """The words that make a rule fire. What silences it counts even where it is struck out."""
        return None if self._silenced(rule) else self.meant.fires(rule)

    def hears(self, rule: Rule) -> tuple[Hit, ...] | None:
        """The same over the whole text, what is struck out included."""
        return None if self._silenced(rule) else self.heard.fires(rule)

    def _silenced(self, rule: Rule) -> bool:
        return any(group in self.heard.groups for group in rule.unless)

    def covered(self, hits: Iterable[Hit]) -> str:
        """The part of each hit as it was written."""
        found = sorted(hits, key=lambda hit: hit.start)
        return " ... ".join(
            self.tidied[self.words[hit.start].start : self.words[hit.end - 1].end] for hit in found
        )


def look_through(text: str, keywords: Keywords) -> Clauses:
    tidied = tidy(text)
    raw = words(tidied)
    flags = keywords.red_flags
    said = keywords.rewrites.rewrite([_respelt(word, flags) for word in raw])
    texts = [word.text for word in said]
    struck = _struck(texts, keywords)
    hits = list(keywords.groups.hits(texts, keywords.fillers))
    counted = [hit for hit in hits if not any(struck[hit.start : hit.end])]
    return Clauses(
        text[:_SHORT].strip().casefold(),
        tidied,
        " ".join(word.text for word in raw if word.text != MARK)
        or keywords.symbols.get(tidied, ""),
        raw,
        said,
        struck,
        Scene(texts, hits, keywords.fillers),
        Scene(texts, counted, keywords.fillers),
    )


def _respelt(word: Word, flags: RedFlags) -> Word:
    """A danger word with one letter wrong, put right."""
    text = word.text
    if len(text) < _LONG or text in flags.near or text in flags.known:
        return word
    for right in flags.near:
        if right[0] != text[0] or text.startswith(right) or right.startswith(text):
            continue
        if OSA.distance(right, text, score_cutoff=1) == 1:
            return word._replace(text=right)
    return word


def _struck(texts: Sequence[str], keywords: Keywords) -> list[bool]:
    flags = keywords.red_flags
    struck = [False] * len(texts)
    for hit in flags.benign.hits(texts, keywords.fillers):
        struck[hit.start : hit.end] = [True] * (hit.end - hit.start)
    for start, end in (
        *_denied(texts, struck, keywords),
        *_past(texts, flags),
        *_asked(texts, flags),
    ):
        struck[start:end] = [True] * (end - start)
    return struck


def _denied(
    texts: Sequence[str], struck: Sequence[bool], keywords: Keywords
) -> Iterator[tuple[int, int]]:
    """ "no fever", "don't have chest pain or weakness", but not "no feeling" or "no, my groin"."""
    negation = keywords.red_flags.negation
    for start, text in enumerate(texts):
        if text not in negation.words or struck[start]:
            continue
        at = start + 1
        while at < len(texts) and texts[at] in negation.light:
            at += 1
        end = at
        while end < len(texts) and end - at < negation.reach and texts[end] not in negation.ends:
            if texts[end] == MARK:
                break
            end += 1
        first = next((word for word in texts[at:end] if word not in keywords.fillers), "")
        if not first or first in negation.lacks or negation.missing.intersection(texts[at:end]):
            continue
        yield start, end


def _past(texts: Sequence[str], flags: RedFlags) -> Iterator[tuple[int, int]]:
    """Clauses that speak of years ago and of nothing that is so today."""
    parts = list(_parts(texts))
    dated = {
        number
        for hit in flags.past.hits(texts)
        for number, (start, end) in enumerate(parts)
        if start <= hit.start < end and not flags.present.intersection(texts[start:end])
    }
    for number in dated:
        start, end = parts[number]
        yield start, end
        if end - start > _BARE_PAST:
            continue
        beside = number - 1 if number else number + 1
        if beside < len(parts) and not flags.present.intersection(texts[slice(*parts[beside])]):
            yield parts[beside]


def _parts(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the text turns from then to now: at commas, at "but" and before "now"."""
    start = 0
    for at, text in enumerate(texts):
        if text in {MARK, "but", "now", "today"}:
            if at > start:
                yield start, at
            start = at + 1 if text == MARK else at
    if start < len(texts):
        yield start, len(texts)


def _asked(texts: Sequence[str], flags: RedFlags) -> Iterator[tuple[int, int]]:
    """A question that opens the text and names no person."""
    hit = next((hit for hit in flags.general.hits(texts) if hit.start == 0), None)
    if hit is None:
        return
    end = texts.index(MARK) if MARK in texts else len(texts)
    if not flags.people.intersection(texts[:end]):
        yield 0, end
