"""Somebody leaves. Where they are linked, their other channel is held and asked, once."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.outbox import entries
from service.people import consent
from service.people.consent import AT, Evidence
from service.people.naming import named
from service.store.tables import AddressRow, Dialogue, Entry, Person

DOUBT = timedelta(hours=24)  # no answer until then is an opt-out
ASKED = "LEFT_ASK"  # the question, by its key
ELSEWHERE = "left"  # in the question's data: they left at another address


def opt_out(
    session: Session,
    address: AddressRow,
    evidence: Evidence,
    out_by: str,
    now: datetime,
    *,
    carriers: Collection[str],
    everywhere: bool = False,
) -> None:
    """They are out at this address, and nothing that was queued goes out.

    At another address, under another number, they are asked: silence is an opt-out there, too.
    Whoever says STOP again, after they answered that, isn't asked again. `carriers`: the channels on
    which a reminder can be promised here; at others there is nothing to ask.
    """
    known = address.standing == "out"
    other = consent.withdraw(
        session, address, evidence, out_by, now, carriers=carriers, everywhere=everywhere
    )
    entries.withdraw_answers(session, address.id, now, "opted out")
    person = session.get_one(Person, address.person_id)
    if other is not None:
        if known and _asked(session, person):
            return
        consent.doubt(person, now + DOUBT, now)
        _ask(session, address, other, now)
    entries.withdraw(session, person.id, now, "opted out")


def _asked(session: Session, person: Person) -> bool:
    asked = select(Entry.id).where(
        Entry.person_id == person.id, Entry.slot.is_(None), Entry.key == ASKED
    )
    return session.scalars(asked.limit(1)).first() is not None


def _ask(session: Session, left: AddressRow, other: AddressRow, now: datetime) -> None:
    """It goes at once or never: a question that comes later than a confirmation may is none."""
    session.add(
        Dialogue(
            person_id=other.person_id,
            question="doubt",
            data={AT: other.id, ELSEWHERE: True},
            closes_at=now + DOUBT,
        )
    )
    entries.put(
        session,
        person_id=other.person_id,
        address_id=other.id,
        channel=other.channel,
        kind="consent",
        key=ASKED,
        params=named(left, other),
        now=now,
    )
