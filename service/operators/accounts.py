"""Who may see the dashboard: names, roles and passwords."""

import re
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from service.store.operator_tables import Operator

VIEWER, OPERATOR = "viewer", "operator"
ROLES = (VIEWER, OPERATOR)  # each may do what those before it may
FIRST = "admin"  # made from DASHBOARD_PASSWORD
SHORTEST = 12  # characters of a password
LONGEST = 256  # more would only keep the machine busy hashing
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}", re.ASCII)
# Compared with where there is no such operator, so that the time taken doesn't tell.
_NOBODY = generate_password_hash("nobody's password")


class Refused(Exception):
    """This account can't be made or changed so; the message says what to do."""


def add(session: Session, name: str, role: str, password: str, now: datetime) -> Operator:
    """Make an account. Raises Refused for a name, role or password that won't do."""
    name = normal(name)
    if not _NAME.fullmatch(name):
        raise Refused(
            "A name is up to 64 letters, digits and . _ @ + - and begins with a letter or digit."
        )
    if role not in ROLES:
        raise Refused(f"A role is one of: {', '.join(ROLES)}.")
    if find(session, name) is not None:
        raise Refused(f"There is an operator called {name} already.")
    made = Operator(name=name, role=role, password_hash=hashed(name, password), created_at=now)
    session.add(made)
    session.flush()
    return made


def normal(name: str) -> str:
    return name.strip().lower()


def hashed(name: str, password: str) -> str:
    """As it is kept. Raises Refused for a password that won't do."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused(f"A password has {SHORTEST} to {LONGEST} characters: use several words.")
    if password.lower() in {name, name * 2, name * 3} or len(set(password)) < 5:
        raise Refused("This password is too easy to guess: use several words.")
    return generate_password_hash(password)


def find(session: Session, name: str) -> Operator | None:
    return session.scalars(select(Operator).where(Operator.name == normal(name))).first()


def knows(operator: Operator | None, password: str) -> bool:
    """Is this their password? It takes as long where there is no such operator."""
    kept = operator.password_hash if operator is not None else _NOBODY
    right = len(password) <= LONGEST and check_password_hash(kept, password)
    return right and operator is not None and operator.disabled_at is None


def may(operator: Operator, role: str) -> bool:
    """May they do what this role may?"""
    return operator.role in ROLES and ROLES.index(operator.role) >= ROLES.index(role)


def make_first(session: Session, password: str, now: datetime) -> Operator | None:
    """The first operator, where there is none yet. Raises Refused."""
    if not password or session.scalar(select(func.count()).select_from(Operator)):
        return None
    return add(session, FIRST, OPERATOR, password, now)
