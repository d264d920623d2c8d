"""A crowd on one sender, played through the real sign-up, tick and pacing: does anybody's reminder expire?

`python -m benchmarks.crowd [PEOPLE] [SEGMENTS_A_SECOND] [DATABASE_URL]`; time is played, so an hour takes
minutes. The database must be empty.
"""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.settings import Settings
from service.channels.simulator import Simulator
from service.envelopes import Outgoing, Sent
from service.outbox import entries
from service.outbox.deliver import Delivery
from service.outbox.prepare import Composed, Wordless
from service.reminders import due, plans
from service.reminders.rhythm import Rhythm
from service.slices import Slices
from service.store.engine import Store, open_store
from service.store.migrate import migrate
from service.store.tables import AddressRow, Entry, Person, Plan

PEOPLE, RATE = 100_000, 30.0
JOINED = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)  # a Monday, 08:00 in New York
NEW_YORK = Rhythm.default("America/New_York", "US")
QUIET = Settings.model_construct().quiet
AT_ONCE = 500  # sign-ups in one transaction
SNOOZED = timedelta(minutes=10)


@dataclass
class Carrier(Simulator):
    """A real sender's stand-in: it takes everything, and one in so many people snoozes."""

    store: Store
    clock: Callable[[], datetime]
    one_in: int  # 0: nobody
    name: str = "sms"
    real: bool = True
    taken: list[str] = field(default_factory=list)
    snoozing: set[str] = field(default_factory=set)

    async def send(self, outgoing: Outgoing) -> Sent:
        self.taken.append(outgoing.address.handle)
        return Sent(outgoing.attempt, segments=1)

    def snoozes(self) -> None:
        """What they answer: a snooze each, as the conversation writes it."""
        handles, self.taken = self.taken, []
        asking = {handle for handle in handles if int(handle) % self.one_in == 0} - self.snoozing
        self.snoozing |= asking  # once each
        slot = self.clock().replace(second=0, microsecond=0) + SNOOZED
        with self.store.write() as session:
            for handle in asking:
                entries.put(
                    session, person_id=int(handle), address_id=int(handle), channel=self.name,
                    kind="snooze", now=self.clock(), slot=slot, not_before=slot,
                )  # fmt: skip


@dataclass(frozen=True)
class Played:
    states: Mapping[str, int]  # of reminders and snoozes
    fullest: int  # people whose reminder is due in one UTC minute
    latest: float  # seconds after its time at which the last text went


def settle(store: Store, people: int, rate: float, rhythm: Rhythm = NEW_YORK) -> None:
    """So many newcomers, one after the other, who all want the usual hours."""
    for first in range(1, people + 1, AT_ONCE):
        with store.write() as session:
            for each in range(first, min(first + AT_ONCE, people + 1)):
                person = Person(id=each, created_at=JOINED, state="active", zone=rhythm.zone)
                person.restated_at = person.last_seen_at = JOINED
                address = AddressRow(id=each, person_id=each, channel="sms", handle=str(each))
                address.standing = "in"
                session.add(person)
                session.flush()
                session.add(address)
                plans.settle(session, person, rhythm, JOINED, rate, QUIET)


def play(store: Store, rate: float, *, one_in: int = 0, minutes: int = 75) -> Played:
    """From the day's first reminder on, past the last moment at which that hour's could go."""
    with store.read() as session:
        begins = session.scalar(select(func.min(Plan.next_at)))
    assert begins is not None
    step = timedelta(seconds=max(1.0, 1 / rate))
    now = begins
    carrier = Carrier(store, lambda: now, one_in)
    delivery = _delivery(store, carrier, rate)

    async def hour() -> None:
        nonlocal now
        while now < begins + timedelta(minutes=minutes):
            _tick(store, now)
            await delivery.drain()
            if carrier.taken and one_in:
                carrier.snoozes()
            now += step

    asyncio.run(hour())
    return _result(store, begins)


def _delivery(store: Store, carrier: Carrier, rate: float) -> Delivery:
    return Delivery(
        store,
        {carrier.name: carrier},
        clock=carrier.clock,
        compose=_compose,
        alert=lambda title, body: None,
        quiet=QUIET,
        rates={carrier.name: rate},
    )


def _compose(_session: Session, rows: Sequence[Wordless], _now: datetime) -> Mapping[int, Composed]:
    return {row.id: ("NK1", {}, "Upright: stand up and stretch.", 1) for row in rows}


def _tick(store: Store, now: datetime) -> None:
    with store.read() as session:
        at = due.next_due_at(session)
    if at is not None and at <= now:
        list(Slices(store, QUIET).write(now))


def _result(store: Store, begins: datetime) -> Played:
    """Of the first hour: who is on the second belongs to it anew."""
    first = Entry.slot < begins + timedelta(hours=1)
    with store.read() as session:
        states = session.execute(
            select(Entry.state, func.count().label("many")).where(first).group_by(Entry.state)
        )
        fullest = session.execute(
            select(func.count().label("people"))
            .where(first, Entry.kind == "reminder")
            .group_by(Entry.slot)
            .order_by(func.count().desc())
        )
        late = session.execute(select(Entry.not_before, Entry.claimed_at).where(first))
        waits = [(claimed - due_at).total_seconds() for due_at, claimed in late if claimed]
        return Played(
            {row.state: row.many for row in states},
            fullest.scalars().first() or 0,
            max(waits),
        )


def main(arguments: Sequence[Any]) -> None:
    people = int(arguments[0]) if arguments else PEOPLE
    rate = float(arguments[1]) if len(arguments) > 1 else RATE
    with TemporaryDirectory(prefix="upright-crowd-") as folder:
        url = arguments[2] if len(arguments) > 2 else f"sqlite:///{Path(folder) / 'crowd.db'}"
        migrate(url)
        store = open_store(url)
        began = perf_counter()
        settle(store, people, rate)
        settled = perf_counter()
        played = play(store, rate, one_in=20)
        print(
            f"{people:,} people on {rate:g} segments a second, one in 20 snoozes: "
            f"{dict(played.states)}; {played.fullest:,} in the fullest minute; the last went "
            f"{played.latest:.0f} s after its time.\n"
            f"Sign-up {1000 * (settled - began) / people:.2f} ms a person; "
            f"the hour took {perf_counter() - settled:.0f} s."
        )
        store.close()


if __name__ == "__main__":
    main(sys.argv[1:])
