"""Who is there, and everything that is kept about one of them."""

import json
from datetime import datetime
from typing import Any

import click
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from config.settings import load
from service.store.base import Base
from service.store.engine import open_store
from service.store.tables import AddressRow, Consent, Dialogue, Entry, Inbound, Person, Plan


@click.group()
def people() -> None:
    """The people who text: list them, or export one."""


@people.command("list")
@click.option("--full", is_flag=True, help="Show whole numbers, not only their last two digits.")
def list_(full: bool) -> None:
    """One line for each address: person, number, channel, consent, state, zone, last text.

    Addresses with the same person are linked; * is where that person's reminders go.
    """
    store = open_store(load().database)
    try:
        with store.read() as session:
            rows = session.execute(
                select(AddressRow, Person)
                .join(Person, Person.id == AddressRow.person_id)
                .order_by(Person.id, AddressRow.id)
            ).all()
            lines = [_line(address, person, full) for address, person in rows]
    finally:
        store.close()
    for line in [
        ("PERSON", "NUMBER", "CHANNEL", "CONSENT", "STATE", "ZONE", "LAST TEXT (UTC)"),
        *lines,
    ]:
        click.echo("{:<8}{:<17}{:<11}{:<9}{:<10}{:<22}{}".format(*line).rstrip())
    click.echo(f"{len(lines)} in all.", err=True)


def _line(address: AddressRow, person: Person, full: bool) -> tuple[str, ...]:
    seen = f"{person.last_seen_at:%Y-%m-%d %H:%M}" if person.last_seen_at else "-"
    handle = address.handle if full else masked(address.handle)
    who = f"{person.id}{'*' if address.primary else ''}"
    return who, handle, address.channel, address.standing, person.state, person.zone or "?", seen


def masked(handle: str) -> str:
    """The last two characters, so that two people can be told apart but not called."""
    return "*" * (len(handle) - 2) + handle[-2:]


@people.command()
@click.argument("handle")
@click.pass_context
def export(ctx: click.Context, handle: str) -> None:
    """Print everything that is kept about the person at HANDLE, as JSON."""
    store = open_store(load().database)
    try:
        with store.read() as session:
            found = list(
                session.scalars(
                    select(AddressRow.person_id).where(AddressRow.handle == handle).distinct()
                )
            )
            kept = [_everything(session, person_id) for person_id in found]
    finally:
        store.close()
    if not kept:
        click.echo("Nobody is known at this number; write it as +14155550100.", err=True)
        ctx.exit(1)
    click.echo(json.dumps(kept, indent=2, ensure_ascii=False))


def _everything(session: Session, person_id: int) -> dict[str, Any]:
    person = session.get_one(Person, person_id)
    addresses = session.scalars(select(AddressRow).where(AddressRow.person_id == person_id)).all()
    ids = [address.id for address in addresses]
    plan = session.get(Plan, person.plan_id) if person.plan_id else None
    dialogue = session.get(Dialogue, person_id)
    return {
        "person": _fields(person),
        "addresses": [_fields(address) for address in addresses],
        "plan": _fields(plan) if plan else None,
        "question": _fields(dialogue) if dialogue else None,
        "consent": _rows(session, Consent, Consent.address_id.in_(ids), Consent.id),
        "received": _rows(session, Inbound, Inbound.address_id.in_(ids), Inbound.id),
        "sent": _rows(session, Entry, Entry.person_id == person_id, Entry.id),
    }


def _rows(session: Session, table: type[Base], where: Any, order: Any) -> list[dict[str, Any]]:
    return [_fields(row) for row in session.scalars(select(table).where(where).order_by(order))]


def _fields(row: Base) -> dict[str, Any]:
    """Every column of a row, so that one added later is exported without a change here."""
    values = {column.key: getattr(row, column.key) for column in inspect(row).mapper.column_attrs}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
