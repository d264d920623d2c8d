"""`upright rehearse`: days of reminders on a fake clock, through the real rules, and their price."""

import sys
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from config.settings import Settings, load
from service import rehearsal
from service.commands.rehearsal_report import summary_lines, text_lines
from service.rehearsal import Play
from service.runtime import Runtime

LONG = timedelta(days=3)  # of one person; from here on a progress bar is worth its line


@click.command()
@click.option(
    "--days", default=5, show_default=True, type=click.IntRange(1, 400), help="How many days."
)
@click.option(
    "--people",
    "many",
    default=1,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="How many join.",
)
@click.option(
    "--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day.  [default: next Monday]"
)
@click.option("--country", default="US", show_default=True, help="Whose numbers they have.")
@click.option("--zone", default="", help="Where they live: a city or an IANA name.")
@click.option(
    "--say", "says", multiple=True, help="What each texts after joining: --say 'EVERY 120'."
)
@click.option(
    "--texts/--summary", "texts", default=None, help="Every text, or totals with their cost."
)
def rehearse(
    *,
    days: int,
    many: int,
    first: datetime | None,
    country: str,
    zone: str,
    says: tuple[str, ...],
    texts: bool | None,
) -> None:
    """Play days of reminders on a fake clock, and show what would be sent.

    People join by text (REMIND, YES) at 08:00 of the first day. The real rules run on a database
    that is thrown away; nothing is sent. Without --texts or --summary one person's texts are shown
    and several people's totals.
    """
    first_day = first.date() if first else rehearsal.next_monday(datetime.now(UTC).date())
    try:
        acts = rehearsal.cast(country.upper(), many, zone, first_day, days, says)
    except rehearsal.Refused as error:
        raise click.UsageError(str(error)) from error
    with rehearsal.folder() as folder:
        settings = load(data_dir=folder, **rehearsal.SILENT)
        for line in _played(settings, acts, texts=many == 1 if texts is None else texts):
            click.echo(line)


def _played(settings: Settings, acts: Play, *, texts: bool) -> list[str]:
    with rehearsal.stage(settings, acts) as runtime:
        _join(runtime, acts)
        _perform(runtime, acts)
        with runtime.store.read() as session:
            if texts:
                return text_lines(session, acts, several=len(acts.handles) > 1)
            price, currency = settings.segment_price, settings.currency
            return summary_lines(session, len(acts.handles), acts.days, price, currency)


def _join(runtime: Runtime, acts: Play) -> None:
    with _bar("Joining", len(acts.handles), shown=len(acts.handles) > 200) as bar:
        rehearsal.join(runtime, acts, lambda: bar.update(1))


def _perform(runtime: Runtime, acts: Play) -> None:
    whole = acts.closes - acts.opens
    shown = whole * len(acts.handles) > LONG * 100
    with _bar("Playing", int(whole.total_seconds()), shown=shown) as bar:
        rehearsal.perform(runtime, acts, lambda time: bar.update(int(time.total_seconds())))


def _bar(label: str, length: int, *, shown: bool) -> AbstractContextManager[Any]:
    """A progress bar where somebody watches; it never mixes with what we print."""
    hidden = not (shown and sys.stderr.isatty())
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden)
