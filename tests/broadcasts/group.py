"""People to whom operators write: a house with a line to them, and broadcasts on their way."""

from dataclasses import dataclass, field
from datetime import time
from typing import Any

from sqlalchemy import select

from messages import broadcasts as words_of
from messages.broadcasts import BroadcastWords
from service.broadcasts import drafts, writing
from service.broadcasts.compose import composing
from service.broadcasts.drafts import Draft
from service.outbox.windows import Reach
from service.store.broadcast_tables import Broadcast
from service.store.tables import AddressRow, Entry
from tests.outbox.line import House, compose

QUIET = (time(9), time(20))
TEXTS = {"en": "We are closed on Friday.", "es": "Cerramos el viernes."}
SAID = "Upright: We are closed on Friday. STOP to end."
WORDS = words_of.load("Upright")


@dataclass
class Group(House):
    words: BroadcastWords = field(default_factory=lambda: WORDS)
    reach: Reach = field(default_factory=lambda: {"sms": None})
    tokens: int = 0

    def another_number(self, person: int) -> int:
        """One that is in as well, and to which reminders don't go."""
        with self.store.write() as session:
            row = AddressRow(
                id=person + 1_000,
                person_id=person,
                channel="sms",
                handle=f"+4477008{person:05}",
                standing="in",
                primary=False,
            )
            session.add(row)
            return row.id

    def draft(self, token: str = "", **changes: Any) -> int:
        self.tokens += 1
        given: dict[str, Any] = {"texts": TEXTS, "fallback": "en"} | changes
        with self.store.write() as session:
            made, _ = drafts.write_down(
                session,
                WORDS,
                Draft(**given),
                token or f"form {self.tokens}",
                "ada",
                self.clock.now,
            )
            return made.id

    def begin(self, **changes: Any) -> int:
        number = self.draft(**changes)
        self.send(number)
        return number

    def send(self, number: int) -> None:
        with self.store.write() as session:
            assert drafts.begin(session, number, 1, 0, self.clock.now) is not None

    def cancel(self, number: int) -> bool:
        with self.store.write() as session:
            return drafts.cancel(session, number, self.clock.now)

    def write(self, slices: int = 1_000, size: int = 2) -> int:
        """Let the clock write; it ends after so many slices. How many there were."""
        left = iter(range(slices - 1))
        steps = writing.advance(
            self.store,
            self.reach,
            QUIET,
            self.clock.now,
            lambda: next(left, None) is not None,
            size,
        )
        return len(list(steps))

    def broadcast(self, number: int) -> Broadcast:
        with self.store.read() as session:
            return session.get_one(Broadcast, number)

    def rows(self) -> list[Entry]:
        with self.store.read() as session:
            wanted = select(Entry).where(Entry.broadcast_id.is_not(None))
            return list(session.scalars(wanted.order_by(Entry.id)))

    def written_to(self) -> list[int | None]:
        return [row.person_id for row in self.rows()]

    def deliver(self, **changes: Any) -> None:
        super().deliver(**{"compose": composing(WORDS, compose)} | changes)
