"""What we say unasked, put into words when the row is claimed. A reminder is one stretch in one segment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BigInteger, Select, String, bindparam, cast, extract, func, select
from sqlalchemy.orm import Session

from messages import render, rotation
from messages.catalogue import DEFAULT, Catalogue, Stretch
from service import hours
from service.outbox.prepare import Composed, Wordless
from service.reminders import plans, schedule
from service.reminders.rhythm import Rhythm
from service.rich import SMS, Showcase
from service.store.base import Utc
from service.store.tables import AddressRow, Entry, Person, Plan

MEMORY = timedelta(days=7)  # longer than three working days and a weekend
_MOVES = ("reminder", "snooze")
_KINDS = ("reminder", "snooze", "reply")  # a reply to STRETCH is a move, too


_ASKED = ("id", "language", "country", "zone", "plan_id", "agreed", "seated", "discreet",
          "left_out", "gentle_until", "pictures")  # fmt: skip
_RHYTHM = ("zone", "days", "hours", "lunch", "every", "minute", "holidays", "own")


@dataclass(slots=True)
class Past:
    """What somebody got lately: (local day, stretch id), oldest first, and the days with a reminder."""

    moves: list[tuple[date, str]] = field(default_factory=list)
    reminded: set[date] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Moves:
    """The moves of a language as texts, each with its segments: alone, and as the day's first."""

    all: tuple[Stretch, ...]
    short: tuple[Stretch, ...]  # those that fit one segment as the day's first
    alone: Mapping[str, tuple[str, int]]
    first: Mapping[str, tuple[str, int]]


def compose(
    showcase: Showcase, session: Session, rows: Sequence[Wordless], now: datetime
) -> dict[int, Composed]:
    """The text of each claimed row that has none, by entry id. Asks for everybody's past at once."""
    catalogue = showcase.catalogue
    wanted = [row.person_id for row in rows if row.person_id is not None]
    people: dict[int, Any] = {  # rows of columns: whole people would cost more than their texts
        row.id: row for row in session.execute(_people(), {"ids": list(set(wanted))})
    }
    pasts = _pasts(session, catalogue, people, now)
    handles = _handles(showcase, session, rows, people)
    composed = {}
    for row in rows:
        person, handle = people[row.person_id or 0], handles.get(row.id, "")
        if row.key and row.kind not in _MOVES:
            composed[row.id] = _notice(showcase, person, row, handle)
        else:
            rhythm = _rhythm(*person[-len(_RHYTHM) :]) if person.plan_id is not None else None
            composed[row.id] = _reminder(
                showcase, person, row, rhythm, pasts[person.id], row.slot or now, handle
            )
    return composed


def choose(session: Session, catalogue: Catalogue, person: Person, now: datetime) -> Stretch:
    """A stretch for somebody who asks for one now."""
    past = _pasts(session, catalogue, {person.id: person}, now)[person.id]
    rhythm = plans.rhythm_of(session, person) if person.plan_id is not None else None
    return _pick(_moves(catalogue, person.language), person, rhythm, past, now, first=False)


def _notice(showcase: Showcase, person: Person, row: Wordless, handle: str) -> Composed:
    catalogue, filled = showcase.catalogue, dict(row.params)
    if "CHANNEL" in filled:
        filled["CHANNEL"] = catalogue.channel(filled["CHANNEL"], person.language, filled["ENDS"])
    text = catalogue.say(row.key, person.language, person.country, **filled)
    beside = _beside(showcase, person, row, row.key, handle)
    return row.key, {**row.params, **beside}, text, render.segments(text).count


def _beside(
    showcase: Showcase, person: Person, row: Wordless, key: str, handle: str
) -> dict[str, Any]:
    return showcase.beside(
        key,
        person.language,
        channel=row.channel,
        handle=handle,
        wanted=person.pictures,
        unasked=True,
    )


def _reminder(
    showcase: Showcase,
    person: Person,
    row: Wordless,
    rhythm: Rhythm | None,
    past: Past,
    moment: datetime,
    handle: str,
) -> Composed:
    moves = _moves(showcase.catalogue, person.language)
    first = hours.local(moment, person.zone).date() not in past.reminded
    move = _pick(moves, person, rhythm, past, moment, first=first)
    text, count = moves.alone[move.id]
    if first and moves.first[move.id][1] == 1:
        text, count = moves.first[move.id]
    beside = _beside(showcase, person, row, move.id, handle)
    return move.id, beside, text, showcase.cost(row.channel, beside, count)


@lru_cache(maxsize=64)
def _moves(catalogue: Catalogue, language: str) -> _Moves:
    """The day's first reminder also says how to answer it."""
    moves = catalogue.stretches(language)
    hint = catalogue.say("FIRST_DAY", language)
    alone = {
        move.id: f"{catalogue.programme}: {catalogue.say(move.id, language)}" for move in moves
    }
    first = {key: f"{text} {hint}" for key, text in alone.items()}
    counts = {key: render.segments(text).count for key, text in first.items()}
    return _Moves(
        all=moves,
        short=tuple(move for move in moves if counts[move.id] == 1),
        alone={key: (text, render.segments(text).count) for key, text in alone.items()},
        first={key: (text, counts[key]) for key, text in first.items()},
    )


def _pick(
    moves: _Moves,
    person: Person,
    rhythm: Rhythm | None,
    past: Past,
    moment: datetime,
    *,
    first: bool,
) -> Stretch:
    today = hours.local(moment, person.zone or "UTC").date()
    slots = _slots(rhythm, today) if rhythm is not None else ()
    return rotation.pick(
        moves.all,
        past.moves,
        today,
        person.id,
        place=0 if first else max(1, sum(slot < moment for slot in slots)),
        of=len(slots) or person.agreed,
        seated=person.seated,
        discreet=person.discreet,
        left_out=frozenset(person.left_out),
        among=moves.short if first else (),
        gentle=person.gentle_until is not None and person.gentle_until > moment,
    )


@cache
def _people() -> Select[Any]:
    """People, and behind their columns those of their plans."""
    asked = [getattr(Person, name) for name in _ASKED]
    rhythm = [getattr(Plan, name).label(f"plan_{name}") for name in _RHYTHM]
    return (
        select(*asked, *rhythm)
        .outerjoin(Plan, Plan.id == Person.plan_id)
        .where(Person.id.in_(bindparam("ids", expanding=True)))
    )


def _handles(
    showcase: Showcase, session: Session, rows: Sequence[Wordless], people: Mapping[int, Any]
) -> Mapping[int, str]:
    """By row, where the number decides whether a picture goes along: few want to have them by SMS."""
    wanted = [
        row.id
        for row in rows
        if showcase.mms and row.channel == SMS and people[row.person_id or 0].pictures
    ]
    if not wanted:
        return {}
    asked = (
        select(Entry.id, AddressRow.handle)
        .join(AddressRow, AddressRow.id == Entry.address_id)
        .where(Entry.id.in_(wanted))
    )
    return {row.id: row.handle for row in session.execute(asked)}


# Many people share a plan, and all of a plan's people are due in the same minute.


@lru_cache(maxsize=4096)
def _rhythm(*columns: Any) -> Rhythm:
    return Rhythm.from_columns(**dict(zip(_RHYTHM, columns, strict=True)))


@lru_cache(maxsize=4096)
def _slots(rhythm: Rhythm, day: date) -> tuple[datetime, ...]:
    return schedule.slots_on(rhythm, day)


def _pasts(
    session: Session, catalogue: Catalogue, people: Mapping[int, Person], now: datetime
) -> defaultdict[int, Past]:
    known = _moves(catalogue, DEFAULT).alone
    pasts: defaultdict[int, Past] = defaultdict(Past)
    given = {"ids": list(people), "since": now - MEMORY}
    for person_id, told in session.execute(_past(), given):
        past, zone = pasts[person_id], people[person_id].zone or "UTC"
        for line in sorted(told.split(",") if told else ()):
            day, key, reminder = _line(line, zone)
            if key in known:
                past.moves.append((day, key))
                if reminder:
                    past.reminded.add(day)
    return pasts


@cache
def _past() -> Select[int, str | None]:
    """A line of text for each person: as rows of their own a week's moves would cost ten times that.

    Asked of each person by itself, so that PostgreSQL can't choose to go through everybody's rows.
    """
    moment = func.coalesce(Entry.slot, Entry.created_at, type_=Utc)
    since_1970 = cast(cast(extract("epoch", moment), BigInteger), String)
    line = since_1970 + "@" + Entry.kind + "@" + Entry.key
    told = (
        select(func.aggregate_strings(line, ","))
        .where(
            Entry.person_id == Person.id,
            func.coalesce(Entry.kind, "").in_(_KINDS),  # else it looks once for each
            Entry.created_at >= bindparam("since", type_=Utc),
            Entry.state.not_in(("dropped", "expired")),
        )
        .scalar_subquery()
    )
    return select(Person.id, told).where(Person.id.in_(bindparam("ids", expanding=True)))


@lru_cache(maxsize=1 << 15)
def _line(line: str, zone: str) -> tuple[date, str, bool]:
    since_1970, kind, key = line.split("@")
    moment = datetime.fromtimestamp(int(since_1970), UTC)
    return hours.local(moment, zone).date(), key, kind != "reply"
