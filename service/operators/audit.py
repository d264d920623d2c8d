"""What operators did, for good; and how often somebody tried to sign in, which throttles them."""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store.operator_tables import Audit, Operator

SIGNED_IN, SIGNED_OUT, REFUSED = "sign-in", "sign-out", "sign-in refused"
WITHIN = timedelta(minutes=15)
OF_A_NAME, OF_AN_ORIGIN = 10, 30  # refused attempts within that time before all are
_LONGEST = 64  # characters of a name that somebody typed


def note(
    session: Session,
    action: str,
    operator: Operator | None,
    now: datetime,
    *,
    name: str = "",
    person_id: int | None = None,
    origin: str = "",
    **detail: Any,
) -> None:
    """Append one event. `detail` holds no number and no words of a person."""
    session.add(
        Audit(
            at=now,
            operator_id=operator.id if operator else None,
            name=operator.name if operator else name[:_LONGEST],
            action=action,
            person_id=person_id,
            origin=origin,
            detail=detail,
        )
    )


def origin(key: str, address: str) -> str:
    """By which attempts from one client address are counted, without keeping it."""
    return hmac.new(key.encode(), f"origin:{address}".encode(), hashlib.sha256).hexdigest()[:16]


def throttled(session: Session, name: str, origin: str, now: datetime) -> bool:
    """Were so many attempts refused lately that the next isn't even looked at?"""
    lately = select(func.count()).where(Audit.action == REFUSED, Audit.at > now - WITHIN)
    of_name = session.scalar(lately.where(Audit.name == name[:_LONGEST])) or 0
    from_there = session.scalar(lately.where(Audit.origin == origin)) or 0
    return of_name >= OF_A_NAME or from_there >= OF_AN_ORIGIN
