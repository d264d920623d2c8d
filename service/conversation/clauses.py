"""A text as the rules see it: its words, and which of them count.

Sayings such as "hay fever", findings that are denied, what is long past and questions about nobody
in particular are struck out: a rule looks at `meant`, what someone asks of us at `heard`.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from messages.folding import MARK, Folded, Word
from messages.keywords import Keywords, RedFlags
from messages.lexicon import Hit, Rule, Scene

_LONG = 5  # shorter words have too many neighbours to be read as misspelt
_SHORT = 40
_OPENING = 8  # words in which a question begins
_BARE_PAST = 4  # so few words with "years ago" date the clause beside them

# Groups of red_flags.toml that are looked for while the text is struck through.
IS_SO = "is_so"  # verbs of something that is so now: is, feels, can't
THEORY = "theory"  # words of a question about danger as such


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
    said: Sequence[Hit]  # keywords that may stand inside a text, "" for sayings that hold one

    @property
    def texts(self) -> list[str]:
        return [word.text for word in self.words]

    def fires(self, rule: Rule) -> tuple[Hit, ...] | None:
        """The words that make a rule fire. What silences it counts even where it is struck out."""
        return self._fired(rule, self.meant)

    def hears(self, rule: Rule) -> tuple[Hit, ...] | None:
        """The same over the whole text, what is struck out included."""
        return self._fired(rule, self.heard)

    def _fired(self, rule: Rule, scene: Scene) -> tuple[Hit, ...] | None:
        if rule.needs[0] not in scene.groups:
            return None
        if any(group in self.heard.groups for group in rule.unless):
            return None
        return scene.fires(rule)

    def covered(self, hits: Iterable[Hit]) -> str:
        """The part of each hit as it was written."""
        found = sorted(hits, key=lambda hit: hit.start)
        return " ... ".join(
            self.tidied[self.words[hit.start].start : self.words[hit.end - 1].end] for hit in found
        )


def look_through(folded: Folded, keywords: Keywords) -> Clauses:
    text, tidied, raw = folded
    flags = keywords.red_flags
    near = _by_first_letter(flags.near)
    said = keywords.rewrites.rewrite([_respelt(word, flags, near) for word in raw])
    said = [_respelt(word, flags, near) for word in said]
    texts = [word.text for word in said]
    hits = list(keywords.groups.hits(texts, keywords.fillers))
    struck = _struck(texts, hits, keywords)
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
        list(keywords.phrases.hits(texts, keywords.fillers)),
    )


@lru_cache(maxsize=16)
def _by_first_letter(near: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for word in near:
        found.setdefault(word[0], []).append(word)
    return found


def _respelt(word: Word, flags: RedFlags, near: Mapping[str, Sequence[str]]) -> Word:
    """A danger word with one letter wrong, put right."""
    text = word.text
    if len(text) < _LONG or text in flags.known:
        return word
    found = near.get(text[0], ())
    if text in found:
        return word
    for right in found:
        if text.startswith(right) or right.startswith(text):
            continue
        if OSA.distance(right, text, score_cutoff=1) == 1:
            return word._replace(text=right)
    return word


def _struck(texts: Sequence[str], hits: Sequence[Hit], keywords: Keywords) -> list[bool]:
    flags = keywords.red_flags
    struck = [False] * len(texts)
    for hit in flags.benign.hits(texts, keywords.fillers):
        struck[hit.start : hit.end] = [True] * (hit.end - hit.start)
    verbs = [hit.start for hit in hits if hit.label == IS_SO]
    own = _own_clauses(texts, verbs, keywords)
    theory = any(hit.label == THEORY for hit in hits)
    for start, end in (
        *_denied(texts, struck, own, keywords),
        *_past(texts, own, verbs, flags),
        *_asked(texts, flags, theory=theory),
    ):
        struck[start:end] = [True] * (end - start)
    return struck


def _own_clauses(texts: Sequence[str], verbs: Sequence[int], keywords: Keywords) -> set[int]:
    """Each "and" after which something new is said: "no fever and my legs feel numb"."""
    found = set()
    end, verb = len(texts), len(verbs)
    for at in range(len(texts) - 1, -1, -1):
        if texts[at] != MARK and texts[at] not in keywords.joints:
            continue
        while verb and verbs[verb - 1] > at:
            verb -= 1
        if texts[at] != MARK and verb < len(verbs) and verbs[verb] < end:
            found.add(at)
        end = at
    return found


def _denied(
    texts: Sequence[str], struck: Sequence[bool], own: Collection[int], keywords: Keywords
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
            if texts[end] == MARK or end in own:
                break
            end += 1
        first = next((word for word in texts[at:end] if word not in keywords.fillers), "")
        if not first or first in negation.lacks or negation.missing.intersection(texts[at:end]):
            continue
        yield start, end


def _past(
    texts: Sequence[str], own: Collection[int], verbs: Sequence[int], flags: RedFlags
) -> Iterator[tuple[int, int]]:
    """Clauses that speak of years ago and of nothing that is so today."""
    parts = list(_parts(texts, own, flags))
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
        if beside < len(parts) and not _is_so(texts, parts[beside], verbs, flags):
            yield parts[beside]


def _is_so(
    texts: Sequence[str], part: tuple[int, int], verbs: Sequence[int], flags: RedFlags
) -> bool:
    """Does this part of the text tell how things are: "groin is numb", "still sore"?"""
    start, end = part
    first = bisect_left(verbs, start)
    told = first < len(verbs) and verbs[first] < end
    return told or bool(flags.present.intersection(texts[start:end]))


def _parts(
    texts: Sequence[str], own: Collection[int], flags: RedFlags
) -> Iterator[tuple[int, int]]:
    """Where the text turns from then to now: at commas, at "but", before "now" and a new sentence."""
    start = 0
    for at, text in enumerate(texts):
        if text == MARK or text in flags.turns or at in own:
            if at > start:
                yield start, at
            start = at + 1 if text == MARK else at
    if start < len(texts):
        yield start, len(texts)


def _asked(texts: Sequence[str], flags: RedFlags, *, theory: bool) -> Iterator[tuple[int, int]]:
    """A question about danger as such: it names no person and nothing that is so today."""
    end = texts.index(MARK) if MARK in texts else len(texts)
    opens = any(hit.start == 0 for hit in flags.general.hits(texts[:_OPENING]))
    for open_, until in ((opens, end), (theory, len(texts))):
        if open_ and not (flags.people | flags.present).intersection(texts[:until]):
            yield 0, until
