"""Days of reminders on a fake clock, through the real rules: what would be said, and its price."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import click
import phonenumbers

from config.settings import load
from service import places
from service import runtime as runtimes
from service.commands.rehearsal_report import summary_lines, text_lines
from service.envelopes import Address, Inbound
from service.playback import play
from service.runtime import Runtime
from service.store.migrate import migrate

CHANNEL = "simulator"
JOINS_AT = time(8, 0)  # before the first reminder of a usual working day
LONG = timedelta(days=3)  # of one person; from here on a progress bar is worth its line


@dataclass
class Wall:
    """The clock on the wall of the rehearsal."""

    moment: datetime

    def __call__(self) -> datetime:
        return self.moment


@dataclass(frozen=True)
class Play:
    """Who takes part, and when: `says` is what each person texts after joining."""

    handles: Sequence[str]
    zone: ZoneInfo
    first: date
    days: int
    says: Sequence[str]

    @property
    def opens(self) -> datetime:
        return datetime.combine(self.first, JOINS_AT, self.zone).astimezone(UTC)

    @property
    def closes(self) -> datetime:
        last = self.first + timedelta(days=self.days)
        return datetime.combine(last, time(), self.zone).astimezone(UTC)


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
    handles = _handles(country.upper(), many)
    first_day = first.date() if first else _next_monday(datetime.now(UTC).date())
    lives_in = _zone(zone, country.upper(), handles[0], first_day)
    if zone:
        says = (f"ZONE {lives_in.key}", *says)
    acts = Play(handles, lives_in, first_day, days, says)
    with _stage(acts) as runtime:
        _join(runtime, acts)
        _play(runtime, acts)
        for line in _report(runtime, acts, texts=many == 1 if texts is None else texts):
            click.echo(line)


def _report(runtime: Runtime, acts: Play, *, texts: bool) -> list[str]:
    with runtime.store.read() as session:
        if texts:
            return text_lines(session, acts.zone, several=len(acts.handles) > 1)
        price = runtime.settings.segment_price
        return summary_lines(session, len(acts.handles), acts.days, price)


def _next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


def _handles(country: str, many: int) -> list[str]:
    """As many numbers of one country, each like the example number that its numbering plan gives."""
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if example is None or example.national_number is None:
        raise click.BadParameter(f"no country has the code {country}", param_hint="--country")
    room = 10 ** max(4, len(str(many)))
    base = int(f"{example.country_code}{example.national_number}") // room * room
    return [f"+{base + number}" for number in range(many)]


def _zone(name: str, country: str, handle: str, day: date) -> ZoneInfo:
    if not name:
        of_number = places.zone_of(handle, datetime.combine(day, JOINS_AT, UTC))
        if not of_number:
            raise click.UsageError(f"{country} has several time zones: add --zone, such as a city.")
        return ZoneInfo(of_number)
    found = places.zones_called(name, country) or places.zones_called(name)
    if len({place.zone for place in found}) != 1:
        raise click.BadParameter(
            f"{len(found)} places are called so: give an IANA name such as Europe/Berlin",
            param_hint="--zone",
        )
    return ZoneInfo(found[0].zone)


@contextmanager
def _stage(acts: Play) -> Iterator[Runtime]:
    """The real service with the operator's own settings, but no provider and a database of its own."""
    with TemporaryDirectory(prefix="upright-rehearsal-") as folder:
        settings = load(
            data_dir=Path(folder),
            database_url="",
            twilio_account_sid="",
            twilio_auth_token="",
            alert_urls="",
        )
        migrate(settings.database)
        runtime = runtimes.build(settings, wall=Wall(acts.opens))
        try:
            yield runtime
        finally:
            runtime.close()


def _join(runtime: Runtime, acts: Play) -> None:
    with _bar("Joining", len(acts.handles), shown=len(acts.handles) > 200) as bar:
        for handle in acts.handles:
            for number, words in enumerate(("REMIND", "YES", *acts.says)):
                runtime.receive(Inbound(Address(CHANNEL, handle), f"{handle}-{number}", words))
            bar.update(1)


def _play(runtime: Runtime, acts: Play) -> None:
    whole = acts.closes - acts.opens
    shown = whole * len(acts.handles) > LONG * 100
    wall = runtime.clock.wall
    assert isinstance(wall, Wall)
    with _bar("Playing", int(whole.total_seconds()), shown=shown) as bar:

        def move(moment: datetime) -> None:
            bar.update(int((moment - wall.moment).total_seconds()))
            wall.moment = moment

        play(runtime, acts.closes, move)


def _bar(label: str, length: int, *, shown: bool) -> AbstractContextManager[Any]:
    """A progress bar where somebody watches; it never mixes with what we print."""
    hidden = not (shown and sys.stderr.isatty())
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden)
