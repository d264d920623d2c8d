"""Who is reminded on which plan: counted in the database, whatever the number of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import Session

from messages import render
from messages.catalogue import Catalogue
from service.outbox.budget import BY_TEXT, FREE
from service.reminders.forecast import Crowd
from service.reminders.rhythm import Rhythm
from service.store.base import Base
from service.store.tables import AddressRow, Person, Plan

_MADE_UP = "simulator"  # counted as if it went by SMS, so that a demo shows what that would cost
_PLAN = Base.metadata.tables[Plan.__tablename__]
_RHYTHM = tuple(Rhythm.default("UTC", "").columns())


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whose reminders; empty: everybody's."""

    language: str = ""
    country: str = ""
    channel: str = ""
    person: int | None = None


def crowds(
    session: Session, catalogue: Catalogue, now: datetime, chosen: Chosen
) -> tuple[Sequence[Crowd], int]:
    """The people by plan, and how many more are held just now: a pause may end within the days."""
    rows = session.execute(counted(averages(catalogue), now, chosen)).all()
    found = [
        Crowd(_rhythm(*columns), people, float(segments))
        for people, segments, _, *columns in rows
        if people
    ]
    return found, sum(row.held for row in rows)


def counted(sizes: Mapping[str, float], now: datetime, chosen: Chosen) -> Select[*tuple[Any, ...]]:
    """A row for each plan. One pass over the people, in the order in which they are stored."""
    held = and_(Person.held_until.is_not(None), Person.held_until > now)
    # Not the bare column: its index would lead to each person one by one, which takes seven times as long.
    plan = func.coalesce(Person.plan_id, 0).label("plan")
    by_plan = (
        select(
            plan,
            func.sum(case((held, 0), else_=1)).label("people"),
            func.sum(case((held, literal(0.0)), else_=_paid(sizes))).label("segments"),
            func.sum(case((held, 1), else_=0)).label("held"),
        )
        .join(AddressRow, AddressRow.person_id == Person.id)
        .where(*_reminded(chosen))
        .group_by(plan)
        .subquery()
    )
    columns = by_plan.c.people, by_plan.c.segments, by_plan.c.held, *_PLAN.c[_RHYTHM]
    return select(*columns).join(_PLAN, _PLAN.c.id == by_plan.c.plan).where(_PLAN.c.zone != "")


def _reminded(chosen: Chosen) -> list[ColumnElement[bool]]:
    """As the tick's INSERT has it (welcome.py)."""
    conditions: list[ColumnElement[bool]] = [
        Person.state == "active",
        AddressRow.primary.is_(True),
        AddressRow.standing == "in",
        AddressRow.dead == "",
    ]
    if chosen.language:
        conditions.append(Person.language == chosen.language)
    if chosen.country:
        conditions.append(Person.country == chosen.country)
    if chosen.channel:
        conditions.append(AddressRow.channel == chosen.channel)
    if chosen.person is not None:
        conditions.append(Person.id == chosen.person)
    return conditions


def _paid(sizes: Mapping[str, float]) -> ColumnElement[float]:
    """Segments that are paid for one reminder to one of them."""
    by_language = case(sizes, value=Person.language, else_=literal(1.0))
    return case(
        (AddressRow.channel.in_(sorted(FREE - {_MADE_UP})), literal(0.0)),
        (AddressRow.channel.in_(sorted(BY_TEXT)), literal(1.0)),
        else_=by_language,
    )


@lru_cache(maxsize=8)
def averages(catalogue: Catalogue) -> Mapping[str, float]:
    """Segments of a reminder in each language: the average of all stretches."""
    return {
        language: sum(sizes) / len(sizes)
        for language in catalogue.languages
        if (sizes := _sizes(catalogue, language))
    }


def _sizes(catalogue: Catalogue, language: str) -> Sequence[int]:
    texts = (f"{catalogue.programme}: {move.text}" for move in catalogue.stretches(language))
    return [render.segments(text).count for text in texts]


@lru_cache(maxsize=8192)
def _rhythm(*columns: str | int | bool) -> Rhythm:
    return Rhythm.from_columns(**dict(zip(_RHYTHM, columns, strict=True)))  # type: ignore[arg-type]
