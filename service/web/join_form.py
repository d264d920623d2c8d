"""The form of /join: as it was typed, and what can be made of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from unicodedata import combining, normalize

from babel import Locale
from babel.core import get_global
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept, MultiDict

from service import places
from service.conversation import signing_up
from service.conversation.signing_up import A_WORKDAY
from service.hours import DAY, Span
from service.people import phone_numbers
from service.people.phone_numbers import Unusable
from service.reminders.rhythm import Rhythm
from service.web.speech import say
from service.web.ways_in import Line

LONGEST = 120  # characters of a field that are looked at, and shown again
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_EXAMPLE = "+14155550100"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    number: str = ""
    country: str = ""
    language: str = ""
    place: str = ""
    opens: str = "09:00"
    closes: str = "17:00"
    days: str = "1111100"  # seven digits from Monday on
    agree: bool = False


@dataclass(slots=True)
class Asked:
    """What the form asks for; where there are problems, by field, nothing of it counts."""

    number: str = ""
    rhythm: Rhythm = field(default_factory=lambda: Rhythm.default("", ""))
    problems: dict[str, Markup] = field(default_factory=dict)


def typed(form: "MultiDict[str, str]") -> Typed:
    given = {
        name: form.get(name, "").strip()[:LONGEST]
        for name in ("number", "country", "language", "place", "opens", "closes")
    }
    chosen = set(form.getlist("days"))
    days = "".join("1" if str(day) in chosen else "0" for day in range(7))
    return Typed(**given, days=days, agree=form.get("agree") == "1")


def check(
    form: Typed, line: Line, languages: Sequence[str], spoken: str, quiet: Span, now: datetime
) -> Asked:
    """`spoken`: the page's language, in which problems are told and places are named.

    `quiet`: QUIET_HOURS, which no form gets past: whoever fills it in isn't known to own the number.
    """
    asked = Asked()
    problems = asked.problems
    if form.country not in line.countries:
        problems["country"] = say("join.country_wrong")
    else:
        try:
            asked.number = phone_numbers.read(
                form.number, form.country, line.countries, made_up=line.made_up
            )
        except Unusable as refusal:
            problems["number"] = _of_number(refusal, spoken)
    if form.language not in languages:
        problems["language"] = say("join.language_wrong")
    if not form.agree:
        problems["agree"] = say("join.agree_missing")
    _read_rhythm(asked, form, quiet)
    country = places.country_of(asked.number) or form.country
    zone = _zone(asked, form.place, country, spoken, now)
    asked.rhythm = replace(asked.rhythm, zone=zone, holidays=country)
    return asked


def _of_number(refusal: Unusable, spoken: str) -> Markup:
    if refusal.why == "abroad":
        return say("join.number_abroad", COUNTRY=country_name(refusal.country, spoken))
    return say(f"join.number_{refusal.why}", **_example(refusal.why))


def _example(why: str) -> dict[str, str]:
    return {"EXAMPLE": _EXAMPLE} if why == "wrong" else {}


def _read_rhythm(asked: Asked, form: Typed, quiet: Span) -> None:
    found = _CLOCK.fullmatch(form.opens), _CLOCK.fullmatch(form.closes)
    if "1" not in form.days:
        asked.problems["days"] = say("join.days_none")
        return
    if not (found[0] and found[1]):
        asked.problems["times"] = say("join.times_wrong")
        return
    opens, closes = (time(int(each[1]), int(each[2])) for each in found if each)
    usual = asked.rhythm
    span = Span(opens, closes)
    rhythm = replace(usual, days=form.days, hours=(span,))
    if opens == closes or not rhythm.a_day():
        asked.problems["times"] = say("join.times_none")
    elif rhythm.a_day() > A_WORKDAY:
        asked.problems["times"] = say("join.times_many", N=A_WORKDAY)
    elif (span,) != usual.hours and not _within(quiet, span):
        asked.problems["times"] = say("join.times_quiet", HOURS=str(quiet))
    asked.rhythm = rhythm


def _within(quiet: Span, span: Span) -> bool:
    (first, last), (opens, closes) = quiet.minutes, span.minutes
    return any(first <= opens + day and closes + day <= last for day in (0, DAY))


def _zone(asked: Asked, place: str, country: str, spoken: str, now: datetime) -> str:
    """Where they are: as said, else as their number says; "" where it doesn't (they are asked by text)."""
    if not place:
        return places.zone_of(asked.number, now)
    found = places.zones_called(place, country, spoken)
    if len(found) == 1:
        if asked.number and not signing_up.may_be_in(asked.number, found[0].zone, now):
            asked.problems["place"] = say("join.place_elsewhere")
        return found[0].zone
    if found:
        labels = "; ".join(each.label for each in found)
        asked.problems["place"] = say("join.place_several", PLACES=labels)
    else:
        asked.problems["place"] = say("join.place_wrong")
    return ""


def country_name(code: str, language: str) -> str:
    names = Locale.parse(language).territories
    return str(names.get(code, code))


def countries(line: Line, language: str) -> list[tuple[str, str]]:
    """Code and name, with the calling code, of each country that can be chosen; by name."""
    calling = phone_numbers.calling_codes()
    named = [(code, country_name(code, language)) for code in line.countries if code in calling]
    named.sort(key=lambda each: _place(each[1], language))
    return [(code, f"{name} (+{calling[code]})") for code, name in named]


def _place(name: str, language: str) -> bytes | str:
    """Where a name stands in a list.

    Chinese by pinyin, as people look for it: GB 18030 took over the order of GB 2312, whose 3,755 common
    characters stand by their sound; the few names that begin with a rarer one come last. All else without
    accents; ñ is a letter of its own, behind n.
    """
    if language == "zh":
        return name.encode("gb18030")
    apart = normalize("NFD", name.casefold().replace("ñ", "n\uffff"))
    return "".join(sign for sign in apart if not combining(sign))


def guessed(line: Line, accepted: LanguageAccept, language: str) -> str:
    """The country that a browser's languages tell of, else that of most who speak the page's."""
    told = [tag.partition("-")[2].upper()[-2:] for tag, _ in accepted]
    usual = str(get_global("likely_subtags").get(language, "")).rpartition("_")[2]
    likely = [code for code in (*told, usual) if code in line.countries]
    return likely[0] if likely else line.countries[0]
