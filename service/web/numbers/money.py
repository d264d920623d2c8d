"""The month's segments against its budget, and about what they cost."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from config.settings import Settings
from service.outbox.budget import spent_this_month


@dataclass(frozen=True, slots=True)
class Month:
    """Of what we started, on the channels whose texts cost something: others are never counted."""

    segments: int
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
    segments = spent_this_month(session, now)
    return Month(
        segments=segments,
        cost=segments * settings.segment_price,
        budget=settings.monthly_budget,
        warning=settings.budget_warning,
    )
