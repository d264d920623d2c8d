"""A line to text on: a channel that keeps what it was given and fails as a test tells it to."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from service.envelopes import (
    Answer,
    Inbound,
    Knock,
    Outgoing,
    Receipt,
    Reply,
    SendFailed,
    Sent,
    Unverified,
    Verdict,
)
from service.outbox import entries
from service.outbox.deliver import Delivery
from service.outbox.prepare import Composed, Wordless
from service.store.engine import Store
from service.store.tables import AddressRow, Entry, Person

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday


def failed(verdict: Verdict, code: str = "30000", wait: float = 0.0) -> SendFailed:
    return SendFailed(verdict, code, "as the test says", wait)


@dataclass
class Line:
    """`script`: what the next sends bring; when it is used up, every text is taken."""

    name: str = "sms"
    real: bool = False
    buttons: bool = False
    pictures: bool = False
    script: deque[SendFailed | Exception] = field(default_factory=deque)
    given: list[Outgoing] = field(default_factory=list)
    found: Sent | SendFailed | None = None
    asked: list[tuple[str, ...]] = field(default_factory=list)
    on_send: Callable[[Outgoing], None] = lambda _: None
    on_look_up: Callable[[], None] = lambda: None
    hangs: bool = False
    silent: bool = False  # about segments
    closed: bool = False

    @property
    def texts(self) -> list[str]:
        return [outgoing.text for outgoing in self.given]

    def read(self, knock: Knock) -> Inbound | None:
        raise Unverified("a test line has no webhook")

    def read_receipt(self, knock: Knock) -> Receipt | None:
        raise Unverified("a test line has no webhook")

    def answer(self, replies: Sequence[Reply], to: Inbound | None = None) -> Answer:
        return Answer("", "text/plain")

    async def send(self, outgoing: Outgoing) -> Sent:
        self.given.append(outgoing)
        self.on_send(outgoing)
        if self.hangs:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        if self.script:
            raise self.script.popleft()
        return Sent(f"SM-{outgoing.attempt}", segments=None if self.silent else 1)

    def look_up(self, outgoing: Outgoing, known: Sequence[str]) -> Sent | None:
        self.asked.append(tuple(known))
        self.on_look_up()
        if isinstance(self.found, SendFailed):
            raise self.found
        return self.found

    async def close(self) -> None:
        self.closed = True


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **ahead: float) -> datetime:
        self.now += timedelta(**ahead)
        return self.now


def compose(
    _session: Session, rows: Sequence[Wordless], _now: datetime, segments: int = 1
) -> Mapping[int, Composed]:
    return {row.id: ("NK1", {}, f"stretch for {row.person_id}", segments) for row in rows}


@dataclass
class House:
    """A store with people, a line to them, a clock, and delivery between."""

    store: Store
    line: Line = field(default_factory=Line)
    clock: Clock = field(default_factory=Clock)
    alerts: list[str] = field(default_factory=list)
    segments: int = 1  # of a stretch

    def person(self, **changes: Any) -> int:
        """Somebody active in London with one address under the same id; its standing may be given."""
        of_address = {
            name: changes.pop(name) for name in ("standing", "dead", "channel") if name in changes
        }
        given = {"state": "active", "zone": "Europe/London", "created_at": NOON} | changes
        with self.store.write() as session:
            person = Person(**given)
            session.add(person)
            session.flush()
            address = {"standing": "in", "channel": "sms"} | of_address
            session.add(
                AddressRow(
                    id=person.id, person_id=person.id, handle=f"+4477009{person.id:05}", **address
                )
            )
            return person.id

    def put(self, person: int, kind: str = "reminder", **changes: Any) -> int:
        now = self.clock.now
        if kind in entries.STARTED:
            changes.setdefault("slot", now)
        else:
            changes.setdefault("text", f"{kind} for {person}")
            changes.setdefault("segments", 1)
        with self.store.write() as session:
            row = entries.put(
                session, person_id=person, address_id=person, kind=kind, now=now,
                **{"channel": self.address(person).channel} | changes,
            )  # fmt: skip
            assert row is not None
            return row

    def change(self, person: int, **changes: Any) -> None:
        with self.store.write() as session:
            row = session.get_one(Person, person)
            for name, value in changes.items():
                setattr(row, name, value)

    def entry(self, entry_id: int) -> Entry:
        with self.store.read() as session:
            return session.get_one(Entry, entry_id)

    def address(self, person: int) -> AddressRow:
        with self.store.read() as session:
            return session.get_one(AddressRow, person)

    def states(self) -> list[str]:
        with self.store.read() as session:
            return [row.state for row in session.query(Entry).order_by(Entry.id)]

    def delivery(self, others: Sequence[Line] = (), **changes: Any) -> Delivery:
        given: dict[str, Any] = {"quiet": (time(9), time(20)), "sender_rate": 100.0}
        given |= {"compose": partial(compose, segments=self.segments)} | changes
        rate, lines = given.pop("sender_rate"), (self.line, *others)
        return Delivery(
            self.store,
            {line.name: line for line in lines},
            rates={line.name: rate if line.real else None for line in lines},
            clock=self.clock,
            alert=lambda title, _body: self.alerts.append(title),
            **given,
        )

    def deliver(self, **changes: Any) -> None:
        asyncio.run(self.delivery(**changes).drain())

    @contextmanager
    def running(self, **changes: Any) -> Iterator[Delivery]:
        delivery = self.delivery(**changes)
        delivery.start()
        try:
            yield delivery
        finally:
            delivery.stop()
