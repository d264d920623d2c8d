"""The money of a day and of a month: segments that we may still start, counted for all workers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.outbox.failures import Alert
from service.store.base import Base
from service.store.tables import Spending
from service.store.upsert import insert

FREE = frozenset({"simulator", "telegram", "slack"})  # channels whose texts cost nothing
BY_TEXT = frozenset({"whatsapp"})  # channels that bill each text as one, however long it is
COUNTED = FREE | BY_TEXT  # whose texts count as one each
_SPENDING = Base.metadata.tables[Spending.__tablename__]
_TAKE = insert(_SPENDING)
_TAKE = _TAKE.on_conflict_do_update(
    index_elements=["sender", "day"],
    set_={"segments": _SPENDING.c.segments + _TAKE.excluded.segments},
)


@dataclass(frozen=True, slots=True)
class Budget:
    """Segments that what we start may cost in a UTC day and in a calendar month; 0: no limit.

    `warning`: the share of either at which operators are told.
    """

    daily: int = 0
    monthly: int = 0
    warning: float = 0.8

    def __bool__(self) -> bool:
        return bool(self.daily or self.monthly)

    def left(self, session: Session, now: datetime) -> int | None:
        """Segments left for what we start, by the tighter limit; None without one.

        Exact while the caller keeps other workers out until it has taken what it uses.
        """
        limits = [limit - spent for limit, spent, _ in self._periods(session, now) if limit]
        return max(0, min(limits)) if limits else None

    def take(self, session: Session, sender: str, segments: int, now: datetime) -> Iterator[Alert]:
        """Count segments of today (fewer than 0: given back); what operators should hear of it."""
        before = list(self._periods(session, now)) if self and segments > 0 else []
        if segments:
            today = {"sender": sender, "day": _today(now), "segments": segments}
            session.execute(_TAKE, today)
        for limit, spent, name in before:
            if limit:
                yield from self._crossed(limit, spent, spent + segments, name)

    def _periods(self, session: Session, now: datetime) -> Iterator[tuple[int, int, str]]:
        today = _today(now)
        yield self.daily, _since(session, today) if self.daily else 0, "day"
        yield self.monthly, _since(session, today.replace(day=1)) if self.monthly else 0, "month"

    def _crossed(self, limit: int, before: int, after: int, name: str) -> Iterator[Alert]:
        if before < limit * self.warning <= after:
            yield Alert(
                f"the {name}'s budget runs out",
                f"{after} of {limit} segments are used: past them reminders expire",
            )
        if before < limit <= after:
            yield Alert(
                f"the {name}'s budget is used up",
                f"{after} of {limit} segments: reminders expire until the next {name}; "
                "answers and emergencies still go",
            )


def spent_today(session: Session, now: datetime) -> int:
    """Segments, of what we started."""
    return _since(session, _today(now))


def spent_this_month(session: Session, now: datetime) -> int:
    """Segments, of what we started."""
    return _since(session, _today(now).replace(day=1))


def _since(session: Session, day: date) -> int:
    spent = select(func.coalesce(func.sum(Spending.segments), 0)).where(Spending.day >= day)
    return session.scalar(spent) or 0


def _today(now: datetime) -> date:
    return now.astimezone(UTC).date()
