"""Two phones of one person."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import func, select

from service.runtime import Runtime
from service.store.tables import AddressRow, Consent, Dialogue, Entry, Person
from tests.phone import Phone

MONDAY_NINE = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def another(phone: Phone, number: str = "+12125550199", channel: str = "simulator") -> Phone:
    return Phone(phone.runtime, phone.wall, number, channel)


def code_of(answer: str) -> str:
    found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", answer)
    assert found, answer
    return found.group()


def link(maker: Phone, other: Phone) -> str:
    """The answer at the other phone."""
    return other.text(f"LINK {code_of(maker.text('LINK'))}")


def people(runtime: Runtime) -> int:
    with runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def addresses(runtime: Runtime) -> Mapping[str, AddressRow]:
    with runtime.store.read() as session:
        rows = session.scalars(select(AddressRow).order_by(AddressRow.id))
        return {row.handle: row for row in rows}


def primaries(runtime: Runtime) -> list[str]:
    return [handle for handle, row in addresses(runtime).items() if row.primary]


def events(runtime: Runtime, number: str) -> list[str]:
    with runtime.store.read() as session:
        rows = select(Consent.event).join(AddressRow).where(AddressRow.handle == number)
        return list(session.scalars(rows.order_by(Consent.id)))


def question(phone: Phone) -> str:
    with phone.runtime.store.read() as session:
        found = session.get(Dialogue, phone.person.id)
        return found.question if found else ""


def told(phone: Phone) -> list[str]:
    """What came to this phone without being an answer to it; the outbox is emptied first."""
    before = {entry.id for entry in phone.entries() if entry.state != "queued"}
    phone.runtime.drain()
    return [
        entry.text
        for entry in phone.entries()
        if entry.id not in before and entry.state in {"sent", "delivered"}
    ]


def reminders(phone: Phone) -> list[Entry]:
    return [entry for entry in phone.entries() if entry.kind == "reminder"]
