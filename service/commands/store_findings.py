"""What doctor may find in the database, on its disk and about the clock."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.settings import Settings
from service import wiring
from service.commands import operator_findings, shared_findings, whatsapp_findings
from service.commands.findings import Finding
from service.envelopes import State
from service.heartbeat import HEARTBEAT
from service.reminders import room
from service.store import facts
from service.store.engine import Store, StoreBusy, StoreFailed, address, open_store
from service.store.migrate import require_current
from service.store.sqlite import file_of
from service.store.tables import AddressRow, Entry, Inbound, Person, Setting
from service.timekeeper import Timekeeper, wall_of

MEGABYTE = 1024 * 1024
TIGHT, FULL = 500 * MEGABYTE, 50 * MEGABYTE
WAITING = timedelta(minutes=10)  # a reminder is let go after this, so what waits longer is stuck
DAY = timedelta(days=1)
SLACK = timedelta(minutes=1)
SILENT = timedelta(minutes=2)
MOST_ERRORS = 5


def of_database(settings: Settings, now: datetime) -> Iterator[Finding]:
    """`now` is the machine's time; a demo's moved clock is taken into account."""
    parsed = address(settings.database)
    if parsed.get_backend_name() == "sqlite":
        path = file_of(parsed)
        if path is None or not path.exists():
            yield _unusable("there is no database yet", "run upright migrate")
            return
        yield from _of_disk(path)
    store = open_store(settings.database)
    try:
        require_current(store)
        yield from _of_store(store, settings, now)
    except (StoreBusy, StoreFailed) as error:
        what, _, mend = str(error).partition(": ")
        yield _unusable(what, mend or "run upright doctor again")
    finally:
        store.close()


def _unusable(what: str, mend: str) -> Finding:
    return Finding("error", what, "texts are answered with an apology only", mend)


def _of_disk(path: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(path.parent).free
    if free < TIGHT:
        yield Finding(
            "error" if free < FULL else "warning",
            f"the disk of the database has {free // MEGABYTE} MB left",
            "on a full disk no text can be stored, and nobody joins or changes a setting",
            "make room, or move DATA_DIR to another disk",
        )


def _of_store(store: Store, settings: Settings, machine_now: datetime) -> Iterator[Finding]:
    shared = store.dialect == "postgresql"
    wall = wall_of(store) if shared else lambda: machine_now
    clock = Timekeeper(movable=not settings.real, wall=wall)
    with store.write() as session:  # proves that the disk takes a write
        facts.note(session, "doctor.looked_at", machine_now.isoformat())
        clock.load(session)
    now = clock.now()
    if shared:
        yield from shared_findings.of_server(store, machine_now)
    with store.read() as session:
        yield from _of_clock(session, now, "database server" if shared else "machine")
        yield from _of_heartbeat(session, settings, now)
        yield from _of_rate(session, settings, now)
        yield from _of_queue(session, now)
        yield from _of_failures(session, now)
        yield from _of_unreached(session, settings)
        yield from whatsapp_findings.of_texts(session, settings)
        yield from operator_findings.of_operators(session, settings)


def _of_clock(session: Session, now: datetime, whose: str) -> Iterator[Finding]:
    newest = max(
        filter(
            None, (session.scalar(select(func.max(at))) for at in (Entry.created_at, Inbound.at))
        ),
        default=now,
    )
    if newest > now + SLACK:
        yield Finding(
            "error",
            f"the {whose}'s clock stands {_span(newest - now)} before the newest text",
            "reminders pause until that time is reached again, and come at wrong times",
            f"set the {whose}'s clock, and keep it set by NTP (timedatectl)",
        )


def _of_heartbeat(session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    beat = session.get(Setting, HEARTBEAT)
    last = datetime.fromisoformat(beat.value) if beat else None
    if last is None or now - last > SILENT:
        since = f"for {_span(now - last)}" if last else "yet"
        yield Finding(
            "error" if settings.real else "note",
            f"the clock has not ticked {since}",
            "while it doesn't, no reminder is written or sent",
            "start upright serve, or upright clock where the web runs with BACKGROUND=0",
        )


def _of_rate(session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    fullest, can = max(room.count(session, now)), int(room.HOUR * settings.rate)
    if settings.real and fullest > max(can, 1):
        yield Finding(
            "error",
            f"{fullest} reminders are due in one minute, and the sender can send {can}",
            "all minutes of the hour are full: each hour, those that come last expire unsent",
            "have the provider raise the sender's rate and set SENDER_RATE, or share out the people",
        )


def _of_queue(session: Session, now: datetime) -> Iterator[Finding]:
    for state, since in ((State.QUEUED, Entry.not_before), (State.DOUBTFUL, Entry.claimed_at)):
        stuck = session.scalar(
            select(func.count()).where(Entry.state == state, since < now - WAITING)
        )
        if stuck:
            yield Finding(
                "error" if state == State.QUEUED else "warning",
                f"{_many(stuck)} {state} for more than {_span(WAITING)}",
                "delivery is stopped or fails; the log says why",
                "see that upright serve or clock runs, and what else stands here",
            )


def _of_failures(session: Session, now: datetime) -> Iterator[Finding]:
    """Errors of the last day, by provider's code, the most frequent first."""
    rows = session.execute(
        select(Entry.error, func.count())
        .where(Entry.error != "", Entry.settled_at > now - DAY)
        .group_by(Entry.error)
        .order_by(func.count().desc())
        .limit(MOST_ERRORS)
    ).all()
    for error, count in rows:
        yield Finding(
            "warning",
            f"{_many(count)} failed in the last day: {error}",
            "each is a text that somebody did not get",
            "a code of five digits is Twilio's: https://www.twilio.com/docs/api/errors/CODE",
        )


def _of_unreached(session: Session, settings: Settings) -> Iterator[Finding]:
    """People whose reminders go where nobody brings them."""
    rows = session.execute(
        select(AddressRow.channel, func.count())
        .join(Person, Person.id == AddressRow.person_id)
        .where(
            Person.state == "active",
            AddressRow.primary,
            AddressRow.standing == "in",
            AddressRow.channel.not_in(wiring.channels(settings)),
        )
        .group_by(AddressRow.channel)
        .order_by(AddressRow.channel)
    )
    for channel, count in rows:
        yield Finding(
            "warning",
            f"reminders of {count} {'person' if count == 1 else 'people'} go to {channel}, which isn't set up",
            "they expire unsent; whoever has linked another address gets them there only after HERE",
            f"set {channel} up again, or let these people know another way to write",
        )


def _many(count: int) -> str:
    return f"{count} {'text' if count == 1 else 'texts'}"


def _span(long: timedelta) -> str:
    """A length of time in its largest unit."""
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        whole = int(long.total_seconds() // seconds)
        if whole:
            return f"{whole} {unit}{'s' if whole > 1 else ''}"
    return "less than a minute"
