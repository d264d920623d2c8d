"""The tables of those who run the service: who they are, where they are signed in, what they did."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.store.base import Base, Long


class Operator(Base):
    """Somebody who may see the dashboard."""

    __tablename__ = "operator"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)  # in small letters
    role: Mapped[str]  # viewer, operator
    password_hash: Mapped[str]
    totp_secret: Mapped[str] = mapped_column(default="")  # base32; empty: a password is enough
    totp_step: Mapped[int] = mapped_column(default=0)  # the last one used: no code counts twice
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SignIn(Base):
    """A browser in which an operator is signed in. We keep a hash of its token, never the token."""

    __tablename__ = "sign_in"
    __table_args__ = (Index(None, "operator_id"),)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id", ondelete="CASCADE"))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Audit(Base):
    """Append-only: what operators did, and every attempt to sign in.

    No foreign keys: a line outlives whom it names, and nobody's removal waits for its lines.
    """

    __tablename__ = "audit"
    __table_args__ = (  # one for each way to look at it, newest first (operators/trail.py)
        Index(None, "at", "id"),
        Index(None, "action", "at", "id"),
        Index(None, "name", "at", "id"),
        Index(None, "name", "action", "at", "id"),
        Index(None, "person_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(Long, primary_key=True)
    at: Mapped[datetime]
    operator_id: Mapped[int | None]
    name: Mapped[str]  # as it was then; of somebody unknown a keyed hash (operators/throttle.py)
    action: Mapped[str]
    person_id: Mapped[int | None]  # whom it was about
    origin: Mapped[str] = mapped_column(default="")  # keyed hash of the client's address or browser
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
