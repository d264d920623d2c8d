"""One at a time, where a decision spans several rows."""

from hashlib import blake2b

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.orm import Session

_TAKE = select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger)))


def take_turn(session: Session, *key: str) -> None:
    """Until this transaction ends, no other that takes the same turn goes past this line.

    SQLite's writers are one at a time anyway. On PostgreSQL take it before the rows are read, and
    several turns always in the same order. Raises StoreBusy, at the end of the store's block, when
    the turn didn't come in time.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_TAKE, {"key": number_of(*key)})


def number_of(*key: str) -> int:
    """By which PostgreSQL knows this turn."""
    digest = blake2b("\x1f".join(key).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
