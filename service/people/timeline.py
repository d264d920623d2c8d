"""What was said between somebody and us, and what they agreed to, on one line of time.

Newest first; what belongs to one moment stands in the order in which it happened: their text, what
they agreed to by it, our answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.store.tables import AddressRow, Consent, Entry, Inbound

SHOWN = 50
THEIRS, AGREED, OURS = range(3)
Row: TypeAlias = Inbound | Consent | Entry


@dataclass(frozen=True, slots=True)
class Mark:
    """Where on the line something stands."""

    at: datetime
    kind: int  # THEIRS, AGREED, OURS
    id: int

    @property
    def place(self) -> tuple[float, int, int]:
        return -self.at.timestamp(), self.kind, self.id


@dataclass(frozen=True, slots=True)
class Moment:
    mark: Mark
    row: Row


def page(
    session: Session, person_id: int, behind: Mark | None = None, size: int = SHOWN
) -> tuple[list[Moment], Mark | None]:
    """What stands behind a mark, and the mark behind which the next page begins."""
    found: list[Moment] = []
    for kind, rows, at in _sources(session, person_id):
        id_ = rows.selected_columns.id
        wanted = (
            rows.where(*_behind(behind, kind, at, id_)).order_by(at.desc(), id_).limit(size + 1)
        )
        found += [Moment(_mark(kind, row), row) for row in session.scalars(wanted)]
    found.sort(key=lambda moment: moment.mark.place)
    return found[:size], found[size - 1].mark if len(found) > size else None


def _sources(
    session: Session, person_id: int
) -> Sequence[tuple[int, Select[Row], InstrumentedAttribute[datetime]]]:
    theirs = select(AddressRow.id).where(AddressRow.person_id == person_id)
    ids = session.scalars(theirs).all()
    return (
        (THEIRS, select(Inbound).where(Inbound.address_id.in_(ids)), Inbound.at),
        (AGREED, select(Consent).where(Consent.address_id.in_(ids)), Consent.at),
        (OURS, select(Entry).where(Entry.person_id == person_id), Entry.created_at),
    )


def _behind(
    mark: Mark | None, kind: int, at: InstrumentedAttribute[datetime], id_: ColumnElement[int]
) -> list[ColumnElement[bool]]:
    if mark is None:
        return []
    if kind == mark.kind:
        return [or_(at < mark.at, and_(at == mark.at, id_ > mark.id))]
    return [at <= mark.at if kind > mark.kind else at < mark.at]


def _mark(kind: int, row: Row) -> Mark:
    return Mark(row.created_at if isinstance(row, Entry) else row.at, kind, row.id)
