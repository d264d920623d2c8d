"""What becomes of counts: after a week a day's hours become one row, after a year and some weeks it goes."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from service.store import facts
from service.store.base import Base
from service.store.tables import Setting
from service.store.tally_tables import (
    Census,
    ConsentTally,
    HourTally,
    LocalTally,
    ReceivedTally,
    SentTally,
)
from service.store.turns import take_turn
from service.tallies.sums import Key, add, table_of

BY_HOUR = timedelta(days=8)  # for as long an hour can be told from the next one
KEPT = timedelta(days=400)  # to compare a month with the same one of the year before
_SLACK = timedelta(hours=1)  # clocks of two machines differ
_MARK = "tally.days"
SUMMED: tuple[type[Base], ...] = (SentTally, ReceivedTally, LocalTally, ConsentTally)


def next_day(session: Session, since: datetime, now: datetime) -> date | None:
    """The next day whose hours, all of them closed, become one row."""
    kept = session.get(Setting, _MARK)
    day = since.date()
    if kept is not None:
        day = max(day, date.fromisoformat(kept.value) + timedelta(days=1))
    return day if _began(day) + timedelta(days=1) <= now - BY_HOUR else None


def too_early(session: Session, now: datetime) -> bool:
    """Was a day summed up by a clock that was set back since, by days?"""
    kept = session.get(Setting, _MARK)
    if kept is None:
        return False
    return _began(date.fromisoformat(kept.value)) + timedelta(days=1) > now - BY_HOUR + _SLACK


def undo(session: Session, now: datetime) -> None:
    """What was summed up too early is counted anew from the outbox."""
    take_turn(session, "tallies")
    day = (now - BY_HOUR).date()
    hours, texts, local = map(table_of, (HourTally, SentTally, LocalTally))
    session.execute(delete(hours).where(hours.c.hour >= _began(day)))
    since = texts.c.hour >= _began(day)
    session.execute(delete(texts).where(since, texts.c.erased == 0))
    session.execute(update(texts).where(since).values(texts=0, segments=0))
    session.execute(update(local).where(local.c.hour >= _began(day)).values(reminders=0))
    facts.note(session, _MARK, (day - timedelta(days=1)).isoformat())


def sum_up(session: Session, model: type[Base], day: date) -> None:
    """One table's, into the row of the day's first hour. Again, it changes nothing."""
    take_turn(session, "tallies")
    table, began = table_of(model), _began(day)
    key = [each.name for each in table.primary_key]
    counts = [each.name for each in table.c if not each.primary_key]
    summed: dict[str, Counter[Key]] = {name: Counter() for name in counts}
    for row in session.execute(select(table).where(_later(table, began))).mappings():
        for name in counts:
            summed[name][began, *(row[part] for part in key[1:])] += row[name]
    session.execute(delete(table).where(_later(table, began)))
    for name in counts:
        add(session, model, name, summed[name])


def summed_up(session: Session, day: date) -> None:
    """All of its tables are."""
    facts.note(session, _MARK, day.isoformat())


def _later(table: Any, began: datetime) -> ColumnElement[bool]:
    """The day's hours but for its first."""
    return and_(table.c.hour > began, table.c.hour < began + timedelta(days=1))


def _began(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def purge(session: Session, now: datetime) -> None:
    before = now - KEPT
    models: tuple[type[Base], ...] = (HourTally, *SUMMED)
    for model in models:
        table = table_of(model)
        session.execute(delete(table).where(table.c.hour < before))
    table = table_of(Census)
    session.execute(delete(table).where(table.c.day < before.astimezone(UTC).date()))
