"""A phone to text with: the whole service on a real database, with a clock that tests move by hand."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from service.envelopes import Address, Inbound
from service.playback import play
from service.runtime import Runtime
from service.store.tables import AddressRow, Entry, Person

NEW_YORK = ZoneInfo("America/New_York")
HELD_BACK = ("queued", "dropped", "expired", "failed", "lost")
_ids = itertools.count(1)


@dataclass
class Wall:
    """The wall clock that a test looks at and moves."""

    moment: datetime = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # Monday 09:00 in New York

    def __call__(self) -> datetime:
        return self.moment


@dataclass(repr=False)
class Phone:
    runtime: Runtime
    wall: Wall
    number: str = "+12125550100"
    channel: str = "simulator"
    log: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Phone({self.number})"

    def text(self, words: str, provider_id: str = "", **inbound: object) -> str:
        """Send a text; what comes back at once, several texts joined by a blank line."""
        message = Inbound(
            Address(self.channel, self.number),
            provider_id or f"T{next(_ids)}",
            words,
            **inbound,  # type: ignore[arg-type]
        )
        replies = [reply.text for reply in self.runtime.receive(message)]
        self.log += replies
        return "\n\n".join(replies)

    def texts(self, *many: str) -> str:
        """Send several; what the last one brought."""
        return [self.text(words) for words in many][-1]

    def join(self) -> "Phone":
        self.texts("REMIND", "YES")
        return self

    def until(self, *moment: int, zone: ZoneInfo = NEW_YORK) -> list[str]:
        """Let time pass to a local moment; the texts that arrived by themselves."""
        return self._play(datetime(*moment, tzinfo=zone).astimezone(UTC))  # type: ignore[misc,arg-type]

    def after(self, **ahead: float) -> list[str]:
        return self._play(self.wall.moment + timedelta(**ahead))

    def _play(self, moment: datetime) -> list[str]:
        before = {entry.id for entry in self.entries()}
        play(self.runtime, moment, self._move)
        return [entry.text for entry in self.entries() if self._arrived(entry, before)]

    def _move(self, moment: datetime) -> None:
        self.wall.moment = moment

    @staticmethod
    def _arrived(entry: Entry, before: set[int]) -> bool:
        return entry.id not in before and entry.state not in HELD_BACK

    def entries(self) -> list[Entry]:
        """Everything said, or meant to be said, to this phone."""
        with self.runtime.store.read() as session:
            rows = session.scalars(
                select(Entry)
                .join(AddressRow, AddressRow.id == Entry.address_id)
                .where(AddressRow.handle == self.number, AddressRow.channel == self.channel)
                .order_by(Entry.id)
            )
            return list(rows)

    def arrivals(self) -> list[datetime]:
        """The local times at which reminders came."""
        return [
            entry.slot.astimezone(NEW_YORK)
            for entry in self.entries()
            if entry.slot and entry.kind != "notice" and entry.state not in HELD_BACK
        ]

    @property
    def person(self) -> Person:
        with self.runtime.store.read() as session:
            return session.scalars(
                select(Person).join(AddressRow).where(AddressRow.handle == self.number)
            ).one()
