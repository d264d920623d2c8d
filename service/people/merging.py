"""Two people turn out to be one: everything of the other comes to the one who stays."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, delete, select, update
from sqlalchemy.orm import Session, aliased

from service.envelopes import State
from service.people import primary
from service.rich import SMS
from service.store.tables import AddressRow, Dialogue, Entry, Person, Plan

# Of two rows for one slot the one that got further stays: what arrived, what may have, what still can.
_FURTHEST = (
    State.DELIVERED, State.SENT, State.SENDING, State.DOUBTFUL, State.LOST, State.QUEUED,
    State.UNDELIVERED, State.FAILED, State.EXPIRED, State.DROPPED,
)  # fmt: skip


def join(
    session: Session,
    stays: Person,
    goes: Person,
    keeper: Person,
    now: datetime,
    carriers: Collection[str],
) -> None:
    """One history, one schedule (that of `keeper`, who is one of the two), and one primary address.

    Nobody else decides about either meanwhile (alone.py). Standing and consent of each address stay
    as they are; `carriers`: the channels on which a reminder can be promised here. On PostgreSQL
    what others hold is waited for in their order: plans as the tick does, rows of the outbox before
    addresses, as whoever records a receipt.
    """
    plans = sorted({plan for plan in (stays.plan_id, goes.plan_id) if plan is not None})
    wait_for(session, select(Plan.id).where(Plan.id.in_(plans)), key_share=True)
    wait_for(session, select(Entry.id).where(Entry.person_id == goes.id))
    wait_for(session, select(AddressRow.id).where(AddressRow.person_id == goes.id))
    _one_row_a_slot(session, stays, goes)
    session.execute(
        update(Entry).where(Entry.person_id == goes.id).values(person_id=stays.id),
        execution_options={"synchronize_session": False},
    )
    _one_question(session, stays, goes, now)
    _settings(session, stays, goes, keeper)
    _holds(stays, goes, now)
    _addresses(session, stays, goes, carriers)
    session.flush()
    session.delete(goes)
    session.flush()
    session.expire_all()


def wait_for(session: Session, rows: Select[int], *, key_share: bool = False) -> None:
    """Until nobody else holds these rows; PostgreSQL's other transactions wait for us then."""
    session.execute(rows.order_by(*rows.selected_columns).with_for_update(key_share=key_share))


def _one_row_a_slot(session: Session, stays: Person, goes: Person) -> None:
    ours, theirs = aliased(Entry), aliased(Entry)
    pairs = session.execute(
        select(ours.id, ours.state, theirs.id, theirs.state)
        .join(theirs, and_(theirs.slot == ours.slot, theirs.kind == ours.kind))
        .where(ours.person_id == stays.id, theirs.person_id == goes.id)
    )
    lesser = [
        mine if _FURTHEST.index(State(there)) < _FURTHEST.index(State(here)) else other
        for mine, here, other, there in pairs
    ]
    session.execute(
        delete(Entry).where(Entry.id.in_(lesser)),
        execution_options={"synchronize_session": False},
    )


def _one_question(session: Session, stays: Person, goes: Person, now: datetime) -> None:
    """That of who stays; but whoever was in danger a moment ago is met with care."""
    ours, theirs = session.get(Dialogue, stays.id), session.get(Dialogue, goes.id)
    if theirs is None:
        return
    session.delete(theirs)
    session.flush()
    alarmed = theirs.question == "alarm" and theirs.closes_at > now
    if alarmed and (ours is None or ours.question != "alarm"):
        kept = ours or Dialogue(person_id=stays.id)
        kept.question, kept.data, kept.closes_at = "alarm", theirs.data, theirs.closes_at
        session.add(kept)


def _settings(session: Session, stays: Person, goes: Person, keeper: Person) -> None:
    """Of whose schedule is kept; what that one has not, of the other. Never more than both agreed to."""
    other = goes if keeper is stays else stays
    agreed = keeper.agreed if other.plan_id is None else min(keeper.agreed, other.agreed)
    for name in ("language", "leaning", "seated", "discreet", "left_out", "plan_id", "plan_since"):
        setattr(stays, name, getattr(keeper, name))
    stays.zone = keeper.zone or other.zone
    stays.country = keeper.country or other.country
    stays.agreed = agreed
    stays.pictures = _pictures(session, keeper, other)
    stays.created_at = min(stays.created_at, goes.created_at)
    stays.last_seen_at = _latest(stays.last_seen_at, goes.last_seen_at)
    stays.gentle_until = _latest(stays.gentle_until, goes.gentle_until)
    stays.rest_until = _latest(stays.rest_until, goes.rest_until)
    stays.restated_at = _earliest(stays.restated_at, goes.restated_at)


def _pictures(session: Session, keeper: Person, other: Person) -> bool | None:
    """ON that was said in a chat, where they cost nothing, allows none that the operator pays for."""
    whose = other if keeper.pictures is None else keeper
    if not whose.pictures:
        return whose.pictures
    by_sms = any(row.channel == SMS for row in primary.addresses(session, whose.id))
    return True if by_sms else None


def _holds(stays: Person, goes: Person, now: datetime) -> None:
    """Neither a hold nor a doubt gets lost, and silence ends the first doubt of two."""
    held = [
        (person.held_until, person.held_why)
        for person in (stays, goes)
        if person.held_until is not None and person.held_until > now
    ]
    if held:
        stays.held_until, stays.held_why = max(held)
        if any(why == "emergency" for _, why in held):
            stays.held_why = "emergency"
    stays.doubt_until = _earliest(stays.doubt_until, goes.doubt_until)


def _addresses(session: Session, stays: Person, goes: Person, carriers: Collection[str]) -> None:
    ours, theirs = (primary.addresses(session, person.id) for person in (stays, goes))
    session.execute(
        update(AddressRow).where(AddressRow.person_id == goes.id).values(person_id=stays.id)
    )
    primary.prefer(session, _first(ours, theirs, carriers))
    standings = {row.standing for row in (*ours, *theirs)}
    stays.state = "active" if "in" in standings else "stopped" if "out" in standings else "stranger"


def _first(
    ours: Sequence[AddressRow], theirs: Sequence[AddressRow], carriers: Collection[str]
) -> AddressRow:
    """Where reminders go: where they went, as long as somebody is reached there who agreed."""
    best = [primary.best(rows, carriers) for rows in (ours, theirs)]
    reached = next((row for row in best if row and not row.dead), None)
    agreed = reached or primary.best([*ours, *theirs], carriers)
    return agreed or next(row for row in ours if row.primary)


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
