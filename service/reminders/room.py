"""How many people each minute of the UTC hour reminds, since a sender can text only so many in one.

Sixty rows, so that finding room costs as little among ten million people as among ten. Who settles is
counted there; who left is found out by the hourly count, so that until then a minute seems fuller than
it is.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from math import ceil, gcd

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from service import hours
from service.reminders.rhythm import Rhythm
from service.store.base import Base
from service.store.tables import Minute, Person, Plan
from service.store.upsert import insert

HOUR = 60  # minutes
FULL = 0.9  # of what the sender can: snoozes, notices and answers come between
_MINUTE = Base.metadata.tables[Minute.__tablename__]
_NEW = insert(_MINUTE)
_FIRST = insert(_MINUTE).on_conflict_do_nothing()
_ADD = _NEW.on_conflict_do_update(
    index_elements=["minute"], set_={"people": _MINUTE.c.people + _NEW.excluded.people}
)
_SET = _NEW.on_conflict_do_update(index_elements=["minute"], set_={"people": _NEW.excluded.people})


def capacity(sender_rate: float) -> int:
    """How many people one minute may hold, at a segment each."""
    return max(1, min(int(HOUR * sender_rate), ceil(HOUR * sender_rate * FULL)))


def settle(
    session: Session, rhythm: Rhythm, before: Rhythm | None, now: datetime, sender_rate: float
) -> Rhythm:
    """This rhythm at the first minute with room, from its own on; its place there is counted.

    `before`: the rhythm whose place is given up. When all minutes are full it is the emptiest.
    """
    taken = _taken(session, now)
    taken.subtract(utc_minutes(before, now) if before else ())
    found = _roomy(taken, rhythm, now, sender_rate)
    _change(session, [found], [before] if before else [], now)
    return found


def settle_all(
    session: Session, rhythms: Sequence[Rhythm], now: datetime, sender_rate: float
) -> list[Rhythm]:
    """As `settle`, for one after the other of people who have had no place, at the cost of one."""
    taken = _taken(session, now)
    found: list[Rhythm] = []
    for rhythm in rhythms:
        found.append(_roomy(taken, rhythm, now, sender_rate))
        taken.update(utc_minutes(found[-1], now))
    _change(session, found, [], now)
    return found


def _roomy(taken: Counter[int], rhythm: Rhythm, now: datetime, sender_rate: float) -> Rhythm:
    on_the_hour = utc_minutes(rhythm.at_minute(0), now)

    def fullest(minute: int) -> int:
        return max(taken[(each + minute) % HOUR] for each in on_the_hour)

    minutes = [(rhythm.minute + later) % HOUR for later in range(HOUR)]
    enough = capacity(sender_rate)
    roomy = next((minute for minute in minutes if fullest(minute) < enough), None)
    return rhythm.at_minute(min(minutes, key=fullest) if roomy is None else roomy)


def utc_minutes(rhythm: Rhythm, now: datetime) -> set[int]:
    """The minutes of the UTC hour in which it may remind (some zones are 30 or 45 off).

    Every 30 minutes are two of them; every 90, too, though each in every other hour only.
    """
    return _utc_minutes(rhythm.zone, rhythm.minute, rhythm.every, now)


def _utc_minutes(zone: str, minute: int, every: int, now: datetime) -> set[int]:
    first = (minute - hours.offset(now, zone)) % HOUR
    return {(first + later) % HOUR for later in range(0, HOUR, gcd(every, HOUR))}


def count(session: Session, now: datetime) -> Sequence[int]:
    """How many active people each minute of the UTC hour really has."""
    people = (
        select(func.count())
        .where(Person.plan_id == Plan.id, Person.state == "active")
        .scalar_subquery()
    )
    rows = session.execute(
        select(Plan.zone, Plan.minute, Plan.every, people).where(
            Plan.zone != "", Plan.next_at.is_not(None)
        )
    )
    found: Counter[int] = Counter()
    for zone, first, every, many in rows:
        for minute in _utc_minutes(zone, first, every, now):
            found[minute] += many
    return [found[minute] for minute in range(HOUR)]


def note(session: Session, counted: Sequence[int]) -> None:
    """Go by this count from now on. Who settled since it was made isn't in it until the next."""
    session.execute(_SET, _rows(counted))


def joined(
    session: Session, rhythm: Rhythm | None, before: Sequence[Rhythm], now: datetime
) -> None:
    """Of several places only the one of this rhythm is still taken. Before the first count: of none."""
    if session.scalar(select(exists().where(Minute.people.is_not(None)))):
        _change(session, [rhythm] if rhythm else [], before, now)


def _rows(counted: Sequence[int]) -> list[dict[str, int]]:
    return [{"minute": minute, "people": people} for minute, people in enumerate(counted)]


def _taken(session: Session, now: datetime) -> Counter[int]:
    rows = session.execute(select(Minute.minute, Minute.people)).all()
    if not rows:  # never counted; of several who count at once the first is believed
        session.execute(_FIRST, _rows(count(session, now)))
        rows = session.execute(select(Minute.minute, Minute.people)).all()
    return Counter({row.minute: row.people for row in rows})


def _change(
    session: Session, come: Sequence[Rhythm], gone: Sequence[Rhythm], now: datetime
) -> None:
    change = Counter(minute for rhythm in come for minute in utc_minutes(rhythm, now))
    change.subtract(minute for rhythm in gone for minute in utc_minutes(rhythm, now))
    rows = [{"minute": minute, "people": by} for minute, by in sorted(change.items()) if by]
    if rows:
        session.execute(_ADD, rows)
