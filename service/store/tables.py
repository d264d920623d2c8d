"""The tables. Moments are aware datetimes in UTC; nothing here reads a clock."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Double,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.store.base import Base, Long, Words

# What names somebody by their row number must never name somebody else after an erasure.
_NUMBERED_ONCE = {"sqlite_autoincrement": True}


class Plan(Base):
    """A shared rhythm: many people point to one row, and the tick looks only at rows that are due."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("zone", "days", "hours", "lunch", "every", "minute", "holidays", "own"),
        Index(None, "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    zone: Mapped[str]  # IANA; empty while unknown, and then it is never due
    days: Mapped[str]  # seven digits from Monday on: 1111100
    hours: Mapped[str]  # windows: 09:00-17:00, or 09:00-12:00 13:00-17:00, or 22:00-06:00
    lunch: Mapped[str]  # 12:30-13:30, or empty
    every: Mapped[int]  # minutes
    minute: Mapped[int]  # of the local hour
    holidays: Mapped[str]  # country whose public holidays are off, or empty
    own: Mapped[bool]  # hours that a person set give quiet hours leave to yield
    next_at: Mapped[datetime | None]  # the next slot to be written
    slot: Mapped[datetime | None]  # the slot being written, and how far
    cursor: Mapped[int] = mapped_column(default=0)  # person.id


class Minute(Base):
    """How many people a minute of the UTC hour reminds; see reminders/room.py."""

    __tablename__ = "minute"

    minute: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    people: Mapped[int]


class Person(Base):
    __tablename__ = "person"
    __table_args__ = (
        Index(None, "plan_id", "state", "id"),
        Index(None, "doubt_until"),
        _NUMBERED_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    state: Mapped[str]  # stranger, active, stopped
    language: Mapped[str] = mapped_column(default="en")
    leaning: Mapped[str] = mapped_column(default="")  # another language, of their last text
    country: Mapped[str] = mapped_column(default="")  # ISO code, for the emergency number
    zone: Mapped[str] = mapped_column(default="")  # IANA
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    plan_since: Mapped[datetime | None]
    agreed: Mapped[int] = mapped_column(default=8)  # reminders a day that they said YES to
    held_until: Mapped[datetime | None]  # no reminders before
    held_why: Mapped[str] = mapped_column(default="")  # pause, emergency, doubt
    doubt_until: Mapped[datetime | None]  # perhaps they said STOP: without an answer they did
    rest_until: Mapped[datetime | None]  # moved a moment ago, or snoozed: no reminder before
    seated: Mapped[bool] = mapped_column(default=False)
    discreet: Mapped[bool] = mapped_column(default=False)
    pictures: Mapped[bool | None]  # with stretches; unset: where they cost nothing
    left_out: Mapped[list[str]] = mapped_column(default=list)  # body areas of stretches
    gentle_until: Mapped[datetime | None]  # after a strain
    last_seen_at: Mapped[datetime | None]  # their last text
    restated_at: Mapped[datetime | None]  # the monthly text about frequency and STOP


class AddressRow(Base):
    """One handle on one channel. Consent is per address."""

    __tablename__ = "address"
    __table_args__ = (
        UniqueConstraint("channel", "handle"),
        Index(None, "person_id"),
        _NUMBERED_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    channel: Mapped[str]
    handle: Mapped[str]
    primary: Mapped[bool] = mapped_column(default=True)  # reminders go here
    standing: Mapped[str] = mapped_column(default="none")  # none, in, out
    out_by: Mapped[str] = mapped_column(default="")  # keyword, words, provider, silence
    dead: Mapped[str] = mapped_column(default="")  # why nobody is reached here


class Inbound(Base):
    """A text received, without its words. It stays 48 hours after an erasure so that a repeat changes nothing."""

    __tablename__ = "inbound"
    __table_args__ = (UniqueConstraint("channel", "provider_id"), Index(None, "address_id", "at"))

    id: Mapped[int] = mapped_column(Long, primary_key=True)
    channel: Mapped[str]
    provider_id: Mapped[str] = mapped_column(String(64))
    address_id: Mapped[int | None] = mapped_column(ForeignKey("address.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    intent: Mapped[str]
    topic: Mapped[str]
    rule: Mapped[str]


# Answers have no slot. A reminder is written, and each of its moves recorded, without this index.
_ANSWER = text("slot IS NULL")


def _of_those_with(column: str, *others: str, unique: bool = False) -> Index:
    """An index that rows without a value aren't in: a reminder is written a third faster so."""
    given = text(f"{column} IS NOT NULL")
    return Index(None, column, *others, unique=unique, sqlite_where=given, postgresql_where=given)


class Entry(Base):
    """The outbox and the history: everything that is ever said to a person."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("person_id", "slot", "kind"),
        Index(None, "state", "kind", "channel", "not_before"),
        _of_those_with("attempt", unique=True),
        _of_those_with("inbound_id"),
        _of_those_with("provider_id"),
        Index(None, "address_id", "created_at", sqlite_where=_ANSWER, postgresql_where=_ANSWER),
        _of_those_with("broadcast_id", "state"),
    )

    id: Mapped[int] = mapped_column(Long, primary_key=True)
    # An erased person's answer to DELETE stays 48 hours, so that a repeated webhook gets it again.
    # No foreign keys: see owners.py.
    person_id: Mapped[int | None]
    address_id: Mapped[int | None]
    inbound_id: Mapped[int | None] = mapped_column(Long)
    broadcast_id: Mapped[int | None]  # of which it is one text
    # Of the address, so that a worker finds its rows beside another channel's long queue.
    channel: Mapped[str] = mapped_column(server_default="")
    kind: Mapped[str]  # reply, emergency, consent; reminder, snooze, notice, broadcast
    slot: Mapped[datetime | None]  # a UTC minute for what we start
    key: Mapped[str] = mapped_column(default="")  # of the catalogue; a reminder's: once claimed
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    text: Mapped[str] = mapped_column(default="")  # as sent
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    best_before: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default="queued")
    attempt: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]  # past it, a row in sending is in doubt
    looks: Mapped[int] = mapped_column(default=0)  # at the provider, while doubtful
    provider_id: Mapped[str | None]
    error: Mapped[str] = mapped_column(default="")
    segments: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None]


# For statements that touch many rows without their objects.
ENTRY = Base.metadata.tables[Entry.__tablename__]


class Sender(Base):
    """What all workers that send through one channel share: its rate and its pauses."""

    __tablename__ = "sender"

    name: Mapped[str] = mapped_column(primary_key=True)  # of the channel
    tokens: Mapped[float] = mapped_column(Double())  # segments that may go at filled_at
    filled_at: Mapped[datetime | None]
    paused_from: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    faults: Mapped[int] = mapped_column(default=0)  # in a row


class Spending(Base):
    """Segments a day (UTC) of what we started, for the budgets."""

    __tablename__ = "spending"

    sender: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    segments: Mapped[int] = mapped_column(default=0)


class Consent(Base):
    """Append-only: who agreed or left, with the words shown and used, when, how and from where."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "address_id"),)

    id: Mapped[int] = mapped_column(Long, primary_key=True)
    address_id: Mapped[int | None] = mapped_column(ForeignKey("address.id", ondelete="SET NULL"))
    handle_hash: Mapped[str] = mapped_column(default="")  # instead of the address once it is erased
    at: Mapped[datetime]
    event: Mapped[str]  # asked, given, withdrawn, returned, erased
    source: Mapped[str]  # text, page, provider, silence, operator, import
    rule: Mapped[str]  # how the words were classified
    shown: Mapped[str] = mapped_column(default="")  # our words that they answered
    used: Mapped[str] = mapped_column(Words, default="")  # their words
    provider_id: Mapped[str] = mapped_column(default="")


class Dialogue(Base):
    """The one question open with a person, and when it closes."""

    __tablename__ = "dialogue"
    __table_args__ = (Index(None, "closes_at"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    closes_at: Mapped[datetime]


class LinkCode(Base):
    """By which another address joins this person, once: a keyed hash of the code that they were told."""

    __tablename__ = "link_code"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]


class Suppression(Base):
    """Keyed hashes of erased handles that said STOP: they are never texted again unless they return."""

    __tablename__ = "suppression"

    handle_hash: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    out_by: Mapped[str]  # as in address


class Setting(Base):
    """Small facts of the installation, such as the demo clock's offset."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
