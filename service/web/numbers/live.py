"""How things stand at this moment, read from the outbox itself, each question bounded."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import product
from typing import Any

from sqlalchemy import Select, String, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from service.envelopes import State
from service.heartbeat import HEARTBEAT
from service.outbox import pace
from service.outbox.entries import KINDS
from service.store.base import Utc
from service.store.batch import batch, packed
from service.store.tables import Entry, Sender, Setting
from service.tallies.sent import PLACES

MOST = 2_000  # rows of one kind and channel that are counted
_DAY = timedelta(days=1)
_NOT_THERE = (State.FAILED, State.UNDELIVERED, State.LOST, State.EXPIRED)
_FAILED = (State.FAILED, State.UNDELIVERED)
_UNDER_WAY = (State.QUEUED, State.SENDING, State.DOUBTFUL)
_ERRORS = 8  # the commonest
_AGAIN = timedelta(hours=1)  # within which what failed for now is tried again


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
    """Why texts failed, in the channel's own words, which say what to do.

    `attempts`: the most that one of them has had; 0 where they aren't tried any more.
    """

    channel: str
    error: str
    texts: int
    attempts: int = 0


def queue(session: Session, now: datetime) -> Queue:
    places = [
        {"as_state": state, "of_kind": kind, "of_channel": channel}
        for state, kind, channel in product(_UNDER_WAY, KINDS, PLACES)
    ]
    asked = _queue(session.get_bind().dialect.name)
    rows = session.execute(asked, {**packed(places), "until": now}).all()
    waiting = [row for row in rows if row[0] == State.QUEUED and row[1]]
    sums = Counter[str]()
    for state, texts, _ in rows:
        sums[state] += texts
    return Queue(
        waiting=sums[State.QUEUED],
        more=any(texts == MOST for _, texts, _ in waiting),
        oldest=min((first for *_, first in waiting), default=None),
        sending=sums[State.SENDING],
        doubtful=sums[State.DOUBTFUL],
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


def retried(session: Session, now: datetime) -> Sequence[Fault]:
    """Why texts that wait have failed so far; of a great many, some thousands are looked at."""
    rows = session.execute(_tried(), {"until": now + _AGAIN, "most": MOST})
    return [Fault(*row) for row in rows]


@cache
def _queue(dialect: str) -> Select[*tuple[Any, ...]]:
    """Each kind and channel by itself: so each is one look into delivery's own index."""
    place = batch(dialect, as_state=String, of_kind=String, of_channel=String)
    there = (
        select(Entry.not_before)
        .where(
            Entry.state == place.c.as_state,
            Entry.kind == place.c.of_kind,
            Entry.channel == place.c.of_channel,
            Entry.not_before <= bindparam("until", type_=Utc),
        )
        .order_by(Entry.not_before)
        .correlate(place)
    )
    some = there.limit(MOST).subquery()
    counted = select(func.count()).select_from(some).correlate(place).scalar_subquery()
    return select(place.c.as_state, counted, there.limit(1).scalar_subquery())


@cache
def _tried() -> Select[*tuple[Any, ...]]:
    """Each kind and channel by itself, as in _queue."""
    first = [
        select(Entry.channel, Entry.error, Entry.attempts)
        .where(
            Entry.state == State.QUEUED,
            Entry.kind == kind,
            Entry.channel == channel,
            Entry.not_before <= bindparam("until", type_=Utc),
        )
        .order_by(Entry.not_before)
        .limit(bindparam("most"))
        .subquery()
        for kind, channel in product(KINDS, PLACES)
    ]
    waiting = union_all(*(select(each) for each in first)).subquery()
    channel, error, attempts = waiting.c
    count = func.count()
    return (
        select(channel, error, count, func.max(attempts))
        .where(error != "")
        .group_by(channel, error)
        .order_by(count.desc(), channel, error)
        .limit(_ERRORS)
    )


def _lately() -> Select[*tuple[Any, ...]]:
    return (
        select(Entry.channel, Entry.error)
        .where(
            Entry.state.in_(bindparam("states", expanding=True, type_=String)),
            Entry.kind.in_(bindparam("kinds", expanding=True, type_=String)),
            Entry.channel.in_(PLACES),
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
