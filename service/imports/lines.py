"""One line of a list: whom it brings in, or what is wrong with it. A function of its words and the time."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Self, TypeVar

from babel import Locale

from messages.catalogue import DEFAULT, Catalogue
from service import places
from service.conversation import times
from service.people import written_numbers
from service.reminders.rhythm import Rhythm

SHORTEST, LONGEST = 60, 240  # minutes between two reminders, as by text
OLDEST = timedelta(days=5 * 365)  # who agreed longer ago has forgotten it
_LONGEST_SOURCE, _LONGEST_WORDS = 200, 2_000  # characters
_AHEAD = timedelta(days=1)  # a date has no zone
_SHORTENED = re.compile(r"[+-]?\d+([.,]\d+)?[eE]\+?\d+")
_AS_FORMULA = re.compile(r'="?([^"]*)"?')
_REMEMBERED = 4_096  # values of each column: most lines say the same
_NORTH_AMERICA, _ELSEWHERE = 8, 10  # characters that make a block: +1415555, +447911123
_BLOCKS = 50_000

_T = TypeVar("_T")


class Fault(Exception):
    """What is wrong in a cell, in words."""


@dataclass(frozen=True, slots=True)
class Block:
    """What numbers have in common that begin alike and are of one length: they are given out so."""

    possible: bool
    country: str
    zone: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    handle: str
    language: str
    country: str
    zone: str
    rhythm: str  # Rhythm.as_text
    consent_at: str  # ISO
    consent_source: str
    consent_words: str

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """What `values` gave."""
        return cls(**values)


class LineReader:
    def __init__(self, catalogue: Catalogue, now: datetime) -> None:
        self._now = now
        self._catalogue = catalogue
        remember = lru_cache(_REMEMBERED)
        self._language = remember(self._language_called)
        self._country = remember(country_called)
        self._zone = remember(zone_called)
        self._rhythm = remember(self._rhythm_said)
        self._agreed = remember(self._agreed_at)
        self._own = remember(_own)
        self._blocks: dict[tuple[str, int], Block] = {}

    def read(self, cells: Mapping[str, str]) -> tuple[Newcomer | None, str, dict[str, str]]:
        """Whom it brings in; the number in E.164, if it is one; what is wrong, by column."""
        faults: dict[str, str] = {}

        def ask(column: str, question: Callable[[], _T], instead: _T) -> _T:
            try:
                return question()
            except Fault as fault:
                faults[column] = str(fault)
                return instead

        def said(column: str) -> str:
            return cells.get(column, "")

        country = ask("country", lambda: self._country(said("country")), "")
        handle = ask("number", lambda: self._number(said("number"), country), "")
        country = country or (self._block(handle).country if handle else "")
        language = ask("language", lambda: self._language(said("language")), DEFAULT)
        zone = ask("zone", lambda: self._zone_of(said("zone"), country, language, handle), "")
        rhythm = self._rhythm_of(cells, language, faults)
        agreed = ask("consent_at", lambda: self._agreed(said("consent_at")), "")
        source = ask("consent_source", lambda: _documented(said("consent_source"), _SOURCE), "")
        words = ask("consent_words", lambda: _documented(said("consent_words"), _WORDS), "")
        if faults:
            return None, handle, faults
        own = self._own(rhythm, zone, country)
        newcomer = Newcomer(handle, language, country, zone, own, agreed, source, words)
        return newcomer, handle, faults

    def _number(self, said: str, country: str) -> str:
        if places.E164.fullmatch(said) and self._block(said).possible:
            return said
        return number_in(said, country)

    def _block(self, handle: str) -> Block:
        """Asked of the first number of each block only: of a hundred thousand that takes a minute."""
        block = handle[: _NORTH_AMERICA if handle.startswith("+1") else _ELSEWHERE], len(handle)
        found = self._blocks.get(block)
        if found is None:
            if len(self._blocks) >= _BLOCKS:
                self._blocks.clear()
            found = self._blocks[block] = Block(
                possible=written_numbers.whole(handle, "") == handle,
                country=places.country_of(handle),
                zone=places.zone_of(handle, self._now),
            )
        return found

    def _zone_of(self, said: str, country: str, language: str, handle: str) -> str:
        if said:
            return self._zone(said, country, language)
        known = self._block(handle).zone if handle else ""
        if handle and not known:
            raise Fault("The number doesn't tell where they are: write a city or a zone.")
        return known

    def _rhythm_of(self, cells: Mapping[str, str], language: str, faults: dict[str, str]) -> Rhythm:
        said = tuple(cells.get(column, "") for column in ("hours", "days", "every"))
        rhythm, wrong = self._rhythm(said, language)
        faults.update(wrong)
        return rhythm

    def _rhythm_said(
        self, said: tuple[str, ...], language: str
    ) -> tuple[Rhythm, Mapping[str, str]]:
        words = self._catalogue.keywords[language].times
        english = self._catalogue.keywords[DEFAULT].times
        hours, days, every = said
        rhythm, wrong = Rhythm.default("", ""), {}
        if hours:
            spans = times.spans(hours, words) or times.spans(hours, english)
            if spans:
                lunch = rhythm.lunch if len(spans) == 1 else None
                rhythm = replace(rhythm, hours=spans, own=True, lunch=lunch)
            else:
                wrong["hours"] = "These are no hours: write 9-17, or 9-12 13-17."
        if days:
            digits = times.days(days, words) or times.days(days, english)
            rhythm = replace(rhythm, days=digits or rhythm.days)
            if not digits:
                wrong["days"] = "These are no days: write Mon-Fri, or Mon Wed Fri."
        if every:
            minutes = times.minutes(every, words) or times.minutes(every, english)
            rhythm = replace(rhythm, every=minutes or rhythm.every)
            if minutes is None or not SHORTEST <= minutes <= LONGEST:
                wrong["every"] = f"Write minutes between two reminders, {SHORTEST} to {LONGEST}."
        if not wrong and not rhythm.a_day():
            wrong["hours"] = "No reminder fits into these hours."
        return rhythm, wrong

    def _language_called(self, said: str) -> str:
        if not said:
            return DEFAULT
        known = self._catalogue.language_of(said)
        if known:
            return known
        names = {
            name.casefold(): language
            for language in self._catalogue.languages
            for name in (
                Locale.parse(language).english_name,
                Locale.parse(language).get_display_name(),
            )
            if name
        }
        if said.casefold() not in names:
            spoken = ", ".join(self._catalogue.languages)
            raise Fault(f"We don't speak that language: write one of {spoken}.")
        return names[said.casefold()]

    def _agreed_at(self, said: str) -> str:
        if not said:
            raise Fault("No consent is documented: write when they agreed.")
        try:
            moment = datetime.fromisoformat(said.replace("Z", "+00:00"))
        except ValueError:
            raise Fault("This is no date: write it as 2026-01-31.") from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        if moment > self._now + _AHEAD:
            raise Fault("This day is yet to come.")
        if moment < self._now - OLDEST:
            raise Fault("They agreed more than five years ago: ask them anew.")
        return min(moment, self._now).astimezone(UTC).isoformat()


def _own(rhythm: Rhythm, zone: str, country: str) -> str:
    return replace(rhythm, zone=zone, holidays=country).as_text()


_SOURCE = (
    _LONGEST_SOURCE,
    "No consent is documented: write where they agreed (paper form, Leeds).",
)
_WORDS = (_LONGEST_WORDS, "No consent is documented: write the words that they were shown.")


def _documented(said: str, rule: tuple[int, str]) -> str:
    longest, missing = rule
    if not said:
        raise Fault(missing)
    if len(said) > longest:
        raise Fault(f"At most {longest} characters are kept.")
    return said


def number_in(said: str, country: str) -> str:
    """A phone number in E.164. Raises Fault. `country`: of a number that is written without its code."""
    text = written_numbers.ascii_digits(said).strip().removeprefix("'").strip()
    text = _AS_FORMULA.sub(r"\1", text) if text.startswith("=") else text
    if not text:
        raise Fault("There is no number.")
    if _SHORTENED.fullmatch(text.replace(" ", "")):
        raise Fault(
            "A spreadsheet has shortened this number, and its last digits are lost: "
            "format the column as text and write it again."
        )
    text = re.sub(r"[.,]0$", "", text)
    text = f"+{text[2:]}" if text.startswith("00") else text
    if not text.startswith("+") and not country:
        raise Fault("Write it with + and the code of its country, or fill in the country.")
    found = written_numbers.whole(text, country)
    if not places.E164.fullmatch(found):
        raise Fault("This is no phone number: too short, too long, or not one of that country.")
    return found


def country_called(said: str) -> str:
    if not said:
        return ""
    code = places.country_called(said)
    if not code:
        raise Fault("No country is called so: write its name, or its code, such as GB.")
    return code


def zone_called(said: str, country: str, language: str) -> str:
    found = places.zones_called(said, country, language)
    if not found:
        raise Fault("We know no city and no zone of that name: write one such as Europe/London.")
    if len(found) > 1:
        names = ", ".join(place.zone for place in found)
        raise Fault(f"Several places are called so: write one of {names}.")
    return found[0].zone
