"""The tables of what operators write to many people."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.store.base import Base


class Broadcast(Base):
    """One text to a group of people, in each of their languages; its rows in the outbox name it."""

    __tablename__ = "broadcast"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)  # of its form, which sent twice makes one
    made_by: Mapped[str]  # the operator's name
    created_at: Mapped[datetime]
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # by language, as they were typed
    fallback: Mapped[str] = mapped_column(
        default=""
    )  # whose words others get; empty: they get none
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)  # broadcasts/audience.py
    left_out: Mapped[list[int]] = mapped_column(JSON, default=list)  # person ids
    rest_days: Mapped[int] = mapped_column(default=0)  # nobody who had a notice within so many days
    days: Mapped[int] = mapped_column(default=1)  # local days on which it may go, from the first
    until: Mapped[str] = mapped_column(default="20:00")  # the latest local time
    state: Mapped[str] = mapped_column(default="draft")  # draft, going, cancelled, done
    slot: Mapped[datetime | None] = mapped_column(unique=True)  # of all its rows
    people: Mapped[int] = mapped_column(default=0)  # counted when it began
    billed: Mapped[int] = mapped_column(default=0, server_default="0")  # segments, likewise
    cursor: Mapped[int] = mapped_column(default=0)  # person.id up to which rows are written
    written: Mapped[int] = mapped_column(default=0)  # rows
    too_late: Mapped[int] = mapped_column(default=0)  # people whose hours were over: no row
    written_at: Mapped[datetime | None]  # when the last row was
    ended_at: Mapped[datetime | None]  # from here on nothing of it is under way
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # rows by state, at its end
