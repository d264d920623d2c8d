"""Days played with made-up people through the real rules, on a database that is thrown away: nothing is sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.settings import Settings
from messages.catalogue import Catalogue
from service import places
from service import runtime as runtimes
from service.envelopes import Address, Inbound, State
from service.playback import play
from service.runtime import Runtime
from service.store import tables
from service.store.migrate import migrate
from service.store.tables import AddressRow, Entry, Person

CHANNEL = "simulator"
JOINS_AT = time(8, 0)  # before the first reminder of a usual working day
WITHHELD = (State.QUEUED, State.DROPPED, State.EXPIRED, State.FAILED, State.LOST)
# No provider, no workers, nobody alerted. The database goes into the folder.
SILENT: Mapping[str, Any] = {
    "database_url": SecretStr(""),
    "broker_url": SecretStr(""),
    "twilio_account_sid": "",
    "twilio_auth_token": SecretStr(""),
    "telegram_bot_token": SecretStr(""),
    "slack_bot_token": SecretStr(""),
    "slack_signing_secret": SecretStr(""),
    "alert_urls": SecretStr(""),
    "keep_unread": False,
}
_JOINS = ("REMIND", "YES")


class Refused(Exception):
    """It can't be played so. The message says what to do."""


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

    @property
    def words(self) -> Sequence[str]:
        """All that each of them texts, in order."""
        return (*_JOINS, *self.says)


@dataclass(frozen=True, slots=True)
class Line:
    """A text of a play: one of ours, or one of theirs, which has no key and costs nothing."""

    at: datetime  # local
    handle: str
    text: str
    kind: str
    key: str
    segments: int
    language: str = ""  # of its person


def cast(country: str, many: int, zone: str, first: date, days: int, says: Sequence[str]) -> Play:
    """The people of a play, with numbers of a country. Raises Refused."""
    handles = numbers(country, many)
    lives_in = home(zone, country, handles[0], first)
    if zone:
        says = (f"ZONE {lives_in.key}", *says)
    return Play(handles, lives_in, first, days, says)


def numbers(country: str, many: int) -> list[str]:
    """As many numbers of one country, each like the example number that its numbering plan gives."""
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    if example is None or example.national_number is None:
        raise Refused(f"no country has the code {country}")
    room = 10 ** max(4, len(str(many)))
    base = int(f"{example.country_code}{example.national_number}") // room * room
    return [f"+{base + number}" for number in range(many)]


def home(name: str, country: str, handle: str, day: date) -> ZoneInfo:
    """The zone of a city or IANA name, else that of the number. Raises Refused."""
    if not name:
        of_number = places.zone_of(handle, datetime.combine(day, JOINS_AT, UTC))
        if not of_number:
            raise Refused(f"{country} has several time zones: say which, such as by a city.")
        return ZoneInfo(of_number)
    found = places.zones_called(name, country) or places.zones_called(name)
    if len({place.zone for place in found}) != 1:
        several = "Several places are" if found else "No place that we know is"
        raise Refused(f"{several} called so: give an IANA name such as Europe/Berlin")
    return ZoneInfo(found[0].zone)


def next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


@contextmanager
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="upright-rehearsal-") as path:
        yield Path(path)


@contextmanager
def stage(settings: Settings, acts: Play, catalogue: Catalogue | None = None) -> Iterator[Runtime]:
    """The real service on a database of its own. `settings` have no provider: see SILENT."""
    migrate(settings.database)
    runtime = runtimes.build(settings, wall=Wall(acts.opens), catalogue=catalogue)
    try:
        yield runtime
    finally:
        runtime.close()


def join(runtime: Runtime, acts: Play, seen: Callable[[], object]) -> None:
    """Everybody texts what they text; `seen` is called after each of them."""
    for handle in acts.handles:
        for number, words in enumerate(acts.words):
            runtime.receive(Inbound(Address(CHANNEL, handle), f"{handle}-{number}", words))
        seen()


def perform(runtime: Runtime, acts: Play, passed: Callable[[timedelta], object]) -> None:
    """Let the days pass; `passed` hears how much time has."""
    wall = runtime.clock.wall
    assert isinstance(wall, Wall)

    def move(moment: datetime) -> None:
        passed(moment - wall.moment)
        wall.moment = moment

    play(runtime, acts.closes, move)


def lines(session: Session, acts: Play) -> Iterator[Line]:
    """Every text that went, in the order in which it did; each of theirs before what answers it."""
    at = func.coalesce(Entry.claimed_at, Entry.created_at)
    rows = session.execute(
        select(Entry, AddressRow.handle, tables.Inbound.provider_id, Person.language)
        .join(AddressRow, AddressRow.id == Entry.address_id)
        .join(Person, Person.id == AddressRow.person_id)
        .outerjoin(tables.Inbound, tables.Inbound.id == Entry.inbound_id)
        .where(Entry.state.not_in(WITHHELD))
        .order_by(at, Entry.id)
    )
    answered: set[str] = set()
    for entry, handle, answers, language in rows:
        local = (entry.claimed_at or entry.created_at).astimezone(acts.zone)
        if answers and answers not in answered:
            answered.add(answers)
            words = acts.words[int(answers.rpartition("-")[2])]
            yield Line(local, handle, words, "theirs", "", 0)
        yield Line(local, handle, entry.text, entry.kind, entry.key, entry.segments, language)
