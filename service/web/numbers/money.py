"""The month's segments against its budget, and about what they cost."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from sqlalchemy import Date, func, select
from sqlalchemy.orm import Session

from config.settings import Settings
from service.envelopes import State
from service.outbox.budget import BY_TEXT, FREE, spent_this_month
from service.outbox.entries import REPLYING
from service.store.tally_tables import SentTally

# Handed over, as far as is known: the budget takes back what failed, and counts what may have gone.
_HANDED_OVER = (
    State.SENDING, State.DOUBTFUL, State.ANSWERED, State.SENT, State.DELIVERED,
    State.UNDELIVERED, State.LOST,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Month:
    """On the channels whose texts cost something: others are never counted."""

    segments: int  # of what we started, which alone the budget holds back
    answers: int  # segments, as last counted
    cost: Decimal  # of both
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
    answers = sum(answered(session, now.astimezone(UTC).date().replace(day=1)).values())
    return Month(
        segments=segments,
        answers=answers,
        cost=(segments + answers) * settings.segment_price,
        budget=settings.monthly_budget,
        warning=settings.budget_warning,
    )


def answered(session: Session, since: date) -> Mapping[date, int]:
    """Segments of answers, by the day (UTC)."""
    by = (func.date(SentTally.hour, type_=Date), SentTally.channel)
    texts = func.sum(SentTally.texts + SentTally.erased)
    segments = func.sum(SentTally.segments + SentTally.erased_segments)
    rows = session.execute(
        select(*by, texts, segments)
        .where(
            SentTally.hour >= datetime.combine(since, time(), UTC),
            SentTally.kind.in_(REPLYING),
            SentTally.state.in_(_HANDED_OVER),
            SentTally.channel.not_in(FREE),
        )
        .group_by(*by)
    )
    counted: Counter[date] = Counter()
    for day, channel, of_texts, of_segments in rows:
        counted[day] += of_texts if channel in BY_TEXT else of_segments
    return counted
