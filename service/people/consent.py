"""Who agreed, who left, and how anybody may come back. The record is append-only."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.people import primary
from service.store.tables import AddressRow, Consent, Dialogue, Person

AT = "at"  # in a question's data: the address where it was asked
NUMBERED = ("sms", "whatsapp")  # channels whose handle is a phone number
# Numbers that one of the two writes with a digit after the country's that the other leaves out.
_EXTRA = (
    (re.compile(r"(\+52)1?(\d{10})", re.ASCII), "1"),
    (re.compile(r"(\+54)9?(\d{10})", re.ASCII), "9"),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a consent event came from: `rule` says how words were classified, `shown` what they answered."""

    source: str  # text, page, provider, silence, operator, import
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
    """They are in, and reminders go to this address.

    Whoever comes back begins without a hold; whoever has another address only says that they stay.
    """
    event = "returned" if address.standing == "out" else "given"
    record(session, address, event, evidence, now)
    address.standing, address.out_by, address.dead = "in", "", ""
    person = session.get_one(Person, address.person_id)
    if person.state != "active" or person.held_why == "doubt":
        person.held_until, person.held_why, person.rest_until = None, "", None
    person.state, person.doubt_until = "active", None
    if not address.primary:
        primary.prefer(session, address)


def withdraw(
    session: Session,
    address: AddressRow,
    evidence: Evidence,
    out_by: str,
    now: datetime,
    *,
    carriers: Collection[str],
    everywhere: bool = False,
) -> AddressRow | None:
    """They are out, whoever said so. `out_by`: keyword (a carrier's word), words, provider, silence.

    A carrier's word outranks ours: after it only START or UNSTOP leads back (providers block the rest).
    Every address on the same number goes with it, or `everywhere` all of theirs. What comes back is
    another address at which they are still in, and reminders go there if anywhere: whether they shall
    is the caller's to ask, and queued texts are the caller's to withdraw (outbox/opting_out.py).
    Where no other of the `carriers` reaches them, there is nothing to ask, and they are out of all.
    """
    rows = primary.addresses(session, address.person_id)
    others = [row for row in rows if not (everywhere or _same_number(row, address))]
    left = primary.best(others, carriers)
    for row in rows:
        if row in others and (left is not None or row.standing != "in"):
            continue
        if not (row.standing == "out" and row.out_by in {"keyword", "provider"}):
            row.out_by = out_by
        row.standing = "out"
        record(session, row, "withdrawn", evidence, now)
    person = session.get_one(Person, address.person_id)
    if left is None:
        person.state, person.doubt_until = "stopped", None
    elif not left.primary:
        primary.prefer(session, left)
    session.execute(delete(Dialogue).where(Dialogue.person_id == person.id))
    return left


def doubt(person: Person, until: datetime, now: datetime) -> None:
    """Perhaps they want to leave: no reminders before they say which, and silence says yes."""
    hold(person, until, "doubt", now)
    person.doubt_until = until


def hold(person: Person, until: datetime, why: str, now: datetime) -> None:
    """No reminders before `until`; a longer hold that is already there stays.

    One for an emergency stays one, however it is prolonged: whoever then says that they don't
    want to leave is still held.
    """
    if person.held_until is None or person.held_until < until:
        fresh = person.held_until is not None and person.held_until > now
        stays = fresh and person.held_why == "emergency"
        person.held_until, person.held_why = until, "emergency" if stays else why


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


def _same_number(one: AddressRow, other: AddressRow) -> bool:
    if one.channel in NUMBERED and other.channel in NUMBERED:
        return one.handle in written(other.handle)
    return one.handle == other.handle


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
