"""Who of a slice of people is reminded at a slot: the statement that writes their rows."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
)

from service.reminders import plans
from service.store.base import Utc
from service.store.prepared import Prepared
from service.store.tables import ENTRY, AddressRow, Entry, Person
from service.store.upsert import Insert, insert


def moment(name: str) -> ColumnElement[datetime | None]:
    return bindparam(name, type_=Utc())


def members() -> ColumnElement[bool]:
    """The active people in one slice of a plan: bind of_plan, after_person and to_person."""
    return and_(
        Person.plan_id == bindparam("of_plan"),
        Person.state == "active",
        Person.id > bindparam("after_person"),
        Person.id <= bindparam("to_person"),
    )


def _rows() -> Insert:
    """Bind the moments `at` (the slot), `written_at`, `expires_at`, `ended_at`, `interval_began`,
    `day_began` and `looked_from` (the earlier of these two), and `as_state` and `why`.
    """
    values = {
        "kind": literal("reminder"),
        "slot": moment("at"),
        "created_at": moment("written_at"),
        "not_before": moment("at"),
        "best_before": moment("expires_at"),
        "settled_at": moment("ended_at"),
        "state": bindparam("as_state", type_=String()),
        "error": bindparam("why", type_=String()),
        "key": literal(""),
        "text": literal(""),
        "params": literal({}, ENTRY.c.params.type),
        "attempts": literal(0),
        "looks": literal(0),
        "segments": literal(0),
    }
    chosen = (
        select(Person.id, AddressRow.id, AddressRow.channel, *values.values())
        .join(AddressRow, AddressRow.person_id == Person.id)
        .where(AddressRow.primary, AddressRow.standing == "in", AddressRow.dead == "")
        .where(members(), _welcome())
    )
    columns = ["person_id", "address_id", "channel", *values]
    return insert(ENTRY).from_select(columns, chosen, include_defaults=False)


def _welcome() -> ColumnElement[bool]:
    """A person not held or resting, here before the slot, not just reminded, and under their cap."""
    return and_(
        Person.plan_since <= moment("at"),
        or_(Person.held_until.is_(None), Person.held_until <= moment("at")),
        or_(Person.rest_until.is_(None), Person.rest_until <= moment("at")),
        _had() < Person.agreed,
    )


def _had() -> ScalarSelect[int]:
    """What counts toward a person's cap today; one just reminded has had all of it.

    A single look into the index of people and slots, so no condition on the kind: PostgreSQL would
    look once for each. And a sum, not EXISTS, which it might join to everybody's history.
    """
    just_reminded = and_(
        Entry.kind == "reminder",
        Entry.slot > moment("interval_began"),
        Entry.slot <= moment("at"),
        Entry.state != "dropped",
    )
    today = and_(
        or_(Entry.kind == "reminder", Entry.kind == "snooze"),
        Entry.slot >= moment("day_began"),
        *(Entry.state != unsent for unsent in plans.UNSENT),
    )
    weight = case((just_reminded, Person.agreed), (today, 1), else_=0)
    return (
        select(func.coalesce(func.sum(weight), 0))
        .where(Entry.person_id == Person.id, Entry.slot >= moment("looked_from"))
        .scalar_subquery()
    )


REMIND = Prepared(_rows())  # fails where one of the rows is there already
REMIND_THE_REST = Prepared(_rows().on_conflict_do_nothing())
