"""Where a number or a name points to: a country, and the time zone kept there."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

import phonenumbers
from phonenumbers import timezone

from messages.placewords import place_words
from service import mentions
from service.atlas import (
    City,
    Rules,
    ascii_only,
    cities_named,
    fold,
    iana_names,
    qualified,
    rules,
    world,
    zones_ending,
    zones_in,
)
from service.place_names import country_name, last, state_name, zone_name

E164 = re.compile(r"\+[1-9]\d{6,14}")
MOST = 4  # places offered for one name; more don't fit a text
WIDEST = 24  # characters of a label
_WELL_KNOWN = 100_000  # inhabitants
# The year of the zone rules that we have: names are compared by them, without a clock.
_RULES = int(version("tzdata").partition(".")[0])


@dataclass(frozen=True, slots=True)
class Place:
    """A zone under a name that a person can choose it by (at most 24 characters)."""

    label: str
    zone: str


def country_of(number: str) -> str:
    """The ISO code of the country that issued an E.164 number; empty when unknown or none."""
    parsed = _parsed(number)
    if parsed is None:
        return ""
    # A number too new for the tables still has the calling code of its country.
    region = phonenumbers.region_code_for_number(
        parsed
    ) or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return region if region.isalpha() and region != "ZZ" else ""


def zone_of(number: str, now: datetime) -> str:
    """The IANA zone of an E.164 number where every candidate keeps the same time all year.

    Empty where they differ or nothing is known: then the person is asked.
    """
    candidates = zones_of_number(number)
    if not candidates or len({rules(zone, now.year) for zone in candidates}) > 1:
        return ""
    official = zones_in().get(country_of(number), [])
    # Some candidates are old names, and some belong to a neighbour: +44 is Guernsey first.
    own = [zone for zone in official if zone in candidates]
    same = [zone for zone in official if rules(zone, now.year) == rules(candidates[0], now.year)]
    return (own or same or candidates)[0]


def zones_of_number(number: str) -> list[str]:
    """The IANA zones that an E.164 number may be in; none when nothing is known."""
    parsed = _parsed(number)
    if parsed is None:
        return []
    found = timezone.time_zones_for_number(parsed)
    unknown = found == (timezone.UNKNOWN_TIMEZONE,)
    return zones_in().get(country_of(number), []) if unknown else list(found)


def alike(one: str, other: str, now: datetime) -> bool:
    """Do two zones keep the same time all year?"""
    return rules(one, now.year) == rules(other, now.year)


def zones_called(name: str, country: str = "", language: str = "en") -> list[Place]:
    """The places that a name may mean: none, one, or up to four that keep different time.

    `country` is where the person is: a city there wins if no city of that name is larger.
    """
    exact = iana_names().get(name.strip().lower().replace(" ", "_"))
    if exact:
        return [_zone_place(exact, language)]
    folded = fold(name)
    zones = place_words().zones.get(folded)
    if zones:
        at_home = [zone for zone in zones if zone in zones_in().get(country, [])]
        return [_zone_place(zone, language) for zone in at_home or zones]
    return _offered(_cities_called(name, folded), country, language) or [
        _zone_place(zone, language) for zone in zones_ending().get(folded, ())
    ]


def named_in(text: str, country: str = "", language: str = "en") -> list[Place]:
    """The places that a sentence says somebody is at: "moved to Madrid", "ahora vivo en Bogota"."""
    found = mentions.zone_in(text)
    return zones_called(found.name, country, language) if found else []


def country_in(text: str) -> str:
    """The ISO code of the country in which a sentence says somebody is; empty when it says none."""
    found = mentions.country_in(text)
    return found.country if found else ""


def zones_of(country: str) -> list[str]:
    """The zones that are kept in a country."""
    return zones_in().get(country, [])


def country_with(zone: str) -> str:
    """The ISO code of the country that a zone is first of; empty for none, such as UTC."""
    found = [code for code, zones in zones_in().items() if zone in zones]
    return min(found, key=lambda code: zones_in()[code].index(zone), default="")


def country_called(name: str) -> str:
    """The ISO code of a country by its name or code; empty when unknown."""
    known = world()
    return known.countries.get(fold(name)) or known.codes.get(name.strip().upper(), "")


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number) if E164.fullmatch(number) else None
    except phonenumbers.NumberParseException:  # no country has this calling code
        return None


def _cities_called(name: str, folded: str) -> list[City]:
    known = world()
    # Only in capitals: "in" and "me" are words before they are India and Montenegro.
    country = known.countries.get(folded) or known.codes.get(name.strip())
    state = known.states.get(folded)
    in_state = [city for city in known.cities if city.state == state] if state else []
    if country:
        return [*_cities_in(country), *in_state, *_larger(folded, country)]
    if in_state:  # New York and Washington are cities too
        return [*in_state, *(city for city in cities_named(folded) if city.state)]
    return [*cities_named(folded)] or qualified(folded)


def _cities_in(code: str) -> list[City]:
    """A country's cities; where it has none that we know, one for each zone."""
    cities = [city for city in world().cities if city.country == code]
    return cities or [City(last(zone), code, "", 0, zone) for zone in zones_in().get(code, [])]


def _larger(folded: str, country: str) -> list[City]:
    """Cities elsewhere that bear a country's name and hold more people: Granada in Spain."""
    people = sum(city.people for city in _cities_in(country))
    least = max(people, _WELL_KNOWN)
    return [
        city for city in cities_named(folded) if city.people > least and city.country != country
    ]


def _offered(cities: Iterable[City], country: str, language: str) -> list[Place]:
    """One place for each set of rules, the most people first."""
    ranked = sorted(set(cities), key=lambda city: -city.people)
    if ranked and ranked[0].country == country:
        ranked = [city for city in ranked if city.country == country]
    alike: defaultdict[Rules, list[City]] = defaultdict(list)
    for city in ranked:
        alike[rules(city.zone, _RULES)].append(city)
    groups = sorted(alike.values(), key=lambda group: -sum(city.people for city in group))
    return [Place(_label(group[0], language), group[0].zone) for group in groups[:MOST]]


def _label(city: City, language: str) -> str:
    """Portland, Oregon; shorter where that is too long."""
    name = _city_name(city, language)
    long = state_name(city.state, language) if city.state else country_name(city.country, language)
    short = city.state or city.country.replace("GB", "UK")
    comma = "，" if language == "zh" else ", "  # noqa: RUF001
    zone = zone_name(city.zone, language)
    labels = (f"{name}{comma}{long}", f"{name}{comma}{short}", name, zone)
    if name == long:
        return name
    return next(label for label in labels if len(label) <= WIDEST)


def _city_name(city: City, language: str) -> str:
    name = ascii_only(city.name)
    if language != "en" and fold(name).startswith(fold(last(city.zone))):
        return zone_name(city.zone, language)
    return (language == "zh" and city.chinese) or name


def _zone_place(zone: str, language: str) -> Place:
    return Place(zone_name(zone, language), zone)
