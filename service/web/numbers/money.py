"""The month's segments against its budget, and about what they cost."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.settings import Settings
from service.outbox.budget import FREE
from service.store.tables import Spending


@dataclass(frozen=True, slots=True)
class Month:
    """Of what we started; `billed`: without the channels whose texts cost nothing."""

    segments: int
    billed: int
    cost: Decimal
    budget: int  # 0: none is set
    warning: float

    @property
    def percent(self) -> int:
        return self.segments * 100 // self.budget if self.budget else 0

    @property
    def close(self) -> bool:
        """Are operators warned by now?"""
        return bool(self.budget) and self.segments >= self.budget * self.warning


def month(session: Session, settings: Settings, now: datetime) -> Month:
    first = now.astimezone(UTC).date().replace(day=1)
    rows = session.execute(
        select(Spending.sender, func.sum(Spending.segments))
        .where(Spending.day >= first)
        .group_by(Spending.sender)
    )
    spent = {row[0]: row[1] for row in rows}
    billed = sum(segments for sender, segments in spent.items() if sender not in FREE)
    return Month(
        segments=sum(spent.values()),
        billed=billed,
        cost=billed * settings.segment_price,
        budget=settings.monthly_budget,
        warning=settings.budget_warning,
    )
