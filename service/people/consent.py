"""Who agreed, who left, and how anybody may come back. The record is append-only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.store.tables import AddressRow, Consent, Dialogue, Person

NUMBERED = ("sms", "whatsapp")  # channels whose handle is a phone number
# Numbers that one of the two writes with a digit after the country's that the other leaves out.
_EXTRA = (
    (re.compile(r"(\+52)1?(\d{10})", re.ASCII), "1"),
    (re.compile(r"(\+54)9?(\d{10})", re.ASCII), "9"),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a consent event came from: `rule` says how words were classified, `shown` what they answered."""

    source: str  # text, provider, silence
    rule: str
    shown: str = ""
    used: str = ""
    provider_id: str = ""


def record(
    session: Session, address: AddressRow, event: str, evidence: Evidence, now: datetime
) -> None:
    """Append one event: asked, given, withdrawn, returned."""
    session.add(
        Consent(
            address_id=address.id,
            at=now,
            event=event,
            source=evidence.source,
            rule=evidence.rule,
            shown=evidence.shown,
            used=evidence.used,
            provider_id=evidence.provider_id,
        )
    )


def give(session: Session, address: AddressRow, evidence: Evidence, now: datetime) -> None:
    """They are in: reminders may go to this address."""
    event = "returned" if address.standing == "out" else "given"
    record(session, address, event, evidence, now)
    address.standing, address.out_by, address.dead = "in", "", ""
    person = session.get_one(Person, address.person_id)
    person.state = "active"
    person.held_until, person.held_why, person.doubt_until = None, "", None
    person.rest_until = None


def withdraw(
    session: Session, address: AddressRow, evidence: Evidence, out_by: str, now: datetime
) -> None:
    """They are out, whoever said so. `out_by`: keyword (a carrier's word), words, provider, silence.

    A carrier's word outranks ours: after it only START or UNSTOP leads back (providers block the rest).
    Every address on the same number goes with it; queued texts are the caller's to withdraw.
    """
    rows = session.scalars(
        select(AddressRow).where(
            AddressRow.person_id == address.person_id, AddressRow.handle == address.handle
        )
    )
    for row in rows:
        if not (row.standing == "out" and row.out_by in {"keyword", "provider"}):
            row.out_by = out_by
        row.standing = "out"
        record(session, row, "withdrawn", evidence, now)
    person = session.get_one(Person, address.person_id)
    person.state, person.doubt_until = "stopped", None
    session.execute(delete(Dialogue).where(Dialogue.person_id == person.id))


def elsewhere(session: Session, address: AddressRow) -> Sequence[AddressRow]:
    """Addresses of other people on the same phone number: SMS and WhatsApp of somebody who wrote on both."""
    if address.channel not in NUMBERED:
        return ()
    same = select(AddressRow).where(
        AddressRow.channel.in_(NUMBERED),
        AddressRow.handle.in_(written(address.handle)),
        AddressRow.person_id != address.person_id,
    )
    return session.scalars(same.order_by(AddressRow.id)).all()


def written(number: str) -> Sequence[str]:
    """The ways in which a phone number is written on SMS and on WhatsApp."""
    for pattern, digit in _EXTRA:
        found = pattern.fullmatch(number)
        if found:
            country, rest = found.groups()
            return (f"{country}{rest}", f"{country}{digit}{rest}")
    return (number,)


def joinable(address: AddressRow) -> bool:
    """May JOIN bring them back? Not past a carrier's block, which only START or UNSTOP lifts."""
    return not (address.standing == "out" and address.out_by in {"keyword", "provider"})
