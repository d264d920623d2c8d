"""A phone number as somebody types it into a form."""

from collections.abc import Collection, Mapping
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from service import places

LONGEST = 40  # characters
# Calls to others cost who texts them, or nobody reads texts there.
_PHONES = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class Unusable(Exception):
    """It can't be texted. `why`: missing, wrong, landline, abroad (then with its country)."""

    def __init__(self, why: str, country: str = "") -> None:
        super().__init__(why)
        self.why, self.country = why, country


def read(typed: str, country: str, textable: Collection[str], *, made_up: bool = False) -> str:
    """The number in E.164, typed with + or as in `country`. Raises Unusable.

    `textable`: the countries whose numbers we text. `made_up`: it belongs to nobody (the demo), so
    it need only look like one.
    """
    if not typed.strip():
        raise Unusable("missing")
    parsed = _parsed(typed, country)
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    if made_up and phonenumbers.is_possible_number(parsed) and places.country_of(number):
        return number
    if not phonenumbers.is_valid_number(parsed):
        raise Unusable("wrong")
    issued = places.country_of(number)
    if issued not in textable:
        raise Unusable("abroad", issued)
    if phonenumbers.number_type(parsed) not in _PHONES:
        raise Unusable("landline")
    return number


def _parsed(typed: str, country: str) -> PhoneNumber:
    if len(typed) > LONGEST or any(letter.isalpha() for letter in typed):
        raise Unusable("wrong")
    try:
        parsed = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException:
        raise Unusable("wrong") from None
    if parsed.extension or not places.E164.fullmatch(
        phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    ):
        raise Unusable("wrong")
    return parsed


def shown(number: str) -> str:
    """An E.164 number in groups, as people read it; "" stays so."""
    if not number:
        return ""
    return phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.INTERNATIONAL)


@cache
def calling_codes() -> Mapping[str, int]:
    """Every country whose numbers we can read, with its calling code."""
    return {
        region: code
        for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
        for region in regions
        if region.isalpha()  # 001 is a network of the whole world
    }
