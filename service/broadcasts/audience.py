"""Whom a broadcast is for: people who are in, less those left out. The same rule counts and writes."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    Select,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.sql.selectable import FromClause

from service.outbox.windows import Reach
from service.store.broadcast_tables import Broadcast
from service.store.tables import AddressRow, Entry, Inbound, Person


@dataclass(frozen=True, slots=True)
class Audience:
    """What people must be; an empty list or None: anything. `people`: nobody but these ids."""

    people: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    seated: bool | None = None
    discreet: bool | None = None
    reminded: bool | None = None  # on a plan

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """From a row of the table."""
        known = {field.name for field in fields(cls)}
        given = {name: value for name, value in kept.items() if name in known}
        return cls(**{name: _frozen(value) for name, value in given.items()})

    def among(self, people: Collection[int]) -> Self:
        """For these ids alone, of whom it may name some."""
        named = set(self.people)
        return replace(self, people=tuple(each for each in people if not named or each in named))

    def kept(self) -> dict[str, Any]:
        """As the table keeps it: without what is anything."""
        return {name: value for name, value in asdict(self).items() if value not in ((), None)}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def reached() -> FromClause:
    """People with their addresses."""
    return Person.__table__.join(AddressRow.__table__, AddressRow.person_id == Person.id)


def chosen(
    broadcast: Broadcast, reach: Reach, now: datetime, among: Collection[int] | None = None
) -> ColumnElement[bool]:
    """Who gets it now, of `reached`. `among`: nobody but these ids.

    Whoever is paused, in an emergency's hold, or wrote too long ago for their channel is never among
    them: they would be refused when it goes.
    """
    return and_(*_wanted(broadcast, reach, now, among), *_within(reach, now))


def unreached(broadcast: Broadcast, reach: Reach, now: datetime) -> ColumnElement[bool]:
    """Who would get it, had they written later."""
    return and_(*_wanted(broadcast, reach, now), not_(and_(True, *_within(reach, now))))


def _wanted(
    broadcast: Broadcast,
    channels: Collection[str],
    now: datetime,
    among: Collection[int] | None = None,
) -> list[ColumnExpressionArgument[bool]]:
    audience, left_out = Audience.of(broadcast.audience), set(broadcast.left_out)
    wanted: list[ColumnExpressionArgument[bool]] = [
        Person.state == "active",
        Person.zone != "",
        or_(Person.held_until.is_(None), Person.held_until <= now),
        AddressRow.primary,
        AddressRow.standing == "in",
        AddressRow.dead == "",
        # An expression: by its index on channels SQLite would go from person to person all over the table.
        func.coalesce(AddressRow.channel, "").in_(sorted(channels)),
        *_asked(audience if among is None else audience.among(among)),
    ]
    if not broadcast.fallback:
        wanted.append(Person.language.in_(sorted(broadcast.texts)))
    if among is not None:
        left_out.intersection_update(among)
    if left_out:
        wanted.append(Person.id.not_in(left_out))
    if broadcast.rest_days:
        wanted.append(~_had_one(now - timedelta(days=broadcast.rest_days)))
    return wanted


def _within(reach: Reach, now: datetime) -> list[ColumnElement[bool]]:
    """For each channel that needs it a look into the index of texts received, for its people alone."""
    return [
        or_(
            AddressRow.channel != name,
            exists().where(Inbound.address_id == AddressRow.id, Inbound.at > now - lasts),
        )
        for name, lasts in reach.items()
        if lasts is not None
    ]


def _asked(audience: Audience) -> list[ColumnElement[bool]]:
    lists = (
        (Person.id, audience.people),
        (AddressRow.channel, audience.channels),
        (Person.language, audience.languages),
        (Person.country, audience.countries),
        (Person.zone, audience.zones),
    )
    asked: list[ColumnElement[bool]] = [column.in_(values) for column, values in lists if values]
    if audience.seated is not None:
        asked.append(Person.seated == audience.seated)
    if audience.discreet is not None:
        asked.append(Person.discreet == audience.discreet)
    if audience.reminded is not None:
        on_a_plan = Person.plan_id.is_not(None)
        asked.append(on_a_plan if audience.reminded else Person.plan_id.is_(None))
    return asked


def _had_one(since: datetime) -> ColumnElement[bool]:
    """A look into the index of people and slots for each."""
    lately: Select[int] = select(Entry.id).where(
        Entry.person_id == Person.id,
        Entry.slot > since,
        # A row of a broadcast's kind that names none was a trial.
        or_(Entry.kind == "notice", Entry.broadcast_id.is_not(None)),
        Entry.state.not_in(("dropped", "expired")),
    )
    return lately.exists()
