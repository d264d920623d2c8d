"""How things stand at this moment, read from the outbox itself, each question bounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, String, bindparam, func, select
from sqlalchemy.orm import Session

from service.envelopes import State
from service.heartbeat import HEARTBEAT
from service.outbox import pace
from service.outbox.entries import KINDS
from service.store.base import Utc
from service.store.tables import Entry, Sender, Setting
from service.tallies.sent import CHANNELS

MOST = 2_000  # rows of one kind and channel that are counted
_DAY = timedelta(days=1)
_NOT_THERE = (State.FAILED, State.UNDELIVERED, State.LOST, State.EXPIRED)
_FAILED = (State.FAILED, State.UNDELIVERED)
_ERRORS = 8  # the commonest


@dataclass(frozen=True, slots=True)
class Queue:
    """What may go now; `more`: there are at least so many."""

    waiting: int
    more: bool
    oldest: datetime | None
    sending: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why texts failed, in the channel's own words, which say what to do."""

    channel: str
    error: str
    texts: int


def queue(session: Session, now: datetime) -> Queue:
    row = session.execute(_queue(), {"now": now}).one()
    places = len(KINDS) * len(CHANNELS)
    parts = [row[first : first + places] for first in range(0, len(row), places)]
    waiting, sending, doubtful, oldest = parts
    moments = [moment for moment in oldest if moment is not None]
    return Queue(
        waiting=sum(waiting),
        more=MOST in waiting,
        oldest=min(moments, default=None),
        sending=sum(sending),
        doubtful=sum(doubtful),
    )


def heartbeat(session: Session) -> datetime | None:
    """When the clock last ticked."""
    beat = session.get(Setting, HEARTBEAT)
    return datetime.fromisoformat(beat.value) if beat else None


def resting(session: Session, now: datetime) -> Sequence[Sender]:
    """Senders that hold back after a fault."""
    senders = session.scalars(select(Sender).order_by(Sender.name))
    return [sender for sender in senders if sender.faults and pace.resting(sender, now)]


def unreached(session: Session, now: datetime) -> int:
    """Emergency answers of the last day that didn't arrive."""
    given = {"since": now - _DAY, "states": _NOT_THERE, "kinds": ("emergency",), "most": MOST}
    return session.scalar(select(func.count()).select_from(_lately().subquery()), given) or 0


def faults(session: Session, now: datetime) -> Sequence[Fault]:
    """Why texts of the last day failed; of a great many, some thousands are looked at."""
    given = {"since": now - _DAY, "states": _FAILED, "kinds": KINDS, "most": MOST}
    rows = session.execute(_reasons(), given)
    return [Fault(channel, error, texts) for channel, error, texts in rows]


@cache
def _queue() -> Select[*tuple[Any, ...]]:
    """Each kind and channel by itself: so each is one look into delivery's own index."""
    places = [(kind, channel) for kind in KINDS for channel in CHANNELS]
    waiting = [_there(State.QUEUED, *place).where(_due()) for place in places]
    sending = [_there(State.SENDING, *place) for place in places]
    doubtful = [_there(State.DOUBTFUL, *place) for place in places]
    counts = [
        select(func.count()).select_from(each.limit(MOST).subquery()).scalar_subquery()
        for each in (*waiting, *sending, *doubtful)
    ]
    oldest = [
        each.with_only_columns(Entry.not_before)
        .order_by(Entry.not_before)
        .limit(1)
        .scalar_subquery()
        for each in waiting
    ]
    return select(*counts, *oldest)


def _there(state: State, kind: str, channel: str) -> Select[int]:
    return select(Entry.id).where(
        Entry.state == state, Entry.kind == kind, Entry.channel == channel
    )


def _due() -> Any:
    return Entry.not_before <= bindparam("now", type_=Utc)


def _lately() -> Select[*tuple[Any, ...]]:
    return (
        select(Entry.channel, Entry.error)
        .where(
            Entry.state.in_(bindparam("states", expanding=True, type_=String)),
            Entry.kind.in_(bindparam("kinds", expanding=True, type_=String)),
            Entry.channel.in_(CHANNELS),
            Entry.not_before >= bindparam("since", type_=Utc),
        )
        .limit(bindparam("most"))
    )


@cache
def _reasons() -> Select[*tuple[Any, ...]]:
    lately = _lately().subquery()
    count = func.count()
    return (
        select(lately.c.channel, lately.c.error, count)
        .group_by(lately.c.channel, lately.c.error)
        .order_by(count.desc(), lately.c.channel, lately.c.error)
        .limit(_ERRORS)
    )
