"""Words about places in all our languages: what ZONE and COUNTRY read a sentence with."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from messages.folding import normal

_FILE = Path(__file__).with_name("places.toml")

HAN = "\u3400"  # from here on words are written without spaces

Phrases = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Folded words; phrases are tuples of them. A sentence may mix languages, so these are of all."""

    towards: Phrases  # in front of the place where somebody is
    away: Phrases  # in front of the place that they come from
    denied: Phrases  # in front of a place where they aren't
    passed_over: Phrases  # between those and the name
    describing: Phrases  # behind a name that says what kind of thing something is
    timely: Phrases  # behind a name that is a word too: "central time"
    ordinary: frozenset[str]  # names that are words too: they count with a capital, or with "time"
    never: frozenset[str]  # names that a sentence nearly always means something else by
    countries: Mapping[str, str]  # as spoken -> ISO code
    zones: Mapping[str, tuple[str, ...]]  # as spoken -> IANA names
    exonyms: Mapping[str, str]  # a name that small towns bear, too -> the country of the city meant
    parts: Mapping[str, str]  # of countries, said behind a city's name -> ISO code
    states: Mapping[str, Mapping[str, str]]  # language -> a US state's code -> its name
    shown: Mapping[str, Mapping[str, str]]  # language -> ISO code -> a name that fits a text


@lru_cache(maxsize=1)
def place_words() -> PlaceWords:
    """Read once. Raises what tomllib raises: the file comes with the package."""
    tables = tomllib.loads(_FILE.read_text("utf-8"))
    languages = tables.values()

    def phrases(key: str) -> Phrases:
        return frozenset(tuple(words) for words in _split(languages, key))

    return PlaceWords(
        towards=phrases("towards"),
        away=phrases("away"),
        denied=phrases("denied"),
        passed_over=phrases("passed_over"),
        describing=phrases("describing"),
        timely=phrases("timely"),
        ordinary=_names(languages, "ordinary"),
        never=_names(languages, "never"),
        countries=dict(_pairs(languages, "countries")),
        zones={name: tuple(zones) for name, zones in _pairs(languages, "zones")},
        exonyms=dict(_pairs(languages, "exonyms")),
        parts=dict(_pairs(languages, "parts")),
        states={language: words.get("states", {}) for language, words in tables.items()},
        shown={language: words["shown"] for language, words in tables.items()},
    )


def _names(languages: Iterable[Mapping[str, Any]], key: str) -> frozenset[str]:
    """As service.atlas folds them: Chinese without spaces."""
    return frozenset(joined(words) for words in _split(languages, key))


def joined(words: Sequence[str]) -> str:
    """A name from folded words, each Han character being one."""
    return ("" if words[0] >= HAN else " ").join(words)


def _split(languages: Iterable[Mapping[str, Any]], key: str) -> Iterator[list[str]]:
    return (normal(phrase).split() for words in languages for phrase in words.get(key, ()))


def _pairs(languages: Iterable[Mapping[str, Any]], key: str) -> Iterator[tuple[str, Any]]:
    return (pair for words in languages for pair in words.get(key, {}).items())
