"""The outbox by the hour. States move for hours after a text went, so an hour is counted anew, more
and more seldom, until it closes; from then on its count stays, whatever the retention removes.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Update,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from service import hours
from service.envelopes import CHANNELS, State
from service.store.base import Utc
from service.store.tables import Entry, Person
from service.store.tally_tables import HourTally, LocalTally, SentTally
from service.store.turns import take_turn
from service.store.upsert import Insert, insert
from service.tallies.sums import Key, add, hour_of, rows_of, table_of

HOUR = timedelta(hours=1)
OPEN = timedelta(hours=48)  # after its end: a provider reports for hours, a look-up takes minutes
_LEAST = timedelta(seconds=50)  # between two counts of an hour
_SHARE = 20  # an hour is counted again when it is this much older than at its last count
_LOCAL = timedelta(hours=3)  # after its end, most reminders are known to have gone or not
_AHEAD = timedelta(minutes=2)  # a count from further ahead is of a clock that was set back
# With the rows of a time without channels: the index that finds an hour begins with state, kind and channel.
PLACES = ("", *CHANNELS)
WENT = (State.SENT, State.DELIVERED)
REMINDER = "reminder"  # the kind


@dataclass(frozen=True, slots=True)
class Hour:
    """One that must be counted."""

    hour: datetime
    closes: bool  # this count is the last
    localises: bool


@dataclass(frozen=True, slots=True)
class Counted:
    hours: Sequence[Hour]
    texts: Mapping[Key, int]
    segments: Mapping[Key, int]  # of answers
    local: Mapping[Key, int]


def due(session: Session, since: datetime, now: datetime) -> Sequence[Hour]:
    """Hours from `since` on that must be counted, newest first."""
    since = max(since, _first(session, now))
    kept = {
        row.hour: row
        for row in session.execute(select(*table_of(HourTally).c).where(HourTally.hour >= since))
    }
    found = []
    hour = hour_of(now)
    while hour >= since:
        row = kept.get(hour)
        over = now - hour - HOUR
        closes, local = over >= OPEN, over >= _LOCAL
        localised = row is not None and row.localised
        if row is None or _again(row, now):
            found.append(Hour(hour, closes, local and not localised))
        hour -= HOUR
    return found


def _first(session: Session, now: datetime) -> datetime:
    """The hour in which the history begins, about: ids rise with time."""
    began = session.scalar(select(Entry.created_at).order_by(Entry.id).limit(1))
    return hour_of(min(began or now, now))


def _again(row: Any, now: datetime) -> bool:
    if row.counted_at > now + _AHEAD:
        return True
    waits = max(_LEAST, (now - row.hour) / _SHARE)
    return not row.closed and now - row.counted_at >= waits


def in_runs(due: Sequence[Hour], most: int) -> Iterator[Sequence[Hour]]:
    """Hours one after the other, which are counted at once: up to `most` of them."""
    run: list[Hour] = []
    for hour in due:
        if run and (len(run) == most or run[-1].hour - hour.hour != HOUR):
            yield run
            run = []
        run.append(hour)
    if run:
        yield run


def count(
    session: Session, run: Sequence[Hour], started: Collection[str], answers: Collection[str]
) -> Counted:
    """Count the texts of a run of hours, all found by the index that delivery uses.

    Segments stand in no index, so that only answers are looked up for them.
    """
    dialect = session.get_bind().dialect.name
    found = {"since": run[-1].hour, "until": run[0].hour + HOUR, "channels": PLACES}
    given = {**found, "states": list(State)}
    rows = session.execute(_by_hour(dialect), {**given, "kinds": list(started)}).all()
    costly = session.execute(_by_cost(dialect), {**given, "kinds": list(answers)}).all()
    texts = {tuple(row[:4]): row[4] for row in (*rows, *costly)}
    segments = {tuple(row[:4]): row[5] for row in costly}
    local: Counter[Key] = Counter()
    wanted = {each.hour for each in run if each.localises}
    if wanted:
        given = {**found, "states": WENT, "kinds": (REMINDER,)}
        for hour, slot, zone, reminders in session.execute(_by_zone(dialect), given):
            if hour in wanted:
                moment = hours.local(slot, zone or "UTC")
                local[hour, moment.weekday(), moment.hour] += reminders
    return Counted(run, texts, segments, local)


def write(session: Session, counted: Counted, now: datetime) -> None:
    """Put these counts in the place of what was there. Counting again changes nothing."""
    take_turn(session, "tallies")
    connection = session.connection()
    each_hour = [{"of_hour": each.hour} for each in counted.hours]
    localised = [{"of_hour": each.hour} for each in counted.hours if each.localises]
    connection.execute(_forget(), each_hour)
    for name, counts in (("texts", counted.texts), ("segments", counted.segments)):
        if counts:
            connection.execute(_put(name), rows_of(SentTally, name, counts))
    connection.execute(_sweep(), each_hour)
    if localised:
        connection.execute(_forget_local(), localised)
        add(session, LocalTally, "reminders", counted.local)
    noted = [
        {"hour": each.hour, "counted_at": now, "closed": each.closes, "localised": each.localises}
        for each in counted.hours
    ]
    connection.execute(_note(), noted)


def keep(session: Session, person_id: int, now: datetime) -> None:
    """Before a person's texts are erased: in hours that are still counted they go on counting."""
    since = hour_of(now - OPEN - HOUR)
    tally = table_of(HourTally)
    done = set(session.scalars(select(tally.c.hour).where(tally.c.hour >= since, tally.c.closed)))
    rows = session.execute(
        select(Entry.not_before, Entry.channel, Entry.kind, Entry.state, Entry.segments).where(
            Entry.person_id == person_id, Entry.not_before >= since
        )
    )
    counted, segments = Counter[Key](), Counter[Key]()
    for at, *rest, cost in rows:
        key = (hour_of(at), *rest)
        if key[0] not in done:
            counted[key] += 1
            segments[key] += cost
    add(session, SentTally, "erased", counted)
    add(session, SentTally, "erased_segments", segments)
    again = tally.update().where(tally.c.hour.in_({key[0] for key in counted}))
    session.execute(
        again.values(counted_at=since - OPEN)
    )  # it counted them, and must do so no more


@cache
def _by_hour(dialect: str) -> Select[*tuple[Any, ...]]:
    by = (_hour(dialect), Entry.channel, Entry.kind, Entry.state)
    return select(*by, func.count()).where(*_found()).group_by(*by)


@cache
def _by_cost(dialect: str) -> Select[*tuple[Any, ...]]:
    return _by_hour(dialect).add_columns(func.sum(Entry.segments))


@cache
def _by_zone(dialect: str) -> Select[*tuple[Any, ...]]:
    by = (_hour(dialect), Entry.slot, Person.zone)
    return (
        select(*by, func.count())
        .join(Person, Person.id == Entry.person_id)
        .where(*_found(), Entry.slot.is_not(None))
        .group_by(*by)
    )


def _hour(dialect: str) -> ColumnElement[datetime]:
    if dialect == "postgresql":
        return func.date_trunc(literal_column("'hour'"), Entry.not_before, type_=Utc)
    form: ColumnElement[str] = literal_column("'%Y-%m-%d %H:00:00.000000'")
    return func.strftime(form, Entry.not_before, type_=Utc)


def _found() -> Sequence[Any]:
    return (
        Entry.state.in_(bindparam("states", expanding=True, type_=String)),
        Entry.kind.in_(bindparam("kinds", expanding=True, type_=String)),
        Entry.channel.in_(bindparam("channels", expanding=True, type_=String)),
        Entry.not_before >= bindparam("since", type_=Utc),
        Entry.not_before < bindparam("until", type_=Utc),
    )


@cache
def _forget() -> Update:
    return update(table_of(SentTally)).where(_this(SentTally)).values(texts=0, segments=0)


@cache
def _sweep() -> Any:
    table = table_of(SentTally)
    return delete(table).where(_this(SentTally), table.c.texts == 0, table.c.erased == 0)


@cache
def _forget_local() -> Update:
    return update(table_of(LocalTally)).where(_this(LocalTally)).values(reminders=0)


def _this(model: Any) -> Any:
    return table_of(model).c.hour == bindparam("of_hour", type_=Utc)


@cache
def _put(column: str) -> Insert:
    new = insert(table_of(SentTally))
    key = [each.name for each in table_of(SentTally).primary_key]
    return new.on_conflict_do_update(index_elements=key, set_={column: new.excluded[column]})


@cache
def _note() -> Insert:
    """What was in tally_local once stays noted."""
    table, new = table_of(HourTally), insert(table_of(HourTally))
    return new.on_conflict_do_update(
        index_elements=["hour"],
        set_={
            "counted_at": new.excluded.counted_at,
            "closed": new.excluded.closed,
            "localised": table.c.localised | new.excluded.localised,
        },
    )
