"""Keeping the database and the messages in order."""

from pathlib import Path

import click

from config.settings import load
from messages.catalogue import FOLDER
from messages.check import check as findings_in
from service.store import backup as backups
from service.store import migrate as migrations


@click.command()
def migrate() -> None:
    """Bring the database up to date; does nothing when it is."""
    migrations.migrate(load().database)


@click.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def backup(path: Path) -> None:
    """Copy the database to PATH, whole, while the service runs."""
    backups.backup(load().database, path)
    click.echo(f"Backed up to {path}. To restore, see docs/operating.md.")


@click.command()
@click.argument(
    "folder", default=FOLDER, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.pass_context
def check(ctx: click.Context, folder: Path) -> None:
    """Check the messages in FOLDER (default: those of the service): file, key and reason."""
    findings = findings_in(folder)
    for finding in findings:
        click.echo(f"{finding.file}: {finding.key}: {finding.reason}")
    if findings:
        click.echo(f"{len(findings)} to mend.", err=True)
        ctx.exit(1)
    click.echo("The messages are in order.")
