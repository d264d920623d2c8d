"""Where operators are signed in: every sign-in ends, by itself or when somebody ends it."""

import hashlib
import secrets
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
            token_hash=_hash(token),
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
            SignIn.token_hash == _hash(token),
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
    row = session.get(SignIn, _hash(token))
    if row is not None:
        row.seen_at = now


def end(session: Session, token: str) -> None:
    session.execute(delete(SignIn).where(SignIn.token_hash == _hash(token)))


def end_all(session: Session, operator_id: int) -> None:
    """Everywhere: their password was changed, or their account was closed."""
    session.execute(delete(SignIn).where(SignIn.operator_id == operator_id))


def purge(session: Session, now: datetime) -> None:
    """Forget those that have ended."""
    session.execute(delete(SignIn).where(or_(SignIn.ends_at <= now, SignIn.seen_at <= now - IDLE)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
