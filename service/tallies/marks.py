"""How far a table was counted of which every row counts once, whoever counts and however often.

Rows of PostgreSQL may be committed in another order than they are numbered: a number is gone past
only once it has been seen for longer than any of our transactions lasts.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store import facts
from service.store.tables import Setting

LAG = {"sqlite": timedelta(), "postgresql": timedelta(seconds=45)}  # SQLite has one writer


@dataclass(frozen=True, slots=True)
class Mark:
    """Ids of rows: counted up to `done`, to be counted up to `settled`, seen up to `seen` at `noted`."""

    done: int = 0
    settled: int = 0
    seen: int = 0
    noted: str = ""

    @classmethod
    def read(cls, session: Session, name: str) -> Self:
        kept = session.get(Setting, name)
        return cls(**json.loads(kept.value)) if kept else cls()

    def write(self, session: Session, name: str) -> None:
        facts.note(session, name, json.dumps(asdict(self)))

    def moved(self, session: Session, table: Any, wall: datetime, lag: timedelta) -> Self:
        """With what may be counted by now. `wall`: a clock that nobody moves."""
        newest = session.scalar(select(func.max(table.id))) or 0
        # An SQLite table whose newest rows were deleted gives their numbers to the next ones.
        mark = replace(
            self, **{name: min(getattr(self, name), newest) for name in ("done", "settled", "seen")}
        )
        noted = (
            datetime.fromisoformat(mark.noted) if mark.noted else datetime.min.replace(tzinfo=UTC)
        )
        if not lag:
            return replace(mark, settled=newest, seen=newest, noted=wall.isoformat())
        if abs(wall - noted) < lag:
            return mark
        return replace(mark, settled=mark.seen, seen=newest, noted=wall.isoformat())
