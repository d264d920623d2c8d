"""Questions that nobody answered: silence after a doubt is an opt-out, an open CHECK is closed."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from messages import render
from service import hours
from service.conversation.turn import House
from service.hours import Span
from service.outbox import entries
from service.outbox.opting_out import opt_out
from service.people import alone, consent
from service.reminders import notices
from service.store.tables import AddressRow, Dialogue, Person

BATCH = 100


def next_at(session: Session) -> datetime | None:
    """When the next open question closes, or the next doubt ends."""
    moments = (
        session.scalar(select(func.min(Dialogue.closes_at))),
        session.scalar(select(func.min(Person.doubt_until))),
    )
    return min((moment for moment in moments if moment is not None), default=None)


def close_due(session: Session, house: House, now: datetime) -> int:
    """Close the questions whose time is up; how many were closed (at most BATCH).

    Those of people about whom somebody decides at this moment, by a text or on another clock, wait
    for the next tick.
    """
    closing = (
        select(Dialogue.person_id)
        .where(Dialogue.closes_at <= now)
        .order_by(Dialogue.closes_at)
        .limit(BATCH)
    )
    theirs = alone.free(session, session.scalars(closing).all())
    due = session.scalars(
        select(Dialogue).where(Dialogue.person_id.in_(theirs), Dialogue.closes_at <= now)
    ).all()
    for dialogue in due:
        person = session.get_one(Person, dialogue.person_id)
        address = session.scalars(
            select(AddressRow).where(AddressRow.person_id == person.id, AddressRow.primary)
        ).first()
        question, closes_at = dialogue.question, dialogue.closes_at
        session.delete(dialogue)
        session.flush()
        heard = question == "still_you" and notices.heard(session, person.id, closes_at)
        if address is not None and heard:
            _opt_out(session, house, address, question, now)
        elif address is not None and question == "check":
            _check_expired(session, house, person, address, now)
    return len(due)


def end_doubts(session: Session, house: House, now: datetime) -> int:
    """Who perhaps said STOP and didn't answer did say it; how many they were (at most BATCH)."""
    ending = (
        select(Person.id).where(Person.doubt_until <= now).order_by(Person.doubt_until).limit(BATCH)
    )
    theirs = alone.free(session, session.scalars(ending).all())
    doubtful = session.scalars(
        select(AddressRow)
        .join(Person, Person.id == AddressRow.person_id)
        .where(Person.id.in_(theirs), Person.doubt_until <= now, AddressRow.primary)
    ).all()
    for address in doubtful:
        _opt_out(session, house, address, "doubt", now)
    return len(doubtful)


def _opt_out(
    session: Session, house: House, address: AddressRow, question: str, now: datetime
) -> None:
    """Of all their addresses, since they were asked once.

    No confirmation: one sent later than five minutes needs a justification (47 CFR 64.1200).
    """
    evidence = consent.Evidence(source="silence", rule=f"no answer to {question}")
    opt_out(session, address, evidence, "silence", now, carriers=house.carriers, everywhere=True)


def _check_expired(
    session: Session, house: House, person: Person, address: AddressRow, now: datetime
) -> None:
    local = hours.local(now, person.zone or "UTC")
    if not person.zone or local.time() not in Span(*house.quiet):
        return
    text = house.catalogue.say("C_EXP", person.language, person.country)
    entries.put(
        session,
        person_id=person.id,
        address_id=address.id,
        channel=address.channel,
        kind="reply",
        key="C_EXP",
        params={},
        text=text,
        segments=render.segments(text).count,
        now=now,
        best_before=now + timedelta(minutes=10),
    )
