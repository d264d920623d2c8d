"""Places that a sentence names, and which of them somebody is at.

Many small towns bear the names of everyday words. So a town counts after words such as "moved to" only,
large cities and countries count anywhere, and a name on the list of everyday words only where it is
written with a capital, or with "time" behind it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from messages.folding import MARK, Word, tidy, words
from messages.placewords import HAN, Phrases, joined, place_words
from service.atlas import cities_named, cities_within, qualified, world, zones_ending

_LARGE = 500_000  # inhabitants of a city that is known anywhere
_TIMED = 100_000  # of one that has a time called after it
_LONGEST = 6  # words of a name, a country behind it included
_LONGEST_HAN = 10
_LONGEST_PHRASE = 6
_SHORT = {"st", "ft"}
_OFFSET = re.compile(r"\s*(?:[-+\u2013\u2212]\s*\d|plus|minus|mas\b|más\b|menos|[加减]\s*\d)")
_AT, _NAMED, _FROM = 3, 2, 1  # how likely the person is there


@dataclass(frozen=True, slots=True)
class Mention:
    name: str
    country: str  # its ISO code; empty for a zone's nickname
    start: int
    end: int
    likely: int


@dataclass(frozen=True, slots=True)
class _Name:
    """A run of words that is the name of a place."""

    text: str
    end: int
    people: float  # how many know it, so to speak; a country is known to everybody
    plain: bool  # a word of its own, so that it may mean something else


def zone_in(text: str) -> Mention | None:
    """The place that keeps the time of whoever wrote this."""
    return _likeliest(mentions(text))


def country_in(text: str) -> Mention | None:
    return _likeliest(mention for mention in mentions(text) if mention.country)


def mentions(text: str) -> Iterator[Mention]:
    """All places named in a text, but for those that it denies: "I'm not in the UK"."""
    tidied = tidy(text)
    return _Sentence(tidied, words(tidied)).mentions()


def _likeliest(found: Iterator[Mention]) -> Mention | None:
    """The last of those that are as likely: people say last where they are now."""
    return max(found, key=lambda mention: (mention.likely, mention.start), default=None)


class _Sentence:
    def __init__(self, tidied: str, said: Sequence[Word]) -> None:
        self._tidied = tidied
        self._said = said = _without_dots(said)
        self._texts = ["st" if word.text == "saint" else word.text for word in said]
        self._mixed = any(letter.islower() for letter in tidied)

    def mentions(self) -> Iterator[Mention]:
        at, before = 0, None
        while at < len(self._said):
            name = self._name(at)
            if name is None:
                at += 1
                continue
            likely = self._likely(at, name)
            if before and before.end == at and name.text >= HAN:  # 美国旧金山
                likely = max(likely, before.likely)
            if likely:
                before = Mention(name.text, _country(name.text), at, name.end, likely)
                yield before
            at = name.end

    def _name(self, start: int) -> _Name | None:
        """The longest name that begins here."""
        han = self._texts[start] >= HAN
        least = 2 if han else 1
        for end in range(start + (_LONGEST_HAN if han else _LONGEST), start + least - 1, -1):
            if end <= len(self._said):
                found = self._whole(start, end) or self._with_area(start, end)
                if found:
                    return found
        return None

    def _whole(self, start: int, end: int) -> _Name | None:
        run = self._texts[start:end]
        if MARK in run or len({text >= HAN for text in run}) > 1:
            return None
        name = joined(run)
        known = place_words()
        people = _people(name)
        if people is None or (name in known.never and not self._timed(end)):
            return None
        if name in known.zones and _OFFSET.match(self._tidied, self._said[end - 1].end):
            return None
        plain = name in known.ordinary and not self._stands_out(start, end)
        return _Name(name, end, people, plain)

    def _with_area(self, start: int, end: int) -> _Name | None:
        """Portland, Oregon; Reading UK; 加拿大温哥华."""
        run = self._texts[start:end]
        for cut in range(start + 1, end):
            head, tail = self._texts[start:cut], self._texts[cut:end]
            if tail[0] == MARK:
                tail = tail[1:]
            if not tail or MARK in (*head, *tail):
                continue
            if run[0] >= HAN:
                head, tail = tail, head
            city, area = joined(head), joined(tail)
            if self._is_area(area, end) and cities_within(city, area):
                text = f"{area}{city}" if city >= HAN else f"{city} {area}"
                return _Name(text, end, inf, False)
        return None

    def _is_area(self, area: str, end: int) -> bool:
        """A country or a state; by its code only in capitals, for "in" and "me" are words."""
        known = world()
        if area in known.countries or area in known.states or area in place_words().parts:
            return area not in place_words().ordinary or self._stands_out(end - 1, end)
        return len(area) == 2 and self._mixed and self._written(end - 1).isupper()

    def _likely(self, start: int, name: _Name) -> int:
        """0 for a place that is denied, or for what may well be no place."""
        if start == 0 and name.end == len(self._said):
            return _AT
        known = place_words()
        before = self._before(start)
        timed = name.people >= _TIMED and self._timed(name.end)
        if before is known.denied or (name.plain and not timed):
            return 0
        if before is known.away:
            return _FROM
        if timed or (before is known.towards and not self._follows(name.end, known.describing)):
            return _AT
        large = name.people >= _LARGE and _known_by(name.text)
        return _NAMED if large or before is known.towards else 0

    def _before(self, start: int) -> Phrases | None:
        """What kind of words leads to this name, "the" and the like aside."""
        known = place_words()
        end = start
        while end > 0:
            kinds = (known.denied, known.away, known.towards, known.passed_over)
            kind = max(kinds, key=lambda kind: self._length(kind, end))
            length = self._length(kind, end)
            if not length or kind is not known.passed_over:
                return kind if length else None
            end -= length
        return None

    def _length(self, phrases: Phrases, end: int) -> int:
        """How many words the longest of these phrases has that ends here; 0 for none."""
        longest = range(min(_LONGEST_PHRASE, end), 0, -1)
        return next((n for n in longest if tuple(self._texts[end - n : end]) in phrases), 0)

    def _timed(self, end: int) -> bool:
        return self._follows(end, place_words().timely)

    def _follows(self, end: int, phrases: Phrases) -> bool:
        return any(tuple(self._texts[end : end + length]) in phrases for length in (1, 2))

    def _stands_out(self, start: int, end: int) -> bool:
        """Is a name written with a capital that the start of a sentence doesn't explain, or as LA is?"""
        if not self._mixed:
            return False
        written = self._written(start)
        if end - start == 1 and len(written) > 1 and written.isupper():
            return True
        lower = start > 0 and self._written(start - 1)[:1].islower()
        return lower and all(self._written(at)[:1].isupper() for at in range(start, end))

    def _written(self, at: int) -> str:
        word = self._said[at]
        return self._tidied[word.start : word.end]


def _known_by(name: str) -> bool:
    """Not by one of the many other names that the data has, such as "rest" for Brest."""
    return name >= HAN or name in world().named or name not in world().also


def _without_dots(said: Sequence[Word]) -> list[Word]:
    """EE.UU., U.S. and St. Louis are each one name."""
    kept: list[Word] = []
    for at, word in enumerate(said):
        before = kept[-1] if kept else None
        if word.text == MARK and before and before.text != MARK:
            after = said[at + 1] if at + 1 < len(said) else None
            close = after and before.end == word.start and word.end == after.start
            if before.text in _SHORT or (close and len(before.text) <= 2):
                continue
        kept.append(word)
    return kept


def _people(name: str) -> float | None:
    """How many people live in a place of this name; None where there is none."""
    known = world()
    if name in known.countries or name in known.states or name in place_words().zones:
        return inf
    people = max((city.people for city in cities_named(name)), default=None)
    return 0 if people is None and name in zones_ending() else people


def _country(name: str) -> str:
    known = world()
    if name in known.countries:
        return known.countries[name]
    if name in known.states:
        return "US"
    cities = () if name in place_words().zones else cities_named(name) or qualified(name)
    return max(cities, key=lambda city: city.people).country if cities else ""
