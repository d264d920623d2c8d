"""Where operators are signed in: every sign-in ends, by itself or when somebody ends it."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from service.store.operator_tables import Operator, SignIn

LASTS = timedelta(hours=12)
IDLE = timedelta(hours=1)  # without a look at any page
_SEEN = timedelta(minutes=1)  # how exactly we keep when somebody last looked


def begin(session: Session, operator: Operator, now: datetime) -> str:
    """A new sign-in; the token that their browser keeps."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_hash=hash_of(token),
            operator_id=operator.id,
            began_at=now,
            seen_at=now,
            ends_at=now + LASTS,
        )
    )
    return token


def who(session: Session, token: str, now: datetime) -> tuple[Operator, SignIn] | None:
    """Whose token this is; None for one that nobody has, or has any more."""
    row = session.execute(
        select(Operator, SignIn)
        .join(SignIn, SignIn.operator_id == Operator.id)
        .where(
            SignIn.token_hash == hash_of(token),
            SignIn.ends_at > now,
            SignIn.seen_at > now - IDLE,
            Operator.disabled_at.is_(None),
        )
    ).first()
    return (row[0], row[1]) if row else None


def unseen(sign_in: SignIn, now: datetime) -> bool:
    """Is it so long since this browser was seen that it must be written?"""
    return sign_in.seen_at <= now - _SEEN


def seen(session: Session, token: str, now: datetime) -> None:
    row = session.get(SignIn, hash_of(token))
    if row is not None:
        row.seen_at = now


def end(session: Session, token: str) -> None:
    session.execute(delete(SignIn).where(SignIn.token_hash == hash_of(token)))


def of(session: Session, operator_id: int, now: datetime) -> Sequence[SignIn]:
    """Where somebody is signed in, the newest first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.operator_id == operator_id, SignIn.ends_at > now, SignIn.seen_at > now - IDLE)
        .order_by(SignIn.began_at.desc(), SignIn.token_hash)
    ).all()


def end_one(session: Session, operator_id: int, token_hash: str) -> bool:
    """One of somebody's own; False where it is none, or is no more."""
    mine = (SignIn.operator_id == operator_id, SignIn.token_hash == token_hash)
    ended = session.scalars(delete(SignIn).where(*mine).returning(SignIn.token_hash))
    return ended.first() is not None


def end_all(session: Session, operator_id: int, but: str = "") -> None:
    """Everywhere, except in the browser with this token."""
    kept = SignIn.token_hash != hash_of(but)
    session.execute(delete(SignIn).where(SignIn.operator_id == operator_id, kept))


def purge(session: Session, now: datetime) -> None:
    """Forget those that have ended."""
    session.execute(delete(SignIn).where(or_(SignIn.ends_at <= now, SignIn.seen_at <= now - IDLE)))


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
