"""What we say unasked, put into words when the row is claimed. A reminder is one stretch in one segment."""

from collections.abc import Mapping, Sequence
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


def compose(
    catalogue: Catalogue, session: Session, rows: Sequence[Entry], now: datetime
) -> dict[int, Composed]:
    """The text of each claimed row that has none, by entry id. Asks for everybody's history at once."""
    wanted = [row.person_id for row in rows if row.person_id is not None]
    people = {
        person.id: person for person in session.scalars(select(Person).where(Person.id.in_(wanted)))
    }
    history = _history(session, people, now)
    composed = {}
    for row in rows:
        person = people[row.person_id or 0]
        if row.kind == "notice":
            composed[row.id] = _notice(catalogue, person, row)
            continue
        moment = row.slot or now
        composed[row.id] = _move(session, catalogue, person, history.get(person.id, []), moment)
    return composed


def choose(session: Session, catalogue: Catalogue, person: Person, now: datetime) -> Stretch:
    """A stretch for somebody who asks for one now."""
    history = _history(session, {person.id: person}, now).get(person.id, [])
    return _pick(session, catalogue, person, history, now, first=False)


def _fits_first(catalogue: Catalogue, person: Person, move: Stretch) -> bool:
    return render.segments(_opened(catalogue, person, move)).count == 1


def _opened(catalogue: Catalogue, person: Person, move: Stretch) -> str:
    """The day's first reminder also says how to answer it."""
    hint = catalogue.say("FIRST_DAY", person.language)
    return f"{_prefixed(catalogue, person, move)} {hint}"


def _notice(catalogue: Catalogue, person: Person, row: Entry) -> Composed:
    text = catalogue.say(row.key, person.language, person.country, **row.params)
    return row.key, row.params, text, render.segments(text).count


def _move(
    session: Session,
    catalogue: Catalogue,
    person: Person,
    history: list[tuple[date, str]],
    moment: datetime,
) -> Composed:
    today = hours.local(moment, person.zone).date()
    first = all(day != today for day, _ in history)
    move = _pick(session, catalogue, person, history, moment, first=first)
    opened = first and _fits_first(catalogue, person, move)
    text = (_opened if opened else _prefixed)(catalogue, person, move)
    return move.id, {}, text, render.segments(text).count


def _prefixed(catalogue: Catalogue, person: Person, move: Stretch) -> str:
    return f"{catalogue.programme}: {catalogue.say(move.id, person.language)}"


def _pick(
    session: Session,
    catalogue: Catalogue,
    person: Person,
    history: list[tuple[date, str]],
    moment: datetime,
    *,
    first: bool,
) -> Stretch:
    local = hours.local(moment, person.zone or "UTC")
    slots: Sequence[datetime] = ()
    if person.plan_id is not None:
        slots = schedule.slots_on(plans.rhythm_of(session, person), local.date())
    moves = catalogue.stretches(person.language)
    return rotation.pick(
        moves,
        history,
        local.date(),
        person.id,
        place=0 if first else max(1, sum(slot < moment for slot in slots)),
        of=len(slots) or 8,
        seated=person.seated,
        discreet=person.discreet,
        left_out=frozenset(person.left_out),
        among=[move for move in moves if _fits_first(catalogue, person, move)] if first else (),
        gentle=person.gentle_until is not None and person.gentle_until > moment,
    )


def _history(
    session: Session, people: Mapping[int, Person], now: datetime
) -> dict[int, list[tuple[date, str]]]:
    """What each person did lately, oldest first: (local day, stretch id)."""
    rows = session.execute(
        select(Entry.person_id, Entry.created_at, Entry.slot, Entry.key)
        .where(
            Entry.person_id.in_(people),
            Entry.kind.in_(("reminder", "snooze")),
            Entry.slot >= now - MEMORY,
            Entry.key != "",
            Entry.state.not_in(("dropped", "expired")),
        )
        .order_by(Entry.slot)
    )
    history: dict[int, list[tuple[date, str]]] = {}
    for person_id, created_at, slot, key in rows:
        assert person_id is not None
        zone = people[person_id].zone or "UTC"
        history.setdefault(person_id, []).append(
            (hours.local(slot or created_at, zone).date(), key)
        )
    return history
