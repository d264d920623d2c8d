"""Joining on the page /join: one question by text, and nothing else before its YES.

Whoever types a number isn't known to own it, so nobody learns from what is done here whether it is
subscribed, no phone rings at night, and the form decides neither country nor emergency number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from messages import render
from service import hours, places
from service.conversation.turn import ENTRY, House, Turn
from service.envelopes import Address, State
from service.hours import Span
from service.outbox import entries
from service.people import alone, consent, directory
from service.people.consent import AT, NUMBERED, Evidence
from service.people.directory import Known
from service.reminders import plans
from service.reminders.rhythm import Rhythm
from service.store import facts
from service.store.tables import AddressRow, Consent, Dialogue, Entry, Person, Setting
from service.store.turns import take_turn

ASK, ALREADY = "OPTIN_ASK", "OPTIN_ALREADY"
OPT_IN = timedelta(hours=24)
KEEPS = timedelta(minutes=30)  # longer than that, and nobody looks at their phone for it
A_DAY, A_MONTH = timedelta(days=1), timedelta(days=30)
A_WORKDAY = 8  # reminders, as somebody new agrees to: Person.agreed
MOST = 3  # texts a month to one number
PAGE = "page"  # source of a consent event
WISH = "wish"  # in the question's data: what was chosen on the page
_COUNTED = "join.hour"  # name of the fact that counts the page's texts
_STEP = timedelta(minutes=15)
_FORGOTTEN_AT_ONCE = 200  # people
_UNSENT = (State.DROPPED, State.EXPIRED)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody chose on the page. It takes effect with the YES, not before."""

    language: str
    rhythm: Rhythm  # without a zone where none is known
    shown: str  # the words that they agreed to there
    origin: str  # keyed hash of the client's address

    def evidence(self) -> Evidence:
        rhythm = self.rhythm
        chosen = f"{self.language} {rhythm.hours[0]} {rhythm.days} {rhythm.zone}"
        return Evidence(PAGE, f"form from {self.origin}", self.shown, used=chosen.strip())


def sign_up(
    session: Session, house: House, address: Address, wish: Wish, now: datetime, most: int
) -> None:
    """Ask them by text whether they want in, if they may be asked.

    Silent, whatever comes of it: to who left nothing is texted, to who is in at most that they are.
    `most`: texts an hour to all people together. Past it the page answers as always and texts nobody:
    were it to close, it would tell whether the last number got a text.
    """
    take_turn(session, _COUNTED)
    # Whatever comes of it something is written, or the answer to a number that left would be quicker.
    facts.note(session, _COUNTED, f"{_hour(now)} {texts_this_hour(session, now)}")
    if texts_this_hour(session, now) >= most:
        return
    known = alone.find(session, address, now, leaving=True)
    if _left(session, house, address):
        return
    if known is None:
        known = directory.meet(session, address, house.suppression_keys, now)
        known.person.language = wish.language
    if known.person.state == "active" and known.address.standing == "in":
        goes = goes_at(house.quiet, address.handle, wish.rhythm.zone, now)
        _say_already(session, house, known, goes, now)
    else:
        _ask(session, house, known, wish, now)


def texts_this_hour(session: Session, now: datetime) -> int:
    """How many the page has put into the outbox in this hour; forms that text nobody don't count."""
    kept = session.get(Setting, _COUNTED)
    at, _, counted = kept.value.partition(" ") if kept else ("", "", "")
    return int(counted) if at == _hour(now) else 0


def may_be_in(number: str, zone: str, now: datetime) -> bool:
    """Is the time that this zone keeps one of those that the number may be in?"""
    zones = places.zones_of_number(number)
    return bool(zone) and any(places.alike(each, zone, now) for each in zones)


def goes_at(quiet: tuple[time, time], number: str, zone: str, now: datetime) -> datetime:
    """At once in texting hours, else when they begin: in every zone that the number may be in.

    `zone`: where they say that they are; it counts if the number may be there.
    """
    zones = places.zones_of_number(number)
    zones = [each for each in zones if zone and places.alike(each, zone, now)] or zones
    span = Span(*quiet)
    first = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    later = [first + _STEP * step for step in range(1, 97)]
    for moment in (now, *later):
        if all(hours.local(moment, each).time() in span for each in zones):
            return moment
    return next(each for each in (now, *later) if hours.local(each, zones[0]).time() in span)


def wished(turn: Turn, dialogue: Dialogue) -> Rhythm | None:
    """Who says YES gets what was chosen on the page; None where they were asked by text.

    Somebody else may have filled it in: the country stays the number's, the zone one that it may be
    in, and quiet hours hold.
    """
    wish = dialogue.data.get(WISH)
    if wish is None:
        return None
    person, rhythm = turn.person, Rhythm.from_text(wish["rhythm"])
    person.language = wish["language"]
    if not turn.reading.spoken:
        turn.language = person.language
    if not person.zone and may_be_in(turn.address.handle, rhythm.zone, turn.now):
        person.zone = rhythm.zone
    return replace(rhythm, zone=person.zone, holidays=person.country, own=False)


def kept(turn: Turn) -> dict[str, Any]:
    """Who texts JOIN instead of waiting for our question is asked anew, and keeps what they chose."""
    dialogue = turn.dialogue()
    wish = dialogue.data.get(WISH) if dialogue is not None else None
    return {WISH: wish} if wish else {}


def forget(session: Session, keys: Sequence[str], now: datetime) -> None:
    """Remove whom only the page knows: a month ago they were asked, and never wrote to us.

    Not sooner, for by then the texts to their number have been counted.
    """
    asked = exists().where(
        Consent.address_id == AddressRow.id,
        Consent.source == PAGE,
        AddressRow.person_id == Person.id,
    )
    lately = exists().where(Entry.person_id == Person.id, Entry.created_at > now - A_MONTH - A_DAY)
    silent = (
        select(Person.id)
        .where(Person.plan_id.is_(None), Person.state == "stranger")
        .where(Person.last_seen_at.is_(None), Person.created_at < now - A_MONTH, asked, ~lately)
        .order_by(Person.id)
        .limit(_FORGOTTEN_AT_ONCE)
    )
    theirs = alone.free(session, session.scalars(silent).all())
    still = select(Person).where(Person.id.in_(theirs), Person.last_seen_at.is_(None))
    for person in session.scalars(still).all():
        directory.forget(session, person, keys)


def _hour(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H}"


def _left(session: Session, house: House, address: Address) -> bool:
    """Did anybody with this number leave, on SMS or on WhatsApp?"""
    channels = NUMBERED if address.channel in NUMBERED else (address.channel,)
    numbers = consent.written(address.handle)
    out = select(AddressRow.id).where(
        AddressRow.channel.in_(channels),
        AddressRow.handle.in_(numbers),
        AddressRow.standing == "out",
    )
    return session.scalars(out.limit(1)).first() is not None or any(
        directory.suppressed(session, Address(channel, number), house.suppression_keys)
        for channel in channels
        for number in numbers
    )


def _may_text(session: Session, address: AddressRow, now: datetime) -> bool:
    """Not again within a day, and not often a month, whoever types the number."""
    texts = session.execute(
        select(Entry.not_before, Entry.state).where(
            Entry.address_id == address.id,
            Entry.slot.is_(None),
            Entry.created_at > now - A_MONTH - A_DAY,
            Entry.inbound_id.is_(None),
            Entry.key.in_((ASK, ALREADY)),
        )
    )
    gone = [goes for goes, state in texts if state not in _UNSENT and goes > now - A_MONTH]
    return not address.dead and len(gone) < MOST and all(goes <= now - A_DAY for goes in gone)


def _ask(session: Session, house: House, known: Known, wish: Wish, now: datetime) -> None:
    """The opt-in question. Whatever else is being asked comes first.

    While our own is open the first form stays: whoever sends a second one isn't known to own the
    number. If its text never went it is asked once more, as the first form has it.
    """
    question = known.question
    if question is not None and question.closes_at > now:
        if not {WISH, ENTRY} <= question.data.keys():
            return
        wish = _first(wish, question)
    if not _may_text(session, known.address, now):
        return
    consent.record(session, known.address, "asked", wish.evidence(), now)
    if question is None:
        question = Dialogue(person_id=known.person.id)
        session.add(question)
    goes = goes_at(house.quiet, known.address.handle, wish.rhythm.zone, now)
    params = {"N": known.person.agreed}
    shown = house.catalogue.say(ASK, wish.language, known.person.country, **params)
    question.question = "optin"
    question.closes_at = goes + OPT_IN
    question.data = {
        AT: known.address.id,
        "shown": shown,
        ENTRY: _put(session, known, "consent", ASK, params, shown, goes, now),
        WISH: {"language": wish.language, "rhythm": wish.rhythm.as_text()},
    }
    session.flush()


def _first(wish: Wish, question: Dialogue) -> Wish:
    kept = question.data[WISH]
    return replace(wish, language=kept["language"], rhythm=Rhythm.from_text(kept["rhythm"]))


def _say_already(
    session: Session, house: House, known: Known, goes: datetime, now: datetime
) -> None:
    person = known.person
    if person.doubt_until is not None or not _may_text(session, known.address, now):
        return
    coming = plans.next_for(session, person, goes, house.quiet)
    local = hours.local(goes, person.zone or "UTC")
    when = (
        house.catalogue.when(hours.local(coming, person.zone), local, person.language)
        if coming
        else house.catalogue.say("words.unknown_time", person.language)
    )
    params = {"TIME": when}
    text = house.catalogue.say(ALREADY, person.language, person.country, **params)
    _put(session, known, "reply", ALREADY, params, text, goes, now)


def _put(
    session: Session,
    known: Known,
    kind: str,
    key: str,
    params: dict[str, Any],
    text: str,
    goes: datetime,
    now: datetime,
) -> int | None:
    facts.note(session, _COUNTED, f"{_hour(now)} {texts_this_hour(session, now) + 1}")
    return entries.put(
        session,
        person_id=known.person.id,
        address_id=known.address.id,
        channel=known.address.channel,
        kind=kind,
        key=key,
        params=params,
        text=text,
        segments=render.segments(text).count,
        now=now,
        not_before=goes,
        best_before=goes + KEEPS,
    )
