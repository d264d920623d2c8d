"""Settings put into a person's words: Mon-Fri, 09:00-17:00, every 90 min, New York."""

from collections.abc import Sequence

from messages.catalogue import Catalogue
from service.place_names import zone_name
from service.reminders.rhythm import Rhythm

_SHORTHAND = {"1111100": "words.workdays", "1111111": "words.every_day"}


def place_name(zone: str, language: str) -> str:
    """A zone by its city; empty without a zone."""
    return zone_name(zone, language)


def days(
    catalogue: Catalogue, digits: str, language: str, spelt: Sequence[str] | None = None
) -> str:
    """1111000 as Mon-Thu; 1010100 as Mon Wed Fri. `spelt`: the names of the days, where not as in texts."""
    if digits in _SHORTHAND:
        return catalogue.say(_SHORTHAND[digits], language)
    on = [day for day, digit in enumerate(digits) if digit == "1"]
    names = [spelt[day] if spelt else catalogue.say(f"words.day.{day}", language) for day in on]
    if len(on) > 2 and on == list(range(on[0], on[-1] + 1)):
        return f"{names[0]}-{names[-1]}"
    return " ".join(names)


def windows(rhythm: Rhythm) -> str:
    return " ".join(str(span) for span in rhythm.hours)


def interval(catalogue: Catalogue, minutes: int, language: str) -> str:
    """90 as 90 min, 120 as 2 h."""
    hours, rest = divmod(minutes, 60)
    whole = hours and not rest
    key = "words.every_hours" if whole else "words.every_minutes"
    return catalogue.say(key, language, N=hours if whole else minutes)
