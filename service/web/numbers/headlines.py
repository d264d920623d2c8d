"""What an operator sees first: what needs doing, and today in a few numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.settings import Settings
from service.conversation import signing_up
from service.store.tally_tables import Census
from service.web.health import SILENT
from service.web.numbers import live, money
from service.web.numbers.history import History, Table
from service.web.numbers.period import Period

UNKNOWN = "UNKNOWN"  # the topic of what wasn't understood
SLOW = timedelta(minutes=2)  # a text that waits longer is late
_MANY = 0.05  # of what should have gone: failing or expiring so often isn't chance
_TWICE = 2  # attempts that failed aren't chance any more
_FEW = 20  # texts of which a share says little


@dataclass(frozen=True, slots=True)
class Concern:
    """Something to do; the words are the page's, by `about`."""

    about: str
    grave: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Headlines:
    concerns: Sequence[Concern]
    people: Mapping[str, int]
    reminders: Mapping[str, int]  # of the last 24 hours, by outcome
    replies: Mapping[str, int]
    emergencies: Mapping[str, int]
    received: int  # texts of the last 24 hours
    unread: int  # that weren't understood, of these
    queue: live.Queue
    beat: datetime | None
    month: money.Month
    faults: Sequence[live.Fault]
    retried: Sequence[live.Fault]


def headlines(session: Session, settings: Settings, now: datetime) -> Headlines:
    day = History(session, Period.last(1, now))
    received = {str(row[0]): int(row[1]) for row in day.keywords().rows}
    seen = Headlines(
        concerns=(),
        people=_people(session),
        reminders=_of(day.reminders()),
        replies=_of(day.replies()),
        emergencies=_of(day.emergencies()),
        received=sum(received.values()),
        unread=received.get(UNKNOWN, 0),
        queue=live.queue(session, now),
        beat=live.heartbeat(session),
        month=money.month(session, settings, now),
        faults=live.faults(session, now),
        retried=live.retried(session, now),
    )
    concerns = [*_urgent(session, seen, now), *_lesser(session, seen, now)]
    if signing_up.texts_this_hour(session, now) >= settings.join_limit:
        concerns.append(Concern("join", facts={"texts": settings.join_limit}))
    return Headlines(
        **{name: getattr(seen, name) for name in Headlines.__slots__ if name != "concerns"},
        concerns=concerns,
    )


def _urgent(session: Session, seen: Headlines, now: datetime) -> Iterator[Concern]:
    unreached = live.unreached(session, now)
    if unreached:
        yield Concern("emergency", True, {"texts": unreached, "more": unreached >= live.MOST})
    if seen.beat is None or abs(now - seen.beat) > SILENT:
        yield Concern("clock", True, {"beat": seen.beat})
    again = [fault for fault in seen.retried if fault.attempts >= _TWICE]
    if again:
        yield Concern("retried", True, {"texts": sum(fault.texts for fault in again)})
    elif seen.queue.oldest is not None and now - seen.queue.oldest > SLOW:
        yield Concern("queue", True, {"waits": now - seen.queue.oldest})
    if seen.month.budget and seen.month.segments >= seen.month.budget:
        yield Concern("spent", True)


def _lesser(session: Session, seen: Headlines, now: datetime) -> Iterator[Concern]:
    for sender in live.resting(session, now):
        facts = {"name": sender.name, "until": sender.paused_until, "faults": sender.faults}
        yield Concern("rest", facts=facts)
    if seen.month.close and seen.month.segments < seen.month.budget:
        yield Concern("budget")
    for outcome in ("failed", "expired"):
        ended, share = _share(seen.reminders, outcome)
        if ended and share >= _MANY:
            yield Concern(outcome, facts={"texts": ended, "percent": round(100 * share)})


def _share(outcomes: Mapping[str, int], outcome: str) -> tuple[int, float]:
    over = sum(outcomes[name] for name in ("sent", "delivered", "failed", "expired"))
    return (outcomes[outcome], outcomes[outcome] / over) if over >= _FEW else (0, 0.0)


def _people(session: Session) -> Mapping[str, int]:
    """By state, as last counted."""
    newest = select(func.max(Census.day)).scalar_subquery()
    rows = session.execute(
        select(Census.state, func.sum(Census.people))
        .where(Census.day == newest)
        .group_by(Census.state)
    )
    return {row[0]: row[1] for row in rows}


def _of(table: Table) -> Mapping[str, int]:
    return dict(table.totals)
