"""LINK: two addresses become one person, with one schedule and one history. UNLINK parts them."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from messages import render
from service.conversation import codes, destination
from service.conversation.turn import House, Said, Turn, said
from service.envelopes import Reading
from service.outbox import entries
from service.people import link_codes, merging, primary, splitting
from service.people.naming import named
from service.reminders import plans, room
from service.store.tables import AddressRow, Dialogue, Entry, LinkCode, Person

GUESSES = 5  # wrong codes of an address within a day; then none is tried
_DAY = timedelta(days=1)
_WRONG = "LINK_WRONG"


def sought(house: House, reading: Reading) -> Sequence[str]:
    """The hashes of the code that a text brings."""
    code = codes.tidied(reading.argument) if reading.topic == "LINK" else ""
    return [link_codes.hashed(key, code) for key in house.suppression_keys] if code else ()


def link(turn: Turn) -> list[Said]:
    """LINK tells a code; LINK and the code, from another address, joins the two."""
    code = codes.tidied(turn.reading.argument)
    if not code:
        return _tell(turn)
    if _guessed(turn) >= GUESSES:
        return [said("LINK_TIRED")]
    found = _found(turn, code)
    if found is None:
        return [said(_WRONG)]
    if found.address_id == turn.address.id:
        return [said("LINK_OWN")]
    if found.person_id == turn.person.id:
        turn.session.delete(found)
        return [said("LINK_SAME"), *destination.places(turn)]
    return _join(turn, found)


def unlink(turn: Turn) -> list[Said]:
    """UNLINK: this address is somebody of its own again; the others are told."""
    session, together = turn.session, turn.person
    if len(primary.addresses(session, together.id)) < 2:
        return [said("UNLINK_NONE")]
    turn.person = splitting.part(session, together, turn.address, turn.house.carriers)
    turn.question = session.get(Dialogue, turn.person.id)
    both = (together, turn.person)
    for person in both:
        if person.state != "active":
            entries.withdraw(session, person.id, turn.now, "unlinked")
    if all(person.state == "active" and _scheduled(person) for person in both):
        room.joined(session, plans.rhythm_of(session, together), [], turn.now)
    there = primary.primary(session, together.id)
    assert there is not None
    _tell_there(turn, there, "UNLINK_TOLD")
    return [said("UNLINK_OK")]


def reached(turn: Turn) -> None:
    """They write from here, so they are reached here."""
    if not turn.address.dead:
        return
    turn.address.dead = ""
    now = turn.reminded_at()
    idle = now.dead or now.standing != "in" or now.channel not in turn.house.carriers
    if turn.address.standing == "in" and idle and not turn.promises_none:
        primary.prefer(turn.session, turn.address)


def _found(turn: Turn, code: str) -> LinkCode | None:
    """Whoever sits at the phone page is nobody, and may become nobody real."""
    found = link_codes.find(turn.session, code, turn.house.suppression_keys, turn.now)
    if found is None:
        return None
    there = turn.session.get_one(AddressRow, found.address_id)
    made_up = turn.house.made_up
    return found if (there.channel in made_up) == (turn.address.channel in made_up) else None


def _tell(turn: Turn) -> list[Said]:
    code = codes.made(secrets.choice)
    link_codes.keep(turn.session, turn.address, code, turn.house.suppression_keys[0], turn.now)
    return [said("LINK_CODE", CODE=codes.shown(code))]


def _guessed(turn: Turn) -> int:
    wrong = select(func.count()).where(
        Entry.address_id == turn.address.id,
        Entry.slot.is_(None),
        Entry.key == _WRONG,
        Entry.created_at > turn.now - _DAY,
    )
    return turn.session.scalar(wrong) or 0


def _join(turn: Turn, code: LinkCode) -> list[Said]:
    """Whoever made the code stays; both chats are told."""
    session, goes = turn.session, turn.person
    stays = session.get_one(Person, code.person_id)
    there = session.get_one(AddressRow, code.address_id)
    session.delete(code)
    session.flush()
    _unite(turn, stays, goes)
    turn.person, turn.question = stays, session.get(Dialogue, stays.id)
    _tell_there(turn, there, "LINK_TOLD")
    linked = said("LINK_OK", CHANNEL=turn.channel(there))
    return [linked, destination.where(turn)] if turn.active else [linked]


def _unite(turn: Turn, stays: Person, goes: Person) -> None:
    """One schedule: that of who stays, where there is one; the other's queued reminders go."""
    session, now = turn.session, turn.now
    keeper = goes if _scheduled(goes) and not _scheduled(stays) else stays
    other, resting = stays if keeper is goes else goes, keeper.state != "active"
    counted = [person for person in (stays, goes) if person.state == "active"]
    before = [plans.rhythm_of(session, person) for person in counted if _scheduled(person)]
    entries.withdraw(session, other.id, now, "linked")
    merging.join(session, stays, goes, keeper, now, turn.house.carriers)
    if stays.state != "active" or stays.plan_id is None:
        return
    rhythm = plans.rhythm_of(session, stays)
    room.joined(session, rhythm if _scheduled(stays) else None, before, now)
    if resting:
        plans.settle(session, stays, rhythm, now, turn.house.sender_rate, turn.house.quiet)
    goes_to = primary.primary(session, stays.id)
    if goes_to is not None:
        entries.follow(session, goes_to)


def _scheduled(person: Person) -> bool:
    return person.plan_id is not None and person.zone != ""


def _tell_there(turn: Turn, there: AddressRow, key: str) -> None:
    """Whoever is there sees what happened, also where somebody else did it."""
    catalogue, language = turn.house.catalogue, turn.person.language
    params = named(turn.address, there)
    filled = {"CHANNEL": catalogue.channel(params["CHANNEL"], language, params["ENDS"])}
    text = catalogue.say(key, language, turn.person.country, **filled)
    entries.put(
        turn.session,
        person_id=there.person_id,
        address_id=there.id,
        channel=there.channel,
        kind="reply",
        key=key,
        params=filled,
        text=text,
        segments=render.segments(text).count,
        now=turn.now,
    )
