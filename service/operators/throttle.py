"""Whose attempt to sign in is looked at: guessing must not pay, nor lock out whom it is aimed at."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from service.operators.audit import REFUSED, WRONG_CODE
from service.store.operator_tables import Audit, Operator

WITHIN = timedelta(minutes=15)
# Refused attempts within that time before the next isn't even looked at: at one name from one
# place, from one place, at one name from everywhere, and in all. A browser in which somebody has
# signed in before is a place of its own, which only the first of these stops: others can't keep
# them out. The last one bounds how many lines strangers can write.
OF_BOTH, OF_AN_ORIGIN, OF_A_NAME, OF_ALL = 10, 30, 50, 200
# A right password with a wrong code: a day's guesses find one of a million once in some 16,000.
CODES, CODES_WITHIN = 20, timedelta(days=1)
KEPT = timedelta(days=30)
BATCH = 2_000  # more than an hour's worth
_ATTEMPTS = (REFUSED, WRONG_CODE)


@dataclass(frozen=True, slots=True)
class Attempt:
    name: str  # as it is noted (`named`)
    origin: str
    familiar: bool = False  # somebody of this name has signed in in this browser before


def named(key: str, operator: Operator | None, typed: str) -> str:
    """How an attempt is noted. What is no operator's name may be a password in the wrong field."""
    return operator.name if operator is not None else f"unknown {_hash(key, 'name', typed)}"


def place(key: str, address: str) -> str:
    """By which attempts from one client are counted, without keeping its `address` (proxies.client)."""
    return _hash(key, "origin", address)


def browser(key: str, number: str) -> str:
    """The same for a browser that is known."""
    return _hash(key, "browser", number)


def stops(session: Session, attempt: Attempt, now: datetime) -> bool:
    """Were so many attempts refused lately that this one isn't looked at?"""
    of_name, from_there = Audit.name == attempt.name, Audit.origin == attempt.origin
    lately = (Audit.action.in_(_ATTEMPTS), Audit.at > now - WITHIN)
    if _count(session, *lately, of_name, from_there) >= OF_BOTH:
        return True
    return not attempt.familiar and (
        _count(session, *lately, of_name) >= OF_A_NAME
        or _count(session, *lately, from_there) >= OF_AN_ORIGIN
        or _count(session, *lately) >= OF_ALL
    )


def stops_codes(session: Session, attempt: Attempt, now: datetime) -> bool:
    """Were so many codes wrong that none is right any more, for a while?"""
    wrong = (Audit.action == WRONG_CODE, Audit.at > now - CODES_WITHIN, Audit.name == attempt.name)
    there = (Audit.origin == attempt.origin,) if attempt.familiar else ()
    return _count(session, *wrong, *there) >= CODES


def refused(session: Session, name: str, since: datetime) -> tuple[int, int]:
    """How many attempts at a name were refused, and how many of these had the right password."""
    of_name = (Audit.name == name, Audit.at >= since)
    wrong, close = (_count(session, *of_name, Audit.action == action) for action in _ATTEMPTS)
    return wrong + close, close


def purge(session: Session, now: datetime) -> None:
    """Forget old attempts; what operators did stays."""
    old = select(Audit.id).where(Audit.action.in_(_ATTEMPTS), Audit.at < now - KEPT).limit(BATCH)
    session.execute(delete(Audit).where(Audit.id.in_(old.scalar_subquery())))


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Audit).where(*which)) or 0


def _hash(key: str, kind: str, value: str) -> str:
    message = f"{kind}:{value}".encode(errors="replace")
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()[:16]
