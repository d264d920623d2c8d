"""Who may see the dashboard: names and roles."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.operators import passwords
from service.operators.passwords import Refused
from service.store.operator_tables import Operator

__all__ = ["OPERATOR", "ROLES", "VIEWER", "Refused", "add", "enrol", "find", "may", "normal"]

VIEWER, OPERATOR = "viewer", "operator"
ROLES = (VIEWER, OPERATOR)  # each may do what those before it may
FIRST = "admin"  # made from DASHBOARD_PASSWORD
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}", re.ASCII)


def add(session: Session, name: str, role: str, password: str, now: datetime) -> Operator:
    """Make an account. Raises Refused for a name, role or password that won't do."""
    return enrol(session, name, role, passwords.hashed(normal(name), password), now)


def enrol(session: Session, name: str, role: str, kept: str, now: datetime) -> Operator:
    """The same with a password as it is kept (passwords.hashed)."""
    name = normal(name)
    if not _NAME.fullmatch(name):
        raise Refused(
            "A name is up to 64 letters, digits and . _ @ + - and begins with a letter or digit."
        )
    require_role(role)
    if find(session, name) is not None:
        raise Refused(
            f"There is an operator called {name} already. Whoever lost the password gets a new one."
        )
    made = Operator(name=name, role=role, password_hash=kept, created_at=now)
    session.add(made)
    session.flush()
    return made


def require_role(role: str) -> None:
    if role not in ROLES:
        raise Refused(f"A role is one of: {', '.join(ROLES)}.")


def normal(name: str) -> str:
    return name.strip().lower()


def find(session: Session, name: str) -> Operator | None:
    name = normal(name)
    if not _NAME.fullmatch(name):
        return None
    return session.scalars(select(Operator).where(Operator.name == name)).first()


def everybody(session: Session) -> Sequence[Operator]:
    return session.scalars(select(Operator).order_by(Operator.name)).all()


def knows(operator: Operator | None, password: str) -> bool:
    """Is this their password? It takes as long where there is no such operator. Raises Crowded."""
    right = passwords.fits(operator.password_hash if operator is not None else "", password)
    return right and operator is not None and operator.disabled_at is None


def may(operator: Operator, role: str) -> bool:
    """May they do what this role may?"""
    return operator.role in ROLES and ROLES.index(operator.role) >= ROLES.index(role)


def staffed(session: Session) -> bool:
    """Is there somebody who may do everything?"""
    return bool(session.scalar(select(func.count()).where(*_IN_CHARGE)))


def last(session: Session, operator: Operator) -> bool:
    """Would nobody be left who may do everything, without this one?"""
    others = select(func.count()).where(*_IN_CHARGE, Operator.id != operator.id)
    in_charge = operator.role == OPERATOR and operator.disabled_at is None
    return in_charge and not session.scalar(others)


_IN_CHARGE = (Operator.role == OPERATOR, Operator.disabled_at.is_(None))


def make_first(session: Session, password: str, now: datetime) -> Operator | None:
    """The first operator, where there is none yet. Raises Refused."""
    if not password or session.scalar(select(func.count()).select_from(Operator)):
        return None
    return add(session, FIRST, OPERATOR, password, now)
