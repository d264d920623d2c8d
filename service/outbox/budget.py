"""The month's money: segments that we may still start."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.envelopes import State
from service.outbox.entries import STARTED
from service.store.tables import AddressRow, Entry

FREE = "simulator"  # the phone page costs nothing
_COUNTED_FOR = timedelta(minutes=1)
_PAID = (
    State.SENDING,
    State.DOUBTFUL,
    State.SENT,
    State.DELIVERED,
    State.UNDELIVERED,
    State.LOST,
)


class Budget:
    """`limit`: segments in a calendar month (UTC); 0: none. Counted anew each minute, and at once
    for what goes through here.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._spent = 0
        self._counted_at: datetime | None = None

    def left(self, session: Session, now: datetime) -> int | None:
        if not self._limit:
            return None
        if self._stale(now):
            self._spent, self._counted_at = spent(session, now), now
        return max(0, self._limit - self._spent)

    def take(self, segments: int) -> None:
        self._spent += segments

    def _stale(self, now: datetime) -> bool:
        counted = self._counted_at
        return counted is None or not counted <= now < counted + _COUNTED_FOR


def spent(session: Session, now: datetime) -> int:
    """Segments of this month that we started and that went out, or may have."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (
        session.scalar(
            select(func.coalesce(func.sum(Entry.segments), 0))
            .join(AddressRow, AddressRow.id == Entry.address_id)
            .where(
                Entry.state.in_(_PAID),
                Entry.kind.in_(STARTED),
                Entry.not_before >= month,
                AddressRow.channel != FREE,
            )
        )
        or 0
    )
