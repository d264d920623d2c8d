"""Between claim and send: the gate is asked again, and what has no words yet gets them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any, Protocol

from sqlalchemy import JSON, BigInteger, Integer, String, Update, bindparam, cast, update
from sqlalchemy.orm import Session

from service.envelopes import Address, Cold, Outgoing, Picture, State
from service.outbox.answers import edits_of
from service.outbox.budget import COUNTED, FREE
from service.outbox.claim import Claim
from service.outbox.claimed import ClaimedAddress, ClaimedEntry, rows_of
from service.outbox.entries import NUDGES, STARTED
from service.outbox.gate import BUDGET, may_send, settled_as
from service.outbox.windows import Window, look, marked
from service.rich import choices_of
from service.store.batch import batch, packed
from service.store.tables import ENTRY


class Wordless(Protocol):
    """A row without a text."""

    @property
    def id(self) -> int: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def slot(self) -> datetime | None: ...
    @property
    def key(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...


Composed = tuple[str, Mapping[str, Any], str, int]
# The catalogue key, parameters, text and segments of each row, by its id.
Compose = Callable[[Session, Sequence[Wordless], datetime], Mapping[int, Composed]]
# The picture that a row's parameters name.
Show = Callable[[Mapping[str, Any]], Picture | None]

LONGEST = timedelta(hours=10)  # that a provider keeps trying; Twilio's own limit
NO_WINDOWS: Mapping[str, Window] = {}
_Refused = tuple[ClaimedEntry, str]  # and why


def nothing(_params: Mapping[str, Any]) -> Picture | None:
    return None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One attempt, ready to be handed over."""

    entry_id: int
    kind: str
    outgoing: Outgoing
    attempts: int
    segments: int
    address_id: int
    claimed_at: datetime
    best_before: datetime | None

    @property
    def channel(self) -> str:
        return self.outgoing.address.channel

    @property
    def started(self) -> bool:
        """Did we start it, rather than answer a text?"""
        return self.kind in STARTED


def prepare(
    session: Session,
    claims: Sequence[Claim],
    now: datetime,
    *,
    quiet: tuple[time, time],
    budget: int | None,
    compose: Compose,
    show: Show = nothing,
    windows: Mapping[str, Window] = NO_WINDOWS,
) -> list[Parcel]:
    """What may go of the rows claimed; the others are settled with the reason why not.

    `quiet` as the gate takes it; `budget`: segments left for what we start, None without a limit;
    `compose` is given the rows without a text, `show` the parameters of a row; `windows`: of the
    channels that have one.
    """
    passed: list[tuple[ClaimedEntry, ClaimedAddress]] = []
    refused: list[_Refused] = []
    for entry, person, address, plan in rows_of(session, claims):
        refusal = may_send(entry, person, address, plan, now=now, quiet=quiet)
        if refusal is not None:
            refused.append((entry, refusal))
        elif address is not None:
            passed.append((entry, address))
    looked = look(session, passed, windows, now)
    refused += looked.refused
    claimed = {entry.id: entry for entry, _ in passed}
    passed = [(entry, address) for entry, address in passed if entry.id not in looked.shut_out]
    worded = _worded(session, [entry for entry, _ in passed if not entry.text], now, compose)
    passed = [
        (marked(worded.get(entry.id, entry), looked.cold.get(entry.id)), address)
        for entry, address in passed
    ]
    if budget is not None:
        passed, too_dear = _afforded(passed, budget)
        refused += too_dear
    _write_words(session, [entry for entry, _ in passed if entry is not claimed[entry.id]])
    _refuse(session, refused, now)
    return [
        _parcel(entry, address, looked.cold.get(entry.id), now, show) for entry, address in passed
    ]


def _afforded(
    passed: Sequence[tuple[ClaimedEntry, ClaimedAddress]], budget: int
) -> tuple[list[tuple[ClaimedEntry, ClaimedAddress]], list[_Refused]]:
    """What the segments left are enough for, and what they aren't; answers always go."""
    kept, too_dear = [], []
    for entry, address in passed:
        cost = _cost(entry, address) if entry.kind in STARTED and address.channel not in FREE else 0
        if cost > budget:
            too_dear.append((entry, BUDGET))
        else:
            budget -= cost
            kept.append((entry, address))
    return kept, too_dear


def _worded(
    session: Session, rows: Sequence[ClaimedEntry], now: datetime, compose: Compose
) -> Mapping[int, ClaimedEntry]:
    """The rows with what they will say, by their ids."""
    worded = {}
    composed = compose(session, rows, now) if rows else {}
    for row in rows:
        key, params, text, segments = composed[row.id]
        worded[row.id] = row._replace(key=key, params=params, text=text, segments=segments)
    return worded


def _write_words(session: Session, rows: Sequence[ClaimedEntry]) -> None:
    """Before any of it is sent."""
    if rows:
        written = [
            {"entry": row.id, "of_attempt": row.attempt, "new_key": row.key, "cost": row.segments}
            | {"new_params": json.dumps(dict(row.params)), "new_text": row.text}
            for row in rows
        ]
        session.connection().execute(_wording(session.get_bind().dialect.name), packed(written))


@cache
def _wording(dialect: str) -> Update:
    entry = ENTRY
    said = batch(
        dialect,
        entry=BigInteger,
        of_attempt=String,
        new_key=String,
        new_params=String,
        new_text=String,
        cost=Integer,
    )
    return (
        update(entry)
        .where(entry.c.id == said.c.entry, entry.c.attempt == said.c.of_attempt)
        .values(
            key=said.c.new_key,
            params=said.c.new_params if dialect == "sqlite" else cast(said.c.new_params, JSON),
            text=said.c.new_text,
            segments=said.c.cost,
        )
    )


def _refuse(session: Session, refused: Sequence[_Refused], now: datetime) -> None:
    if refused:
        settled = [
            {"entry": entry.id, "of_attempt": entry.attempt, "settled": now}
            | {"new_state": settled_as(why), "told": why}
            for entry, why in refused
        ]
        session.connection().execute(_refusing(), settled)


@cache
def _refusing() -> Update:
    entry = ENTRY
    return (
        update(entry)
        .where(
            entry.c.id == bindparam("entry"),
            entry.c.attempt == bindparam("of_attempt"),
            entry.c.state == State.SENDING,
        )
        .values(
            state=bindparam("new_state"), error=bindparam("told"), settled_at=bindparam("settled")
        )
    )


def _cost(entry: ClaimedEntry, address: ClaimedAddress) -> int:
    """Segments; a channel that bills none counts texts."""
    return 1 if address.channel in COUNTED else max(entry.segments, 1)


def _beside(params: Mapping[str, Any], show: Show) -> dict[str, Any]:
    return {"choices": choices_of(params), "picture": show(params), "edits": edits_of(params)}


def _parcel(
    entry: ClaimedEntry, address: ClaimedAddress, cold: Cold | None, now: datetime, show: Show
) -> Parcel:
    left = entry.best_before - now if entry.best_before else LONGEST
    return Parcel(
        entry_id=entry.id,
        kind=entry.kind,
        outgoing=Outgoing(
            attempt=entry.attempt,
            address=Address(address.channel, address.handle),
            text=entry.text,
            valid_for=min(left, LONGEST),
            started_at=entry.claimed_at,
            once=entry.kind in NUDGES,
            cold=cold,
            urgent=entry.kind == "emergency",
            **(_beside(entry.params, show) if entry.params else {}),  # by SMS most have none
        ),
        attempts=entry.attempts,
        segments=_cost(entry, address),
        address_id=address.id,
        claimed_at=entry.claimed_at,
        best_before=entry.best_before,
    )
