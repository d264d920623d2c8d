"""How things stand with somebody, in words: their settings, what holds their reminders, where these arrive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.conversation import wording
from service.conversation.turn import House, Turn
from service.envelopes import Address, Inbound, Reading
from service.people import primary
from service.people.directory import Known
from service.people.naming import masked
from service.place_names import country_name
from service.reminders import plans
from service.reminders.rhythm import Rhythm
from service.store.tables import AddressRow, Person

_LOOKING = Reading("status", "STATUS", "exact", "", 1.0)
# The answers to a question of ours that need no words of their own.
_ANSWERS: Mapping[str, Sequence[str]] = {
    "optin": ("YES", "NO"),
    "agree": ("YES", "NO"),
    "doubt": ("YES", "NO"),
    "still_you": ("YES", "NO"),
    "setup": ("OK",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One of their addresses."""

    channel: str  # as people call it
    number: str  # masked
    here: bool  # is it the one whose page this is?
    reminded: bool  # do reminders arrive there?


@dataclass(frozen=True, slots=True)
class Held:
    why: str  # pause, emergency, doubt
    until: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of ours that is open at this address."""

    question: str
    shown: str  # its words, where they are kept
    answers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Standing:
    active: bool
    reminded: bool  # active, and agreed to at this address
    next_time: str
    held: Held | None
    places: Sequence[Place]
    asked: Asked | None
    rhythm: Rhythm
    days: str
    hours: str
    every: str
    lunch: str
    zone: str
    country: str
    left_out: Sequence[str]


def standing(
    session: Session, house: House, known: Known, now: datetime, language: str
) -> Standing:
    at = Address(known.address.channel, known.address.handle)
    turn = Turn.of(
        lambda: session,
        house,
        known,
        Inbound(at, provider_id="", text="", page=True),
        _LOOKING,
        now,
    )
    turn.language = language
    person, catalogue = known.person, house.catalogue
    rhythm = plans.rhythm_of(session, person)
    return Standing(
        active=turn.active,
        reminded=turn.reminded,
        next_time=turn.next_time() if turn.active else "",
        held=_held(turn, person),
        places=[_place(turn, row) for row in primary.addresses(session, person.id)],
        asked=_asked(turn),
        rhythm=rhythm,
        days=wording.days(catalogue, rhythm.days, language),
        hours=wording.windows(rhythm),
        every=wording.interval(catalogue, rhythm.every, language),
        lunch=str(rhythm.lunch or ""),
        zone=wording.place_name(person.zone, language),
        country=country_name(person.country, language) if person.country else "",
        left_out=[catalogue.say(f"words.area.{area}", language) for area in person.left_out],
    )


def _held(turn: Turn, person: Person) -> Held | None:
    until = person.held_until
    if not turn.active or until is None or until <= turn.now:
        return None
    return Held(person.held_why, turn.when(until))


def _place(turn: Turn, row: AddressRow) -> Place:
    return Place(
        channel=turn.house.catalogue.channel(row.channel, turn.language),
        number=masked(row.handle),
        here=row.id == turn.address.id,
        reminded=turn.active and row.primary and row.standing == "in",
    )


def _asked(turn: Turn) -> Asked | None:
    dialogue = turn.dialogue()
    if dialogue is None:
        return None
    answers = _ANSWERS.get(dialogue.question, ())
    if dialogue.question == "place":
        answers = [str(number) for number in range(1, len(dialogue.data["zones"]) + 1)]
    return Asked(dialogue.question, dialogue.data.get("shown", ""), answers) if answers else None
