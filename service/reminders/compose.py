"""What we say unasked, put into words when the row is claimed. A reminder is one stretch in one segment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from messages import render, rotation
from messages.catalogue import Catalogue, Stretch
from service import hours
from service.reminders import plans, schedule
from service.store.tables import Entry, Person

MEMORY = timedelta(days=7)  # longer than three working days and a weekend

Composed = tuple[str, Mapping[str, Any], str, int]  # key, parameters, text, segments


@dataclass(slots=True)
class Past:
    """What somebody got lately: (local day, stretch id), oldest first, and the days with a reminder."""

    moves: list[tuple[date, str]] = field(default_factory=list)
    reminded: set[date] = field(default_factory=set)


def compose(
    catalogue: Catalogue, session: Session, rows: Sequence[Entry], now: datetime
) -> dict[int, Composed]:
    """The text of each claimed row that has none, by entry id. Asks for everybody's past at once."""
    wanted = [row.person_id for row in rows if row.person_id is not None]
    people = {
        person.id: person for person in session.scalars(select(Person).where(Person.id.in_(wanted)))
    }
    pasts = _pasts(session, catalogue, people, now)
    composed = {}
    for row in rows:
        person = people[row.person_id or 0]
        if row.kind == "notice":
            composed[row.id] = _notice(catalogue, person, row)
        else:
            composed[row.id] = _reminder(
                session, catalogue, person, pasts[person.id], row.slot or now
            )
    return composed


def choose(session: Session, catalogue: Catalogue, person: Person, now: datetime) -> Stretch:
    """A stretch for somebody who asks for one now."""
    past = _pasts(session, catalogue, {person.id: person}, now)[person.id]
    return _pick(session, catalogue, person, past, now, first=False)


def _notice(catalogue: Catalogue, person: Person, row: Entry) -> Composed:
    text = catalogue.say(row.key, person.language, person.country, **row.params)
    return row.key, row.params, text, render.segments(text).count


def _reminder(
    session: Session, catalogue: Catalogue, person: Person, past: Past, moment: datetime
) -> Composed:
    first = hours.local(moment, person.zone).date() not in past.reminded
    move = _pick(session, catalogue, person, past, moment, first=first)
    opened = first and _fits_first(catalogue, person, move)
    text = (_opened if opened else _prefixed)(catalogue, person, move)
    return move.id, {}, text, render.segments(text).count


def _prefixed(catalogue: Catalogue, person: Person, move: Stretch) -> str:
    return f"{catalogue.programme}: {catalogue.say(move.id, person.language)}"


def _opened(catalogue: Catalogue, person: Person, move: Stretch) -> str:
    """The day's first reminder also says how to answer it."""
    hint = catalogue.say("FIRST_DAY", person.language)
    return f"{_prefixed(catalogue, person, move)} {hint}"


def _fits_first(catalogue: Catalogue, person: Person, move: Stretch) -> bool:
    return render.segments(_opened(catalogue, person, move)).count == 1


def _pick(
    session: Session,
    catalogue: Catalogue,
    person: Person,
    past: Past,
    moment: datetime,
    *,
    first: bool,
) -> Stretch:
    today = hours.local(moment, person.zone or "UTC").date()
    slots: Sequence[datetime] = ()
    if person.plan_id is not None:
        slots = schedule.slots_on(plans.rhythm_of(session, person), today)
    moves = catalogue.stretches(person.language)
    return rotation.pick(
        moves,
        past.moves,
        today,
        person.id,
        place=0 if first else max(1, sum(slot < moment for slot in slots)),
        of=len(slots) or person.agreed,
        seated=person.seated,
        discreet=person.discreet,
        left_out=frozenset(person.left_out),
        among=[move for move in moves if _fits_first(catalogue, person, move)] if first else (),
        gentle=person.gentle_until is not None and person.gentle_until > moment,
    )


def _pasts(
    session: Session, catalogue: Catalogue, people: Mapping[int, Person], now: datetime
) -> defaultdict[int, Past]:
    rows = session.execute(
        select(Entry.person_id, Entry.kind, Entry.created_at, Entry.slot, Entry.key)
        .where(
            Entry.person_id.in_(people),
            Entry.kind.in_(("reminder", "snooze", "reply")),  # a reply to STRETCH is one, too
            Entry.created_at >= now - MEMORY,
            Entry.key.in_([move.id for move in catalogue.stretches()]),
            Entry.state.not_in(("dropped", "expired")),
        )
        .order_by(Entry.created_at)
    )
    pasts: defaultdict[int, Past] = defaultdict(Past)
    for person_id, kind, created_at, slot, key in rows:
        assert person_id is not None
        day = hours.local(slot or created_at, people[person_id].zone or "UTC").date()
        pasts[person_id].moves.append((day, key))
        if kind != "reply":
            pasts[person_id].reminded.add(day)
    return pasts
