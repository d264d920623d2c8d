"""A text that came and the texts that answer it, as rows: written once, whoever sends the webhook again."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, literal, select, update
from sqlalchemy.orm import Session

from service.envelopes import Inbound, Reading, Reply
from service.outbox import entries
from service.store import tables
from service.store.tables import Entry, Person
from service.store.upsert import insert

SEEN = timedelta(hours=1)  # how exactly we keep when somebody last texted
_INBOUND = tables.Base.metadata.tables[tables.Inbound.__tablename__]
_ENTRY = tables.Base.metadata.tables[Entry.__tablename__]
_RECEIVED = insert(_INBOUND).on_conflict_do_nothing().returning(_INBOUND.c.id)
_SENT_BY = update(_INBOUND).where(_INBOUND.c.id == bindparam("row"))
_SEEN = (
    update(Person)
    .where(Person.id == bindparam("seen_person"))
    .values(last_seen_at=bindparam("seen_at"))
)
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A text of somebody we know, and all that answers it."""

    person_id: int
    at: datetime
    inbound: _Row
    answers: Sequence[_Row]
    seen: bool  # the moment belongs into their row


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
        "channel": inbound.address.channel,
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


def receive(connection: Connection, row: _Row) -> int | None:
    """The id of its row; None when this text was received before."""
    received: int | None = connection.execute(_RECEIVED, row).scalar()
    return received


def replies(answers: Sequence[_Row]) -> list[Reply]:
    return [Reply(row["text"], row["attempt"]) for row in answers]


def sent_by(session: Session, row_id: int, address_id: int) -> None:
    """A text of somebody whom we have met only now."""
    session.connection().execute(_SENT_BY, {"row": row_id, "address_id": address_id})


def answered_before(session: Session, inbound: Inbound) -> list[Reply]:
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


def put(connection: Connection, exchange: Exchange) -> bool:
    """Write an exchange row by row. False: this text was received before, and nothing is written."""
    received = receive(connection, exchange.inbound)
    if received is None:
        return False
    for row in exchange.answers:
        entries.write(connection, {**row, "inbound_id": received})
    if exchange.seen:
        connection.execute(_SEEN, _seen_values(exchange))
    return True


def put_at_a_stroke(connection: Connection, exchange: Exchange) -> bool:
    """The same in a single statement, for one answer, on PostgreSQL: each round trip counts there."""
    (answer,) = exchange.answers
    values = {f"in_{name}": value for name, value in exchange.inbound.items()}
    values |= {f"out_{name}": answer[name] for name in _ANSWERED}
    if exchange.seen:
        values |= _seen_values(exchange)
    return connection.execute(_stroke(exchange.seen), values).scalar() is not None


def _seen_values(exchange: Exchange) -> dict[str, Any]:
    return {"seen_person": exchange.person_id, "seen_at": exchange.at}


_CAME = ("channel", "provider_id", "address_id", "at", "intent", "topic", "rule")
# What an answer's row says; the rest is the same for all.
_ANSWERED = (
    "person_id", "address_id", "kind", "key", "params", "text", "created_at", "not_before",
    "state", "attempt", "segments", "settled_at",
)  # fmt: skip


@cache
def _stroke(seen: bool) -> Executable:
    columns = _INBOUND.c
    given = {name: bindparam(f"in_{name}", type_=columns[name].type) for name in _CAME}
    came = insert(_INBOUND).values(given).on_conflict_do_nothing()
    first = came.returning(_INBOUND.c.id).cte("came")
    said = [bindparam(f"out_{name}", type_=_ENTRY.c[name].type) for name in _ANSWERED]
    rest = {
        "inbound_id": first.c.id,
        "attempts": literal(0),
        "looks": literal(0),
        "error": literal(""),
    }
    stroke = (
        insert(_ENTRY)
        .from_select([*_ANSWERED, *rest], select(*said, *rest.values()), include_defaults=False)
        .on_conflict_do_nothing()
        .returning(_ENTRY.c.id)
    )
    return stroke.add_cte(_SEEN.where(select(first.c.id).exists()).cte("seen")) if seen else stroke
