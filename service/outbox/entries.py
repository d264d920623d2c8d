"""Rows of the outbox: everything that is ever said to a person is written here first."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, update
from sqlalchemy.orm import Session

from service.envelopes import State
from service.store.tables import ENTRY, AddressRow, Entry
from service.store.upsert import insert

NUDGES = ("reminder", "snooze")
BROADCAST = "broadcast"  # what operators write to many; all else goes before it
STARTED = (*NUDGES, "notice", BROADCAST)  # what we start; the rest answers a text
# Urgent ones first.
REPLYING = ("emergency", "consent", "reply")
KINDS = (*REPLYING, *STARTED)

# Somebody who left hears these, and in danger the emergency answer; nothing else of ours.
TO_THE_GONE = frozenset({"STOP_OK", "DELETE_OK"})
# Among an entry's parameters: they had left, or couldn't be reached, and wrote all the same.
ASKED = "asked"
ANSWERS = ("consent", "reply")  # to a text, but for danger

# A confirmation of an opt-out that comes later needs a justification (47 CFR 64.1200(a)(12)).
CONFIRM = timedelta(minutes=5)
PAUSE = timedelta(seconds=1.5)  # between two texts of an answer
# How long a queued text is worth sending.
_KEEPS = {
    "emergency": timedelta(hours=24),
    "consent": CONFIRM,
    "reply": timedelta(hours=1),
    "reminder": timedelta(minutes=10),
    "snooze": timedelta(minutes=10),
    "notice": timedelta(hours=1),
    BROADCAST: timedelta(hours=1),
}

_PUT = (
    insert(ENTRY)
    .on_conflict_do_nothing(index_elements=["person_id", "slot", "kind"])
    .returning(ENTRY.c.id)
)


def in_state(*states: State) -> ColumnElement[bool]:
    """A row's state, where something narrower finds the row.

    An expression: by its index on states SQLite would go through all that is queued.
    """
    state = func.coalesce(ENTRY.c.state, "")
    return or_(*(state == each for each in states))


def keeps(kind: str) -> timedelta:
    """How long a queued text of this kind is worth sending."""
    return _KEEPS[kind]


def new_attempt() -> str:
    return secrets.token_hex(8)


def row(
    *,
    person_id: int | None,
    address_id: int | None,
    channel: str,
    kind: str,
    now: datetime,
    key: str = "",
    params: Mapping[str, Any] | None = None,
    text: str = "",
    segments: int = 0,
    inbound_id: int | None = None,
    slot: datetime | None = None,
    not_before: datetime | None = None,
    best_before: datetime | None = None,
    inline: str | bool = False,
) -> dict[str, Any]:
    """One text, as `write` takes it. One without words gets them when it is claimed.

    `inline`: it goes out in the webhook's answer, under a fresh attempt id or the one given.
    """
    attempt = inline if isinstance(inline, str) else new_attempt() if inline else None
    start = not_before or now
    return {
        "person_id": person_id,
        "address_id": address_id,
        "channel": channel,
        "inbound_id": inbound_id,
        "kind": kind,
        "slot": slot,
        "key": key,
        "params": dict(params or {}),
        "text": text,
        "segments": segments,
        "created_at": now,
        "not_before": start,
        "best_before": best_before or (None if attempt else start + _KEEPS[kind]),
        "state": State.ANSWERED if attempt else State.QUEUED,
        "attempt": attempt,
        "settled_at": now if attempt else None,
    }


def write(connection: Connection, row: Mapping[str, Any]) -> int | None:
    """The id of the row; None when this person, kind and slot have one already."""
    written: int | None = connection.execute(_PUT, row).scalar()
    return written


def put(session: Session, **values: Any) -> int | None:
    """`row` and `write` in one."""
    return write(session.connection(), row(**values))


def put_again(session: Session, *, person_id: int, kind: str, slot: datetime, **row: Any) -> None:
    """Write a text of ours, or queue the row that was withdrawn at this very slot."""
    if put(session, person_id=person_id, kind=kind, slot=slot, **row) is None:
        session.execute(
            update(Entry)
            .where(
                Entry.person_id == person_id,
                Entry.kind == kind,
                Entry.slot == slot,
                Entry.state == State.DROPPED,
            )
            .values(
                state=State.QUEUED,
                address_id=row["address_id"],
                channel=row["channel"],
                error="",
                settled_at=None,
            )
        )


def queue_answers(session: Session, attempts: Sequence[str], came: datetime, now: datetime) -> int:
    """What went another way, or was to, goes by the outbox: the answer to a text that came at `came`.

    Text by text, a moment apart, for several that are due at once go at once, in no order: in danger
    what to do comes first. How many there are; whoever was erased meanwhile has none, for the gate
    knows nobody to ask.
    """
    queued = 0
    for attempt in attempts:
        for kind, keeps in _KEEPS.items():
            rows = session.execute(
                update(Entry)
                .where(
                    Entry.attempt == attempt,
                    Entry.person_id.is_not(None),
                    Entry.kind == kind,
                    in_state(State.ANSWERED, State.SENDING),
                )
                .values(
                    state=State.QUEUED, not_before=now + PAUSE * queued, best_before=came + keeps
                )
                .returning(Entry.id)
            )
            queued += len(rows.all())
    return queued


def withdraw(
    session: Session,
    person_id: int,
    now: datetime,
    reason: str,
    kinds: Collection[str] = STARTED,
) -> int:
    """What is still queued for this person won't be sent; how many texts that were."""
    withdrawn = session.execute(
        update(Entry)
        .where(Entry.person_id == person_id, Entry.kind.in_(kinds), in_state(State.QUEUED))
        .values(state=State.DROPPED, error=reason, settled_at=now)
        .returning(Entry.id)
    )
    return len(withdrawn.all())


def call_off(session: Session, entry_id: int, now: datetime, reason: str) -> None:
    """One text, if it is still queued, isn't sent."""
    session.execute(
        update(Entry)
        .where(Entry.id == entry_id, in_state(State.QUEUED))
        .values(state=State.DROPPED, error=reason, settled_at=now)
    )


def withdraw_answers(session: Session, address_id: int, now: datetime, reason: str) -> None:
    """Answers still queued go to nobody who left meanwhile, but for what confirms that they did."""
    session.execute(
        update(Entry)
        .where(
            Entry.address_id == address_id,
            Entry.slot.is_(None),
            Entry.kind.in_(ANSWERS),
            Entry.key.not_in(TO_THE_GONE),
            in_state(State.QUEUED),
        )
        .values(state=State.DROPPED, error=reason, settled_at=now)
    )


def follow(session: Session, address: AddressRow) -> None:
    """What we start and nobody has taken for sending yet goes to this address of its person, worded anew."""
    session.execute(
        update(Entry)
        .where(
            Entry.person_id == address.person_id,
            Entry.kind.in_(STARTED),
            in_state(State.QUEUED),
        )
        .values(address_id=address.id, channel=address.channel, text="", segments=0)
    )
