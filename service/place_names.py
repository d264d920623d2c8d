"""What zones and countries are called in the language of whoever reads it."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from babel import Locale
from babel.core import get_global

from messages.placewords import place_words
from service.atlas import ascii_only, world

_LONGEST_CITY = 16  # characters; texts are measured with as many
_KEPT = "ñÑ"
_HAN = "\u3000"


def last(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def zone_name(zone: str, language: str) -> str:
    """A zone by its city: New York, Nueva York, 纽约."""
    name = {} if language == "en" else _cities(language)
    found = name.get(zone, "")
    return found if 0 < len(found) <= _LONGEST_CITY else last(zone)


def country_name(code: str, language: str = "en") -> str:
    """What a country is called, in at most 24 characters; the code itself when unknown."""
    shown = place_words().shown.get(language, {}).get(code)
    if shown:
        return shown
    if language == "en":
        return world().country_names.get(code, code)
    return plain(Locale.parse(language).territories.get(code, code))


def state_name(code: str, language: str) -> str:
    """What a state of the USA is called."""
    return place_words().states.get(language, {}).get(code) or world().state_names[code]


def plain(name: str) -> str:
    """Without the accents that would make a text dearer; GSM-7 has some, but not all, of them."""
    return "".join(
        letter
        if letter.isascii() or letter in _KEPT or letter >= _HAN
        else ascii_only(letter) or "'"
        for letter in unicodedata.normalize("NFC", name)
    )


@lru_cache(maxsize=4)
def _cities(language: str) -> Mapping[str, str]:
    """Zone -> its city. The data keeps some zones under names that they no longer have."""
    now = get_global("zone_aliases")
    found: dict[str, str] = {}
    for zone, words in Locale.parse(language).time_zones.items():
        if "city" in words:
            name = plain(words["city"].partition(",")[0])
            found[now.get(zone, zone)] = found[zone] = name
    return found
