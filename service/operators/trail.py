"""The audit as it is looked at: newest first, a page at a time, by whatever one asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from service import cursors
from service.store.operator_tables import Audit


@dataclass(frozen=True, slots=True)
class Asked:
    """Empty: whatever it is."""

    name: str = ""
    action: str = ""
    person_id: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The line after which, going back in time, a page begins."""

    at: datetime
    id: int

    @classmethod
    def of(cls, line: Audit) -> Self:
        return cls(line.at, line.id)

    @classmethod
    def read(cls, written: str) -> Self | None:
        """None for what `str` didn't write."""
        try:
            moment, number = cursors.read(written)
            line = int(number)
        except ValueError:
            return None
        return cls(moment, line) if 0 < line < 2**63 else None

    def __str__(self) -> str:
        return cursors.written(self.at, self.id)


def page(session: Session, asked: Asked, after: Place | None, size: int) -> Sequence[Audit]:
    """The next `size` lines."""
    return session.scalars(lines(asked, after).limit(size)).all()


def lines(asked: Asked, after: Place | None) -> Select[Audit]:
    found = select(Audit).order_by(Audit.at.desc(), Audit.id.desc())
    name, action = Audit.name.expression, Audit.action.expression
    if asked.person_id is not None:
        found = found.where(Audit.person_id == asked.person_id)
        # A person has few lines, an operator may have a million: not by these indexes then.
        name, action = name.concat(""), action.concat("")
    if asked.name:
        found = found.where(name == asked.name)
    if asked.action:
        found = found.where(action == asked.action)
    if asked.since is not None:
        found = found.where(Audit.at >= asked.since)
    if after is not None:
        found = found.where(tuple_(Audit.at, Audit.id) < (after.at, after.id))
    return found


def actions(session: Session) -> list[str]:
    """Every action that there is: a look at the index for each, however many lines."""
    found: list[str] = []
    while action := _after(session, found[-1] if found else ""):
        found.append(action)
    return found


def _after(session: Session, action: str) -> str | None:
    return session.scalar(select(func.min(Audit.action)).where(Audit.action > action))
