"""One address of a person becomes a person of its own."""

from collections.abc import Collection

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.people import primary
from service.people.consent import AT
from service.people.merging import wait_for
from service.store.tables import AddressRow, Dialogue, Entry, LinkCode, Person, Plan

# Schedule, settings, holds and doubts: both go on with them.
_COPIED = (
    "created_at", "state", "language", "leaning", "country", "zone", "plan_id", "plan_since", "agreed",
    "held_until", "held_why", "doubt_until", "rest_until", "seated", "discreet", "pictures",
    "left_out", "gentle_until", "last_seen_at", "restated_at",
)  # fmt: skip


def part(
    session: Session, person: Person, address: AddressRow, carriers: Collection[str]
) -> Person:
    """Who is at this address now. What was said there goes along, so that DELETE erases all of it.

    Consent stays with each address, a question with the one where it was asked; what is queued for
    whoever is reminded no more is the caller's to withdraw. `carriers`: the channels on which a
    reminder can be promised here. On PostgreSQL rows are waited for in the order
    of a join.
    """
    if person.plan_id is not None:
        wait_for(session, select(Plan.id).where(Plan.id == person.plan_id), key_share=True)
    apart = Person(**{name: getattr(person, name) for name in _COPIED})
    session.add(apart)
    session.flush()
    session.execute(
        update(Entry)
        .where(Entry.person_id == person.id, Entry.address_id == address.id)
        .values(person_id=apart.id),
        execution_options={"synchronize_session": False},
    )
    session.execute(delete(LinkCode).where(LinkCode.person_id == person.id))
    address.person_id = apart.id
    session.flush()
    if address.primary:
        rest = primary.addresses(session, person.id)
        primary.prefer(session, primary.best(rest, carriers) or rest[0])
    primary.prefer(session, address)
    _question(session, person, apart, address)
    for each in (person, apart):
        _stand(session, each)
    return apart


def _question(session: Session, person: Person, apart: Person, address: AddressRow) -> None:
    """One that could be answered anywhere is open on both sides."""
    question = session.get(Dialogue, person.id)
    if question is None or question.data.get(AT, address.id) != address.id:
        return
    session.add(
        Dialogue(
            person_id=apart.id,
            question=question.question,
            data=question.data,
            closes_at=question.closes_at,
        )
    )
    if AT in question.data:
        session.delete(question)
    session.flush()


def _stand(session: Session, person: Person) -> None:
    """As their own addresses stand: who agreed at none of them gets nothing."""
    standings = {row.standing for row in primary.addresses(session, person.id)}
    if "in" in standings:
        return
    person.state = "stopped" if "out" in standings else "stranger"
    person.doubt_until = None
