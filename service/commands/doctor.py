"""`upright doctor`: what is wrong with the set-up, why it matters, and how to mend it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import click

from config.settings import Settings, load
from service.commands import (
    findings,
    shared_findings,
    slack_findings,
    store_findings,
    telegram_findings,
    twilio_findings,
)
from service.commands.findings import Finding

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Say what is wrong with the set-up: what, why, and how to mend it.

    Looks at settings, messages, database, disk, clock, broker and, where they are set up, at Twilio,
    Telegram and Slack.
    Exit code 1 if there is an error, 0 if there are only warnings and notes.
    """
    settings = load()
    found = sorted(_look(settings), key=lambda finding: list(_COLOURS).index(finding.level))
    for finding in found:
        level = click.style(f"{finding.level:<9}", fg=_COLOURS[finding.level], bold=True)
        click.echo(f"{level}{finding.what}\n         why:  {finding.why}")
        click.echo(f"         mend: {finding.mend}\n")
    if settings.sms and settings.keyword_replies == "provider":
        click.echo("Twilio answers STOP, START and HELP itself. Paste our texts into its Advanced")
        click.echo("Opt-Out, for they name the emergency number:\n")
        click.echo(f"{findings.keyword_texts(settings)}\n")
    count = {level: sum(finding.level == level for finding in found) for level in _COLOURS}
    told = (f"{number} {level}{'s' * (number != 1)}" for level, number in count.items())
    click.echo(f"{', '.join(told)}.")
    if count["error"]:
        ctx.exit(1)


def _look(settings: Settings) -> Iterator[Finding]:
    yield from findings.of_settings(settings)
    yield from findings.of_messages(datetime.now(UTC).date())
    yield from store_findings.of_database(settings, datetime.now(UTC))
    yield from shared_findings.of_broker(settings)
    if settings.twilio:
        yield from twilio_findings.of_account(settings)
    if settings.telegram:
        yield from telegram_findings.of_bot(settings)
    if settings.slack:
        yield from slack_findings.of_app(settings)
