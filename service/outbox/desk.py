"""The database side of delivery: what came back is written, what is due is taken, in batches."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from sqlalchemy.orm import Session

from service.envelopes import Channel
from service.outbox.budget import Budget
from service.outbox.claim import Claim, claim, expire, waiting
from service.outbox.failures import Alert
from service.outbox.pace import Pace
from service.outbox.prepare import Compose, Parcel, prepare
from service.outbox.settle import Outcome, settle
from service.store.engine import Store, StoreBusy, StoreFailed


@dataclass(frozen=True)
class Office:
    """What delivery works with; `alert` takes a title and a sentence for operators."""

    store: Store
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    compose: Compose
    alert: Callable[[str, str], None]
    quiet: tuple[time, time]
    budget: Budget
    paces: Mapping[str, Pace]
    first: Callable[
        [], int
    ]  # before rows are taken: opt-outs still to be stored; none are taken then


@dataclass
class Desk:
    """Used by one thread at a time, but for `finished`."""

    office: Office
    _outcomes: deque[Outcome] = field(default_factory=deque)
    _claims: list[Claim] = field(default_factory=list)

    def finished(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)

    @property
    def unsettled(self) -> bool:
        return bool(self._outcomes or self._claims)

    def step(self, free: int) -> list[Parcel] | None:
        """Settle what came back and take up to `free` rows; the attempts to make now.

        None when there was nothing to settle and nothing to take.
        Raises StoreBusy and StoreFailed; nothing is lost then, the next step does it.
        """
        now = self.office.clock()
        came_back = bool(self._outcomes)
        if came_back or (free and self._anything_waiting(now)):
            self._settle_and_claim(free, now)
        if self._claims:
            return self._prepare(now)
        return [] if came_back else None

    def _anything_waiting(self, now: datetime) -> bool:
        with self.office.store.read() as session:
            return waiting(session, now)

    def _settle_and_claim(self, free: int, now: datetime) -> None:
        clear = not self.office.first()
        batch = list(self._outcomes)
        durable = any(outcome.opted_out for outcome in batch)
        with self.office.store.write(durable=durable) as session:
            alerts = settle(session, batch, now)
            claims = self._claim(session, free, now) if free and clear else []
        for _ in batch:
            self._outcomes.popleft()
        self._claims += claims
        self._tell(alerts)

    def _claim(self, session: Session, free: int, now: datetime) -> list[Claim]:
        expire(session, now)
        claims: list[Claim] = []
        for channel, pace in self.office.paces.items():
            room = pace.room(now, free - len(claims))
            if room:
                claims += claim(session, channel, now, room)
        return claims

    def _prepare(self, now: datetime) -> list[Parcel]:
        """A row that can't be prepared by a fault of ours is left to the sweep: it would come again."""
        claims, self._claims = self._claims, []
        office = self.office
        try:
            with office.store.write() as session:
                left = office.budget.left(session, now)
                parcels = prepare(
                    session, claims, now, quiet=office.quiet, budget=left, compose=office.compose
                )
        except (StoreBusy, StoreFailed):
            self._claims = claims
            raise
        for parcel in parcels:
            office.paces[parcel.channel].take(parcel.segments)
            if parcel.started:
                office.budget.take(parcel.segments)
        return parcels

    def _tell(self, alerts: list[Alert]) -> None:
        for alert in alerts:
            self.office.alert(alert.title, alert.body)
