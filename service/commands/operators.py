"""Who may open the dashboard, from the command line: the first one, and whoever is locked out."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import click
import segno
from sqlalchemy.orm import Session

from config.settings import Settings, load
from service.operators import accounts, changes, codes, passwords
from service.operators.accounts import OPERATOR, ROLES, VIEWER, Refused
from service.operators.changes import By
from service.store.engine import Store, open_store
from service.store.operator_tables import Operator
from service.timekeeper import wall_of

P = ParamSpec("P")
_FORCE = click.option(
    "--force", is_flag=True, help="Even if nobody is left who may change anything."
)


@click.group()
def operators() -> None:
    """Who may open the dashboard: add, list, change or remove them."""


def _refusing(command: Callable[P, None]) -> Callable[P, None]:
    """What can't be done is one sentence, and exit code 1."""

    @wraps(command)
    def said(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Refused as refused:
            click.echo(f"upright: {refused}", err=True)
            click.get_current_context().exit(1)

    return said


def _giving_password(command: Callable[P, None]) -> Callable[P, None]:
    """Options for where a password comes from; without them it is asked for twice."""
    stdin = click.option("--password-stdin", "stdin", is_flag=True, help="Read it from stdin.")
    made = click.option("--make-password", "make", is_flag=True, help="Make one, print it once.")
    return stdin(made(command))


@operators.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice(ROLES), help="The first one is operator, others are viewer."
)
@click.option("--totp", is_flag=True, help="Want a code from an authenticator app as well.")
@_giving_password
@_refusing
def add(name: str, role: str | None, totp: bool, stdin: bool, make: bool) -> None:
    """Let NAME sign in: a viewer may look, an operator may also change things."""
    settings = load()
    with _opened(settings) as (store, by):
        password = _password(stdin, make)
        kept = passwords.hashed(accounts.normal(name), password)
        with store.write(durable=True) as session:
            role = role or (VIEWER if accounts.staffed(session) else OPERATOR)
            made = changes.enrol(session, name, role, kept, by)
            secret = _set_code(session, made, by) if totp else ""
    click.echo(f"Added {made.name} ({made.role}).")
    _show(settings, made.name, password if make else "", secret)


@operators.command("list")
def list_() -> None:
    """One line for each: name, role, what they sign in with, since when."""
    with _opened(load()) as (store, _), store.read() as session:
        everybody = accounts.everybody(session)
    for line in [("NAME", "ROLE", "SIGNS IN WITH", "MADE", "STATE"), *map(_line, everybody)]:
        click.echo("{:<25}{:<10}{:<19}{:<12}{}".format(*line).rstrip())
    click.echo(f"{len(everybody)} in all.", err=True)


def _line(each: Operator) -> tuple[str, ...]:
    proofs = "password and code" if each.totp_secret else "password"
    state = "disabled" if each.disabled_at else "enabled"
    return each.name, each.role, proofs, f"{each.created_at:%Y-%m-%d}", state


@operators.command()
@click.argument("name")
@_giving_password
@_refusing
def password(name: str, stdin: bool, make: bool) -> None:
    """Give NAME another password; they are signed out everywhere."""
    settings = load()
    with _opened(settings) as (store, by):
        with store.read() as reading:  # before anybody types a password in vain
            name = changes.find(reading, name).name
        given = _password(stdin, make)
        kept = passwords.hashed(name, given)
        with store.write(durable=True) as session:
            changes.set_password(session, changes.find(session, name), kept, by)
    click.echo(f"{name} has another password, and is signed out everywhere.")
    _show(settings, name, given if make else "", "")


@operators.command()
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@_FORCE
@_refusing
def role(name: str, role: str, force: bool) -> None:
    """Make NAME a viewer or an operator; they are signed out everywhere."""
    with _changing(name) as (session, operator, by):
        changes.set_role(session, operator, role, by, force=force)
    click.echo(f"{operator.name} is {operator.role}.")


@operators.command()
@click.argument("name")
@click.option("--off", is_flag=True, help="Want no code any more.")
@_refusing
def totp(name: str, off: bool) -> None:
    """Want a code from NAME's authenticator app, under a new secret; they are signed out everywhere."""
    secret = ""
    with _changing(name) as (session, operator, by):
        if off:
            changes.drop_code(session, operator, by)
        else:
            secret = _set_code(session, operator, by)
    click.echo(
        f"{operator.name} signs in with password{'' if off else ' and code, from the next time on'}."
    )
    _show(load(), operator.name, "", secret)


@operators.command()
@click.argument("name")
@_FORCE
@_refusing
def disable(name: str, force: bool) -> None:
    """Let NAME in no more, and end where they are signed in."""
    with _changing(name) as (session, operator, by):
        changes.disable(session, operator, by, force=force)
    click.echo(f"{operator.name} is disabled, and signed out everywhere.")


@operators.command()
@click.argument("name")
@_refusing
def enable(name: str) -> None:
    """Let NAME in again."""
    with _changing(name) as (session, operator, by):
        changes.enable(session, operator, by)
    click.echo(f"{operator.name} is enabled.")


@operators.command()
@click.argument("name")
@_FORCE
@_refusing
def remove(name: str, force: bool) -> None:
    """Remove NAME's account. What they did stays in the audit."""
    with _changing(name) as (session, operator, by):
        changes.remove(session, operator, by, force=force)
    click.echo(f"{operator.name} is removed.")


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Store, By]]:
    store = open_store(settings.database)
    try:
        yield store, By(wall_of(store)())
    finally:
        store.close()


@contextmanager
def _changing(name: str) -> Iterator[tuple[Session, Operator, By]]:
    """Their account, in a transaction."""
    with _opened(load()) as (store, by), store.write(durable=True) as session:
        yield session, changes.find(session, name), by


def _password(stdin: bool, make: bool) -> str:
    if stdin and make:
        raise click.UsageError("--password-stdin and --make-password exclude each other.")
    if make:
        return passwords.made()
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    return asked


def _set_code(session: Session, operator: Operator, by: By) -> str:
    secret = codes.new_secret()
    changes.set_code(session, operator, secret, 0, by)
    return secret


def _show(settings: Settings, name: str, password: str, secret: str) -> None:
    """What is shown this once."""
    if password:
        click.echo(f"Their password, which is shown only now: {password}")
    if secret:
        address = codes.address(secret, name, settings.programme_name)
        drawn = io.StringIO()
        segno.make(address).terminal(drawn, compact=True)
        click.echo(f"To scan or enter in an authenticator app:\n{address}\n{drawn.getvalue()}")
