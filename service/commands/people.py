"""Who is there, everything that is kept about one of them, and who comes and goes by an operator's hand."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import load
from service.imports import files, going_on
from service.imports.reading import Unreadable
from service.operators import audit, changes
from service.outbox import on_request
from service.people import alone
from service.people import export as exporting
from service.people.naming import masked
from service.runtime import Runtime, build
from service.store.engine import open_store
from service.store.tables import AddressRow, Person

_pause = Event().wait  # nothing sets it: a pause, in which a webhook gets the write lock
_LOOK = 1.0  # seconds between two looks at what a clock beside us does
NOBODY = "Nobody is known at this number; write it as +14155550100."


@click.group()
def people() -> None:
    """The people who text: list them, bring some in, export or erase one."""


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
        if full:
            with store.write() as session:
                _note(session, datetime.now(UTC), "numbers listed")
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
            kept = {each: exporting.everything(session, each) for each in _at(session, handle)}
        with store.write() as session:
            for person_id in kept:
                _note(session, datetime.now(UTC), "person exported", person_id)
    finally:
        store.close()
    if not kept:
        click.echo(NOBODY, err=True)
        ctx.exit(1)
    click.echo(exporting.as_json(list(kept.values())))


@people.command()
@click.argument("handle")
@click.confirmation_option(prompt="Erase them for good? Only they themselves can come back.")
@click.pass_context
def erase(ctx: click.Context, handle: str) -> None:
    """Forget whoever is at HANDLE, as DELETE does: what stays is that they are out."""
    runtime = build(load())
    house, now = runtime.house, runtime.now()
    try:
        with runtime.store.write(durable=True) as session:
            found = _at(session, handle)
            for person_id in found:
                person = alone.hold(session, person_id)
                if person is not None:
                    on_request.erase(session, person, now, house.carriers, house.suppression_keys)
                    _note(session, runtime.clock.wall(), "erased", person_id)
    finally:
        runtime.close()
    if not found:
        click.echo(NOBODY, err=True)
        ctx.exit(1)
    click.echo("Erased.")


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what each line is worth.")
@click.pass_context
def import_(ctx: click.Context, file: Path, dry_run: bool) -> None:
    """Bring in the people listed in FILE (CSV) who gave consent elsewhere.

    Every line that is refused is named, with its number, its columns and the reason.
    """
    runtime = build(load())
    try:
        kept, new = _looked_through(runtime, file)
        refused = _say_refused(runtime, kept)
        with runtime.store.write(durable=True) as session:
            if dry_run and new:  # else somebody handed it in on the dashboard, to go on there
                files.discard(session, kept, runtime.now())
            elif not dry_run and files.confirm(session, kept, runtime.now()):
                _note(session, runtime.clock.wall(), "import confirmed", file=kept)
        _go_on(runtime, kept)
        _say_counts(runtime, kept)
    except Unreadable as error:
        click.echo(str(error), err=True)
        ctx.exit(2)
    finally:
        runtime.close()
    if refused:
        ctx.exit(1)


def _looked_through(runtime: Runtime, file: Path) -> tuple[int, bool]:
    channel = going_on.channel_of(runtime.house)
    if not channel:
        raise Unreadable("No channel that reaches people by their number is set up here.")

    def parts() -> Iterator[bytes]:
        with file.open("rb") as opened:
            yield from iter(lambda: opened.read(files.PART), b"")

    kept, new = files.keep(runtime.store, parts, file.name, channel, runtime.now())
    _go_on(runtime, kept)
    return kept, new


def _go_on(runtime: Runtime, file_id: int) -> None:
    """Until it is read, or its people are written; a clock beside us may do some of that."""
    while _under_way(runtime, file_id):
        going_on.go_on(runtime.store, runtime.house, runtime.now(), _pause)
        if _under_way(runtime, file_id):
            _pause(_LOOK)


def _under_way(runtime: Runtime, file_id: int) -> bool:
    with runtime.store.read() as session:
        file = files.find(session, file_id)
        return file is not None and file.state in files.UNDER_WAY


def _say_refused(runtime: Runtime, file_id: int) -> int:
    refused = 0
    for line in files.every_line(runtime.store, file_id, files.REFUSED):
        refused += 1
        click.echo(f"line {line.line}: {line.columns or 'the line'}: {line.reason}")
    return refused


def _say_counts(runtime: Runtime, file_id: int) -> None:
    with runtime.store.read() as session:
        file = files.find(session, file_id)
        if file is not None:
            click.echo(
                f"{file.written} brought in, {file.ready} could be, "
                f"{file.unchanged} get reminders already, {file.refused} refused.",
                err=True,
            )


def _note(
    session: Session, now: datetime, action: str, person_id: int | None = None, **detail: Any
) -> None:
    audit.note(
        session,
        action,
        None,
        now,
        name=changes.COMMAND_LINE,
        person_id=person_id,
        origin="",
        **detail,
    )


def _at(session: Session, handle: str) -> list[int]:
    """Whoever has this handle, on whichever channel."""
    theirs = select(AddressRow.person_id).where(AddressRow.handle == handle).distinct()
    return list(session.scalars(theirs.order_by(AddressRow.person_id)))
