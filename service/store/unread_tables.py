"""What was not understood, without whoever wrote it."""

from datetime import datetime

from sqlalchemy import Double, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from service.store.base import Base, Words


class Unread(Base):
    """A text that the matcher couldn't read, masked; those that are alike are one row.

    No person, no address, no channel, no row number that would tell the order within a day: see
    conversation/unread.py.
    """

    __tablename__ = "unread"
    __table_args__ = (
        Index(None, "last_at", "likeness"),
        Index(None, "language", "last_at", "likeness"),
    )

    likeness: Mapped[str] = mapped_column(String(32), primary_key=True)  # hash of the words in it
    text: Mapped[str] = mapped_column(Words)  # masked, as it came last
    language: Mapped[str]  # as guessed
    last_at: Mapped[datetime]  # the day (UTC), as its midnight
    times: Mapped[int]
    intent: Mapped[str]
    topic: Mapped[str]
    rule: Mapped[str]
    confidence: Mapped[float] = mapped_column(Double())
    nearest: Mapped[str]  # topics that were offered, with blanks between
