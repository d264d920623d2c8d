"""Questions that nobody answered: silence after a doubt is an opt-out, an open CHECK is closed."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from messages import render
from service import hours
from service.conversation.turn import House
from service.envelopes import State
from service.outbox import entries
from service.people import consent
from service.store.tables import AddressRow, Dialogue, Entry, Person

BATCH = 100
_SILENCE_IS_STOP = frozenset({"doubt", "still_you"})


def next_at(session: Session) -> datetime | None:
    """When the next open question closes."""
    return session.scalar(select(func.min(Dialogue.closes_at)))


def close_due(session: Session, house: House, now: datetime) -> int:
    """Close the questions whose time is up; how many were closed (at most BATCH)."""
    due = session.scalars(
        select(Dialogue).where(Dialogue.closes_at <= now).order_by(Dialogue.closes_at).limit(BATCH)
    ).all()
    for dialogue in due:
        person = session.get_one(Person, dialogue.person_id)
        address = session.scalars(
            select(AddressRow).where(AddressRow.person_id == person.id, AddressRow.primary)
        ).first()
        question = dialogue.question
        session.delete(dialogue)
        session.flush()
        if address is not None and question == "still_you" and not _asked(session, person):
            continue
        if address is not None and question in _SILENCE_IS_STOP:
            _opt_out(session, person, address, question, now)
        elif address is not None and question == "check":
            _check_expired(session, house, person, address, now)
    return len(due)


def _asked(session: Session, person: Person) -> bool:
    """Did STILL_YOU go out? Who never heard the question didn't answer it by silence."""
    sent = select(Entry.id).where(
        Entry.person_id == person.id,
        Entry.key == "STILL_YOU",
        Entry.state.in_((State.SENT, State.DELIVERED)),
    )
    return session.scalars(sent.limit(1)).first() is not None


def _opt_out(
    session: Session, person: Person, address: AddressRow, question: str, now: datetime
) -> None:
    """No confirmation: one sent later than five minutes needs a justification (47 CFR 64.1200)."""
    evidence = consent.Evidence(source="silence", rule=f"no answer to {question}")
    consent.withdraw(session, address, evidence, "silence", now)
    entries.withdraw(session, person.id, now, "opted out")


def _check_expired(
    session: Session, house: House, person: Person, address: AddressRow, now: datetime
) -> None:
    local = hours.local(now, person.zone or "UTC")
    if not person.zone or not house.quiet[0] <= local.time() < house.quiet[1]:
        return
    text = house.catalogue.say("C_EXP", person.language, person.country)
    entries.put(
        session,
        person_id=person.id,
        address_id=address.id,
        kind="reply",
        key="C_EXP",
        params={},
        text=text,
        segments=render.segments(text).count,
        now=now,
        best_before=now + timedelta(minutes=10),
    )
