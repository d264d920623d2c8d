"""What comes beside a reminder: the monthly restatement, and the question after long silence.

Tied to a reminder just written, they come only in people's own hours and never during a hold.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.envelopes import State
from service.outbox.entries import in_state
from service.outbox.windows import NEVER_WENT
from service.reminders.welcome import members, moment
from service.store.lanes import within
from service.store.prepared import Prepared
from service.store.tables import Dialogue, Entry, Person
from service.store.upsert import insert

RESTATED = timedelta(days=30)  # frequency and STOP are said again (CTIA), at the latest
EARLY = timedelta(days=16)  # from here on some people's turn comes at each hour
TURNS = 35  # so that those who joined on one day don't hear it in one hour; no divisor of 24 hours
SILENT = timedelta(days=60)
ANSWER = timedelta(days=7)  # no answer until then is an opt-out
_AFTER = timedelta(minutes=1)
_BEST_BEFORE = timedelta(minutes=10)


class _Row(NamedTuple):
    id: int
    agreed: int
    address_id: int | None
    channel: str | None
    ask: bool  # whether they still want to be texted


def enqueue(session: Session, slice_: Mapping[str, int], slot: datetime, now: datetime) -> None:
    """Write what is due to those who get the reminder of this slot: at most one notice each."""
    moments = {
        "at": slot,
        "seen_until": slot - SILENT,
        "stated_until": slot - RESTATED,
        "early_until": slot - EARLY,
    }
    turn = int(slot.timestamp() // 3600) % TURNS
    found = within(session).rows(_DUE, {**slice_, **moments, "turn": turn})
    rows = [row for row in map(_Row._make, found) if row.address_id is not None]
    if not rows:
        return
    entries = [_notice(row, slot) | {"created_at": now} for row in rows]
    session.execute(insert(Entry).on_conflict_do_nothing(), entries)
    asked = [row.id for row in rows if row.ask]
    if asked:
        _ask(session, asked, now)
    restated = [row.id for row in rows if not row.ask]
    session.execute(
        update(Person)
        .where(Person.id.in_(restated))
        .values(restated_at=now)
        .execution_options(synchronize_session=False)
    )


def heard(session: Session, person_id: int, closes_at: datetime) -> bool:
    """Did STILL_YOU go out, of the question that closes then? Silence of who never heard it says nothing."""
    return _there_is(session, person_id, closes_at, in_state(State.SENT, State.DELIVERED))


def perhaps_heard(session: Session, person_id: int, closes_at: datetime) -> bool:
    """May it have gone out? A NO is believed unless it certainly answers something else."""
    return _there_is(session, person_id, closes_at, ~in_state(*NEVER_WENT))


def _there_is(
    session: Session, person_id: int, closes_at: datetime, as_far: ColumnElement[bool]
) -> bool:
    question = select(Entry.id).where(
        Entry.person_id == person_id,
        Entry.key == "STILL_YOU",
        Entry.created_at >= closes_at - ANSWER,
        as_far,
    )
    return session.scalars(question.limit(1)).first() is not None


def _due() -> Select[*tuple[Any, ...]]:
    seen = func.coalesce(Person.last_seen_at, Person.created_at)
    stated = func.coalesce(Person.restated_at, Person.created_at)
    # Counted, since PostgreSQL might read all open questions to answer an EXISTS.
    asked = select(func.count()).where(Dialogue.person_id == Person.id).scalar_subquery()
    ask = and_(seen <= moment("seen_until"), asked == 0)
    restate = or_(
        stated <= moment("stated_until"),
        and_(
            stated <= moment("early_until"),
            Person.id % TURNS == bindparam("turn", type_=Integer),
        ),
    )
    return select(
        Person.id,
        Person.agreed,
        _of_reminder(Entry.address_id).label("address_id"),
        _of_reminder(Entry.channel).label("channel"),
        ask.label("ask"),
    ).where(members(), or_(ask, restate))


def _of_reminder(column: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    """Where the reminder of this slot goes; NULL for who gets none.

    It is looked up for the few who are due: joined, PostgreSQL might begin with all that is queued.
    """
    return (
        select(case((Entry.state == "queued", column)))
        .where(
            Entry.person_id == Person.id,
            Entry.kind == "reminder",
            Entry.slot == moment("at"),
        )
        .scalar_subquery()
    )


def _notice(row: _Row, slot: datetime) -> dict[str, Any]:
    return {
        "person_id": row.id,
        "address_id": row.address_id,
        "channel": row.channel,
        "kind": "notice",
        "slot": slot + _AFTER,
        "key": "STILL_YOU" if row.ask else "MONTHLY",
        "params": {} if row.ask else {"N": row.agreed},
        "not_before": slot + _AFTER,
        "best_before": slot + _AFTER + _BEST_BEFORE,
    }


def _ask(session: Session, people: list[int], now: datetime) -> None:
    questions = [
        {"person_id": person, "question": "still_you", "data": {}, "closes_at": now + ANSWER}
        for person in people
    ]
    session.execute(insert(Dialogue).on_conflict_do_nothing(), questions)


_DUE = Prepared(_due())
