"""Who is there, and everything that is kept about one of them."""

import click
from sqlalchemy import select

from config.settings import load
from service.people import export as exporting
from service.people.naming import masked
from service.store.engine import open_store
from service.store.tables import AddressRow, Person


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
            kept = [exporting.everything(session, person_id) for person_id in found]
    finally:
        store.close()
    if not kept:
        click.echo("Nobody is known at this number; write it as +14155550100.", err=True)
        ctx.exit(1)
    click.echo(exporting.as_json(kept))
