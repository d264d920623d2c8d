"""Codes by which somebody shows that two addresses are theirs. We keep a keyed hash, never the code."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.store.tables import AddressRow, LinkCode

VALID = timedelta(minutes=15)


def hashed(key: str, code: str) -> str:
    """`key`: a suppression key; what it says here, it says nowhere else."""
    return hmac.new(key.encode(), f"link:{code}".encode(), hashlib.sha256).hexdigest()


def keep(session: Session, address: AddressRow, code: str, key: str, now: datetime) -> None:
    """Their one code; an older one is worth nothing any more."""
    session.execute(delete(LinkCode).where(LinkCode.person_id == address.person_id))
    session.add(
        LinkCode(
            code_hash=hashed(key, code),
            person_id=address.person_id,
            address_id=address.id,
            expires_at=now + VALID,
        )
    )
    session.flush()


def find(session: Session, code: str, keys: Sequence[str], now: datetime) -> LinkCode | None:
    """None for a code that nobody was told, that is used, or too old."""
    hashes = [hashed(key, code) for key in keys]
    kept = select(LinkCode).where(LinkCode.code_hash.in_(hashes), LinkCode.expires_at > now)
    return session.scalars(kept).first()


def purge(session: Session, now: datetime) -> None:
    session.execute(delete(LinkCode).where(LinkCode.expires_at <= now))
