"""Where a number or a name points to: a country, and the time zone kept there."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

import phonenumbers
from phonenumbers import timezone

from service.atlas import City, Rules, ascii_only, fold, iana_names, rules, world, zones_in

E164 = re.compile(r"\+[1-9]\d{6,14}")
MOST = 4  # places offered for one name; more don't fit a text
WIDEST = 24  # characters of a label
# The year of the zone rules that we have: names are compared by them, without a clock.
_RULES = int(version("tzdata").partition(".")[0])

# Parts of countries that people add to a city's name.
_PARTS = {
    **dict.fromkeys(("ontario", "quebec", "alberta", "manitoba", "saskatchewan", "bc"), "CA"),
    **dict.fromkeys(("british columbia", "nova scotia", "new brunswick", "newfoundland"), "CA"),
    **dict.fromkeys(("victoria", "vic", "nsw", "new south wales", "queensland", "qld"), "AU"),
    **dict.fromkeys(("tasmania", "western australia", "south australia"), "AU"),
}
# What people call their zone. Several zones: the name is used in several parts of the world.
_ZONES = {
    **dict.fromkeys(("eastern", "et", "est", "edt"), ("America/New_York",)),
    **dict.fromkeys(("central", "ct", "cdt"), ("America/Chicago",)),
    **dict.fromkeys(("mountain", "mt", "mdt"), ("America/Denver",)),
    **dict.fromkeys(("pacific", "pt", "pst", "pdt"), ("America/Los_Angeles",)),
    **dict.fromkeys(("akst", "akdt"), ("America/Anchorage",)),
    **dict.fromkeys(("hst",), ("Pacific/Honolulu",)),
    **dict.fromkeys(("atlantic", "adt"), ("America/Halifax",)),
    **dict.fromkeys(("nst", "ndt"), ("America/St_Johns",)),
    **dict.fromkeys(("cet", "cest", "mez"), ("Europe/Berlin",)),
    **dict.fromkeys(("eet", "eest"), ("Europe/Athens",)),
    **dict.fromkeys(("wet", "west"), ("Europe/Lisbon",)),
    **dict.fromkeys(("nzst", "nzdt"), ("Pacific/Auckland",)),
    **dict.fromkeys(("acst",), ("Australia/Adelaide", "Australia/Darwin")),
    **dict.fromkeys(("aest",), ("Australia/Sydney", "Australia/Brisbane")),
    "aedt": ("Australia/Sydney",), "acdt": ("Australia/Adelaide",), "awst": ("Australia/Perth",),
    "cst": ("America/Chicago", "Asia/Shanghai"), "mst": ("America/Denver", "America/Phoenix"),
    "ast": ("America/Halifax", "Asia/Riyadh"), "gmt": ("Europe/London", "Africa/Accra"),
    "bst": ("Europe/London", "Asia/Dhaka"), "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "jst": ("Asia/Tokyo",), "kst": ("Asia/Seoul",), "sgt": ("Asia/Singapore",),
    "hkt": ("Asia/Hong_Kong",), "pht": ("Asia/Manila",), "pkt": ("Asia/Karachi",),
    "wib": ("Asia/Jakarta",), "msk": ("Europe/Moscow",), "sast": ("Africa/Johannesburg",),
    "eat": ("Africa/Nairobi",), "wat": ("Africa/Lagos",), "cat": ("Africa/Maputo",),
    **dict.fromkeys(("la", "sf"), ("America/Los_Angeles",)),
    **dict.fromkeys(("nyc", "dc"), ("America/New_York",)),
    "brt": ("America/Sao_Paulo",), "utc": ("Etc/UTC",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A zone under a name that a person can choose it by (ASCII, at most 24 characters)."""

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
    parsed = _parsed(number)
    if parsed is None:
        return ""
    official = zones_in().get(country_of(number), [])
    found = timezone.time_zones_for_number(parsed)
    candidates = official if found == (timezone.UNKNOWN_TIMEZONE,) else list(found)
    if not candidates or len({rules(zone, now.year) for zone in candidates}) > 1:
        return ""
    # Some candidates are old names, and some belong to a neighbour: +44 is Guernsey first.
    own = [zone for zone in official if zone in candidates]
    same = [zone for zone in official if rules(zone, now.year) == rules(candidates[0], now.year)]
    return (own or same or candidates)[0]


def zones_called(name: str, country: str = "") -> list[Place]:
    """The places that a name may mean: none, one, or up to four that keep different time.

    `country` is where the person is: a city there wins if no city of that name is larger.
    """
    exact = iana_names().get(name.strip().lower().replace(" ", "_"))
    if exact:
        return [Place(_last(exact), exact)]
    folded = fold(name)
    zones = _ZONES.get(folded)
    if zones:
        at_home = [zone for zone in zones if zone in zones_in().get(country, [])]
        return [Place(_last(zone), zone) for zone in at_home or zones]
    return _offered(_cities_called(name, folded), country) or _zones_ending(folded)


def country_called(name: str) -> str:
    """The ISO code of a country by its name or code; empty when unknown."""
    known = world()
    return known.countries.get(fold(name)) or known.codes.get(name.strip().upper(), "")


def country_name(code: str) -> str:
    """What a country is called, in at most 24 ASCII characters; the code itself when unknown."""
    return world().country_names.get(code, code)


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
    in_state = [city for city in known.cities if state and city.state == state]
    if country:
        return [*_cities_in(country), *in_state]
    if in_state:  # New York and Washington are cities too
        return [*in_state, *(city for city in _named(folded) if city.state)]
    return [*_named(folded)] or _qualified(folded)


def _named(folded: str) -> tuple[City, ...]:
    return world().named.get(folded) or world().also.get(folded) or ()


def _cities_in(code: str) -> list[City]:
    """A country's cities; where it has none that we know, one for each zone."""
    cities = [city for city in world().cities if city.country == code]
    return cities or [City(_last(zone), code, "", 0, zone) for zone in zones_in().get(code, [])]


def _qualified(folded: str) -> list[City]:
    """London Canada, Portland OR, Paris Texas: a city, then its country or state."""
    words, states = folded.split(), world().states
    for cut in range(len(words) - 1, 0, -1):
        tail = " ".join(words[cut:])
        country = _PARTS.get(tail) or country_called(tail)
        state = states.get(tail, tail.upper())
        found = [
            city
            for city in _named(" ".join(words[:cut]))
            if city.country == country or city.state == state
        ]
        if found:
            return found
    return []


def _offered(cities: Iterable[City], country: str) -> list[Place]:
    """One place for each set of rules, the most people first."""
    ranked = sorted(set(cities), key=lambda city: -city.people)
    if ranked and ranked[0].country == country:
        ranked = [city for city in ranked if city.country == country]
    alike: defaultdict[Rules, list[City]] = defaultdict(list)
    for city in ranked:
        alike[rules(city.zone, _RULES)].append(city)
    groups = sorted(alike.values(), key=lambda group: -sum(city.people for city in group))
    return [Place(_label(group[0]), group[0].zone) for group in groups[:MOST]]


def _zones_ending(folded: str) -> list[Place]:
    """Zones by their last part: Azores, Lord Howe, Kathmandu."""
    found = [zone for zones in zones_in().values() for zone in zones if fold(_last(zone)) == folded]
    return [Place(_last(zone), zone) for zone in dict.fromkeys(found)]


def _label(city: City) -> str:
    """Portland, Oregon; shorter where that is too long."""
    known = world()
    name = ascii_only(city.name)
    long = known.state_names[city.state] if city.state else country_name(city.country)
    short = city.state or city.country.replace("GB", "UK")
    labels = (f"{name}, {long}", f"{name}, {short}", name, _last(city.zone))
    return next(label for label in labels if len(label) <= WIDEST)


def _last(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
