"""A text comes in: stored once, answered once, all of it in the door's one transaction."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from service.conversation import alarm, languages, leaving
from service.conversation.actions import ACTIONS, ANSWERS, act
from service.conversation.brakes import brake
from service.conversation.speak import render_all
from service.conversation.turn import House, Said, Turn, said
from service.envelopes import Inbound, Reading, Reply
from service.outbox import entries
from service.people import directory
from service.people.directory import Known
from service.store import tables
from service.store.tables import Entry
from service.store.turns import take_turn
from service.store.upsert import insert

# A text that changes whether we may text somebody survives a power cut (synchronous=FULL).
_CONSENT = frozenset({"STOP", "LEAVE", "DOUBT", "START", "YES", "OK", "DELETE"})
SEEN = timedelta(hours=1)  # how exactly we keep when somebody last texted
_INBOUND = tables.Base.metadata.tables[tables.Inbound.__tablename__]
_RECEIVED = insert(_INBOUND).on_conflict_do_nothing().returning(_INBOUND.c.id)
_SENT_BY = update(_INBOUND).where(_INBOUND.c.id == bindparam("row"))


def leaves(inbound: Inbound, reading: Reading) -> bool:
    """Does this text end, or perhaps end, what we may send them?"""
    return inbound.provider_said == "STOP" or reading.intent == "stop" or reading.leaves


def durable(inbound: Inbound, reading: Reading) -> bool:
    """Must the answer to this text be on disk before it is given?"""
    return reading.topic in _CONSENT or reading.leaves or bool(inbound.provider_said)


def attempt_of(inbound: Inbound, number: int) -> str:
    """The attempt id of the n-th text that answers an inbound one.

    Derived, so that an emergency answer given before the database could store it is known again
    when its receipt comes, and so that a repeated webhook gets the very same answer.
    """
    source = f"{inbound.address.channel}:{inbound.provider_id}:{number}"
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def receive(
    session: Session, house: House, inbound: Inbound, reading: Reading, now: datetime
) -> list[Reply]:
    """The texts that answer this one, in order. The same provider id again: the same texts."""
    take_turn(session, "address", inbound.address.channel, inbound.address.handle)
    known = directory.find(session, inbound.address)
    row_id = _first_time(session, inbound, reading, known, now)
    if row_id is None:
        return _answered_before(session, inbound)
    new = known is None
    if known is None:
        known = directory.meet(session, inbound.address, house.suppression_keys, now)
        session.execute(_SENT_BY, {"row": row_id, "address_id": known.address.id})
    person = known.person
    turn = Turn(session, house, person, known.address, inbound, reading, now, known.question, new)
    languages.follow(turn)
    answer = _converse(turn)
    if person.last_seen_at is None or person.last_seen_at < now - SEEN:
        person.last_seen_at = now
    return _write(turn, row_id, answer)


def _first_time(
    session: Session, inbound: Inbound, reading: Reading, known: Known | None, now: datetime
) -> int | None:
    """The id of its row; None when this text was received before."""
    row = {
        "channel": inbound.address.channel,
        "provider_id": inbound.provider_id,
        "address_id": known.address.id if known else None,
        "at": now,
        "intent": reading.intent,
        "topic": reading.topic,
        "rule": reading.rule,
    }
    return session.execute(_RECEIVED, row).scalar_one_or_none()


def _answered_before(session: Session, inbound: Inbound) -> list[Reply]:
    rows = session.execute(
        select(Entry.text, Entry.attempt)
        .join(tables.Inbound, tables.Inbound.id == Entry.inbound_id)
        .where(
            tables.Inbound.channel == inbound.address.channel,
            tables.Inbound.provider_id == inbound.provider_id,
        )
        .order_by(Entry.id)
    )
    return [Reply(text, attempt or "") for text, attempt in rows]


def _converse(turn: Turn) -> list[Said]:
    """Danger first, and leaving, alone or with it; both before any limit. Then our question, then its meaning."""
    reading = turn.reading
    if reading.flag:
        return alarm.alarm(turn)
    if leaves(turn.inbound, reading):
        asked = [said("ASK")] if reading.topic == "ASK" else []
        return [*asked, *leaving.leave(turn)]
    braked = brake(turn)
    return braked if braked is not None else _answer(turn)


def _answer(turn: Turn) -> list[Said]:
    if turn.inbound.provider_said == "HELP" or turn.reading.rule == "help":
        return ACTIONS["HELP"](turn)
    dialogue = turn.dialogue()
    answer = ANSWERS[dialogue.question](turn, dialogue) if dialogue else None
    if answer is not None:
        turn.answered = True
        return answer
    if turn.inbound.provider_said == "START":
        return ACTIONS["START"](turn)
    return act(turn)


def _write(turn: Turn, row_id: int, answer: list[Said]) -> list[Reply]:
    """One row for each text of the answer, given inline."""
    gone = leaving.erased(answer)
    rendered = render_all(turn, answer)
    if gone:
        leaving.forget(turn)
    replies = []
    for number, (item, text, segments) in enumerate(rendered):
        attempt = attempt_of(turn.inbound, number)
        entries.put(
            turn.session,
            person_id=None if gone else turn.person.id,
            address_id=None if gone else turn.address.id,
            inbound_id=row_id,
            kind=item.kind,
            key=item.key,
            params={} if gone else item.params,
            text=text,
            now=turn.now,
            segments=segments,
            inline=attempt,
        )
        replies.append(Reply(text, attempt))
    return replies
