"""A text that came and the texts that answer it, as rows: written once, whoever sends the webhook again."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Table, bindparam, literal, select, update
from sqlalchemy.orm import Session

from service.envelopes import PAGE, Inbound, Reading, Reply
from service.outbox.claim import row_named
from service.rich import Showcase, choices_of
from service.store import tables
from service.store.base import Base
from service.store.lanes import Lane
from service.store.prepared import Prepared
from service.store.tables import ENTRY, AddressRow, Entry, Person
from service.store.upsert import insert

SEEN = timedelta(hours=1)  # how exactly we keep when somebody last texted
_Row = Mapping[str, Any]
_Values = dict[str, Any]


# The columns of a text that came, and of an answer; what else an answer's row says is the same for all.
_CAME = ("channel", "provider_id", "address_id", "at", "intent", "topic", "rule")
_ANSWERED = (
    "address_id", "channel", "kind", "key", "params", "text", "created_at", "not_before", "best_before",
    "state", "attempt", "segments", "settled_at",
)  # fmt: skip
_CAME_PLACES = [(f"in_{name}", name) for name in _CAME]
_ANSWERED_PLACES = [(f"out_{name}", name) for name in _ANSWERED]
_INBOUND = Base.metadata.tables[tables.Inbound.__tablename__]
_REST: dict[str, Any] = {"attempts": literal(0), "looks": literal(0), "error": literal("")}


def _given(table: Table, names: Sequence[str], prefix: str) -> dict[str, BindParameter[Any]]:
    return {name: bindparam(f"{prefix}_{name}", type_=table.c[name].type) for name in names}


_came = (
    insert(_INBOUND)
    .values(_given(_INBOUND, _CAME, "in"))
    .on_conflict_do_nothing()
    .returning(_INBOUND.c.id)
)
_first = _came.cte("came")
# Whose the address is when this is written: they may have been joined to somebody since we looked.
_OWNER = (
    select(AddressRow.person_id)
    .where(AddressRow.id == bindparam("out_address_id"))
    .with_for_update(read=True, key_share=True)
    .scalar_subquery()
)
_said: dict[str, Any] = _given(ENTRY, _ANSWERED, "out") | {"person_id": _OWNER} | _REST
_seen = (
    update(Person)
    .where(Person.id == bindparam("seen_person"))
    .values(last_seen_at=bindparam("seen_at"))
)
_at_a_stroke = (
    insert(ENTRY)
    .from_select(
        ["inbound_id", *_said],
        select(_first.c.id).add_columns(*_said.values()),
        include_defaults=False,
    )
    .returning(ENTRY.c.id)
)
_RECEIVED = Prepared(_came)
_ANSWER = Prepared(insert(ENTRY).values(_said | _given(ENTRY, ("inbound_id",), "out")))
_SEEN = Prepared(_seen)
_STROKE = Prepared(_at_a_stroke)
_STROKE_OF_SEEN = Prepared(
    _at_a_stroke.add_cte(_seen.where(select(_first.c.id).exists()).cte("seen"))
)
_SENT_BY = update(_INBOUND).where(_INBOUND.c.id == bindparam("row"))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A text of somebody we know, and all that answers it."""

    person_id: int
    at: datetime
    inbound: _Row
    answers: Sequence[_Row]
    seen: bool  # the moment belongs into their row
    unread: dict[str, Any] | None = None  # the text, where it wasn't understood; see unread.py


def attempt_of(inbound: Inbound, number: int) -> str:
    """The attempt id of the n-th text that answers an inbound one.

    Derived, so that an emergency answer given before the database could store it is known again
    when its receipt comes, and so that a repeated webhook gets the very same answer.
    """
    source = f"{inbound.address.channel}:{inbound.provider_id}:{number}"
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def inbound_row(
    inbound: Inbound, reading: Reading, address_id: int | None, now: datetime
) -> dict[str, Any]:
    return {
        "channel": inbound.channel,
        "provider_id": inbound.provider_id,
        "address_id": address_id,
        "at": now,
        "intent": reading.intent,
        "topic": reading.topic,
        "rule": reading.rule,
    }


def seen_again(person: Person, now: datetime) -> bool:
    """Is it so long since this person was seen that it must be written?"""
    return person.last_seen_at is None or person.last_seen_at < now - SEEN


def receive(lane: Lane, row: _Row) -> int | None:
    """The id of its row; None when this text was received before."""
    received = lane.run(_RECEIVED, _came_values(row))
    return received[0] if received else None


def replies(showcase: Showcase, answers: Sequence[_Row]) -> list[Reply]:
    """Those that are given at once; the outbox has the others."""
    return [
        _reply(showcase, row["text"], row["attempt"], row["params"])
        for row in answers
        if row["attempt"]
    ]


def _reply(showcase: Showcase, text: str, attempt: str, params: _Row) -> Reply:
    if not params:  # most texts
        return Reply(text, attempt)
    return Reply(text, attempt, choices_of(params), showcase.picture(params))


def sent_by(session: Session, row_id: int, address_id: int) -> None:
    """A text of somebody whom we have met only now."""
    session.connection().execute(_SENT_BY, {"row": row_id, "address_id": address_id})


def answered_before(session: Session, showcase: Showcase, inbound: Inbound) -> list[Reply]:
    """What was given at once is given again; what the outbox has, or had, is its own."""
    rows = session.execute(
        select(Entry.text, Entry.attempt, Entry.params)
        .join(tables.Inbound, tables.Inbound.id == Entry.inbound_id)
        .where(
            tables.Inbound.channel == inbound.channel,
            tables.Inbound.provider_id == inbound.provider_id,
        )
        .order_by(Entry.id)
    )
    return [_reply(showcase, *row) for row in rows if row.attempt and not row_named(row.attempt)]


def answers_on_page(session: Session, address_id: int | None, provider_id: str) -> list[str] | None:
    """What was answered to something chosen on a page of this address; None: it never was.

    Without an address: of somebody who has erased themself.
    """
    asked = select(tables.Inbound.id).where(
        tables.Inbound.channel == PAGE,
        tables.Inbound.provider_id == provider_id,
        tables.Inbound.address_id == address_id,
    )
    row_id = session.scalars(asked).first()
    if row_id is None:
        return None
    said = select(Entry.text).where(Entry.inbound_id == row_id).order_by(Entry.id)
    return list(session.scalars(said))


def put(lane: Lane, exchange: Exchange) -> bool:
    """Write an exchange row by row. False: this text was received before, and nothing is written."""
    received = receive(lane, exchange.inbound)
    if received is None:
        return False
    for row in exchange.answers:
        lane.run(_ANSWER, {**_answer_values(row), "out_inbound_id": received})
    if exchange.seen:
        lane.run(_SEEN, _seen_values(exchange))
    return True


def put_at_a_stroke(lane: Lane, exchange: Exchange) -> bool:
    """The same in a single statement, for one answer, on PostgreSQL: each round trip counts there."""
    (answer,) = exchange.answers
    values = _came_values(exchange.inbound) | _answer_values(answer)
    if not exchange.seen:
        return lane.run(_STROKE, values) is not None
    return lane.run(_STROKE_OF_SEEN, values | _seen_values(exchange)) is not None


def _came_values(row: _Row) -> _Values:
    return {place: row[name] for place, name in _CAME_PLACES}


def _answer_values(row: _Row) -> _Values:
    return {place: row[name] for place, name in _ANSWERED_PLACES}


def _seen_values(exchange: Exchange) -> _Values:
    return {"seen_person": exchange.person_id, "seen_at": exchange.at}
