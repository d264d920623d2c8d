"""A number or handle as somebody writes it, made into what addresses can be looked up by."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

from service.people.consent import written

_PUNCTUATION = re.compile(r"[\s().\-/\u2010-\u2015]+")
_WHOLE = 7  # digits: fewer are the last ones of a number
_GLIMPSED = 2  # characters of an ending that everybody at the dashboard sees; see naming.masked
_PERSON = re.compile(r"(#?)([1-9]\d{0,8})", re.ASCII)
_ABROAD = re.compile(r"^00(?=[1-9])")


@dataclass(frozen=True, slots=True)
class Sought:
    """Whole handles, or else how one ends, or the number of a row; nothing of these: nobody."""

    handles: tuple[str, ...] = ()
    ending: str = ""
    person: int | None = None


def sought(text: str) -> Sought:
    """What somebody looks for: +1 (415) 555-0177, 0044 20 7946 0000, 020 7946 0000, 0177, U0123ABC.

    Few digits may be a person's number of ours, too; #12 is nothing else.
    """
    named = _PERSON.fullmatch(text.strip())
    if named is None:
        return _at(text)
    return Sought(ending="" if named[1] else _at(text).ending, person=int(named[2]))


def glimpsed(text: str) -> Sought:
    """The same for whoever may see no whole number: nothing longer than the ending that they see."""
    found = sought(text)
    ending = found.ending if len(found.ending) <= _GLIMPSED else ""
    return Sought(ending=ending, person=found.person)


def _at(text: str) -> Sought:
    plain = ascii_digits(text).strip().lstrip("'@")
    packed = _PUNCTUATION.sub("", plain)
    digits = packed.replace("+", "")
    if not digits.isdecimal():
        return Sought(ending=plain.upper())
    abroad = plain if plain.startswith("+") else _ABROAD.sub("+", packed)
    number = whole(abroad, "") if abroad.startswith("+") else ""
    if number:
        return Sought(handles=tuple(written(number)))
    # Nobody writes the trunk's 0 behind the country's code; where it belongs there, the rest still fits.
    rest = digits.lstrip("0")
    return Sought(ending=rest if len(rest) >= _WHOLE else digits)


def whole(text: str, region: str) -> str:
    """The number in E.164; empty for none. `region`: of a number without its country's code."""
    try:
        parsed = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def ascii_digits(text: str) -> str:
    """Digits of any script, and full-width signs, as those of a keyboard."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return "".join(
        str(unicodedata.digit(sign)) if not sign.isascii() and sign.isdecimal() else sign
        for sign in plain
    )
