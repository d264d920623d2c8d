"""The tables of lists of people that are brought in: the file as it came, and what each of its lines is worth.

They hold numbers, so every file has an end (expires_at).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service.store.base import Base, Words


class ImportFile(Base):
    """A file, and how far it is read or written; see imports/files.py."""

    __tablename__ = "import_file"
    __table_args__ = (Index(None, "state"), Index(None, "digest"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words)  # as its operator called it
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256: the same file twice is one
    size: Mapped[int]  # bytes
    encoding: Mapped[str]
    channel: Mapped[str]  # on which its people will be reached
    state: Mapped[str]  # reading, checked, writing, done; unreadable
    problem: Mapped[str] = mapped_column(default="")  # why it is unreadable
    ignored: Mapped[str] = mapped_column(Words, default="")  # columns that we don't keep
    cursor: Mapped[int] = mapped_column(default=0)  # the last line read
    ready: Mapped[int] = mapped_column(default=0)  # people who can be brought in
    refused: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    written: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ImportPart(Base):
    """A piece of the file, as long as it is being read."""

    __tablename__ = "import_part"

    file_id: Mapped[int] = mapped_column(
        ForeignKey("import_file.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportLine(Base):
    """One line that was read: whom it brings in, or why it doesn't."""

    __tablename__ = "import_line"
    __table_args__ = (Index(None, "file_id", "outcome", "line"), Index(None, "file_id", "handle"))

    file_id: Mapped[int] = mapped_column(
        ForeignKey("import_file.id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int] = mapped_column(primary_key=True)  # of the file, from 1
    number: Mapped[str] = mapped_column(Words)  # as it is written there
    handle: Mapped[str] = mapped_column(default="")  # the same in E.164, where it is one
    outcome: Mapped[str]  # ready, refused, unchanged, written
    columns: Mapped[str] = mapped_column(default="")  # that are to be mended
    reason: Mapped[str] = mapped_column(Words, default="")
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
