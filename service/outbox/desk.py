"""The database side of delivery: what came back is written, what is due is taken, in batches."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from time import monotonic

from sqlalchemy.orm import Session

from service.envelopes import Channel, State
from service.outbox import pace, policy
from service.outbox.budget import FREE, Budget
from service.outbox.claim import Claim, claim, expire, waiting
from service.outbox.entries import STARTED
from service.outbox.failures import Alert
from service.outbox.prepare import Compose, Parcel, Show, prepare
from service.outbox.settle import Outcome, settle
from service.outbox.windows import Window, carriers
from service.store.engine import Store, StoreBusy, StoreFailed
from service.store.lazily import commit_lazily
from service.store.tables import Sender

EXPIRE = timedelta(seconds=1)  # between two looks for what is too late; the gate refuses it anyway


@dataclass(frozen=True)
class Office:
    """What delivery works with; `alert` takes a title and a sentence for operators."""

    store: Store
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    compose: Compose
    show: Show
    alert: Callable[[str, str], None]
    quiet: tuple[time, time]
    budget: Budget
    rates: Mapping[str, float | None]  # segments a second by channel; None: no limit
    windows: Mapping[str, Window]  # of the channels that have one
    first: Callable[
        [], int
    ]  # before rows are taken: opt-outs still to be stored; none are taken then

    @cached_property
    def carriers(self) -> frozenset[str]:
        """The channels on which a reminder can be promised."""
        return carriers(self.channels, self.windows)


@dataclass
class Desk:
    """Used by one thread at a time, but for `finished`."""

    office: Office
    _outcomes: deque[Outcome] = field(default_factory=deque)
    _claims: list[Claim] = field(default_factory=list)
    _expired_at: datetime | None = None
    asked_at: float = 0.0  # time.monotonic() of the last time that the gate was asked

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
            return self._prepare(now) if self._clear() else []
        return [] if came_back else None

    def _clear(self) -> bool:
        """Is no opt-out still to be stored?"""
        return not self.office.first()

    def _anything_waiting(self, now: datetime) -> bool:
        with self.office.store.read() as session:
            return bool(waiting(session, self.office.rates, now))

    def _settle_and_claim(self, free: int, now: datetime) -> None:
        clear = self._clear()
        batch = list(self._outcomes)
        durable = any(outcome.opted_out for outcome in batch)
        with self.office.store.write(durable=durable) as session:
            # Senders before rows, as whoever records a receipt locks them.
            senders = pace.locked(session, self.office.rates)
            alerts = settle(session, batch, now, self.office.carriers)
            alerts += self._learn(session, senders, batch, now)
            kinds = waiting(session, self.office.rates, now) if free and clear else []
            if not durable and set(kinds) <= set(STARTED):
                # Before any of it goes, its words or its cost are written: then the disk has the
                # claim, too. Results that a crash of the server forgets are looked up.
                commit_lazily(session)
            claims = self._claim(session, senders, kinds, free, now) if kinds else []
        for _ in batch:
            self._outcomes.popleft()
        self._claims += claims
        self._tell(alerts)

    def _learn(
        self,
        session: Session,
        senders: Mapping[str, Sender],
        batch: Sequence[Outcome],
        now: datetime,
    ) -> Iterator[Alert]:
        """What the outcomes say about whole senders, and what was not spent after all."""
        unspent: Counter[str] = Counter()
        for outcome in batch:
            sender = senders[outcome.parcel.channel]
            rule = policy.POLICY[outcome.failure.verdict] if outcome.failure else None
            if outcome.failure and rule and rule.rest:
                pace.rest(sender, rule.rest, now, outcome.failure.wait)
            elif outcome.result is None or (rule and not rule.counts):
                # What it took of the sender's rate is there for the next.
                sender.tokens += outcome.parcel.segments
            elif rule is None or rule.state is State.FAILED:  # the sender itself was let in
                pace.went_well(sender, now)
            if outcome.parcel.started:
                unspent[sender.name] += outcome.cost
        yield from self._spend(session, unspent, now)

    def _spend(self, session: Session, segments: Counter[str], now: datetime) -> Iterator[Alert]:
        for name, count in segments.items():
            if name not in FREE:
                yield from self.office.budget.take(session, name, count, now)

    def _claim(
        self,
        session: Session,
        senders: Mapping[str, Sender],
        kinds: Sequence[str],
        free: int,
        now: datetime,
    ) -> list[Claim]:
        if self._expired_at is None or not self._expired_at <= now < self._expired_at + EXPIRE:
            expire(session, self.office.rates, now, kinds)
            self._expired_at = now
        claims: list[Claim] = []
        with session.no_autoflush:
            for name, rate in self.office.rates.items():
                room = pace.room(senders[name], rate, now, free - len(claims))
                if room:
                    taken = claim(session, name, now, room, kinds)
                    senders[name].tokens -= len(taken)
                    claims += taken
        return claims

    def _prepare(self, now: datetime) -> list[Parcel]:
        """A row that can't be prepared by a fault of ours is left to the sweep: it would come again."""
        claims, self._claims = self._claims, []
        office = self.office
        self.asked_at = monotonic()
        try:
            with office.store.write() as session:
                if office.budget:  # nobody else spends what is left meanwhile
                    pace.locked(session, office.rates)
                left = office.budget.left(session, now)
                parcels = prepare(
                    session,
                    claims,
                    now,
                    quiet=office.quiet,
                    budget=left,
                    compose=office.compose,
                    show=office.show,
                    windows=office.windows,
                )
                alerts = list(self._charge(session, parcels, now))
        except (StoreBusy, StoreFailed):
            self._claims = claims
            raise
        self._tell(alerts)
        return parcels

    def _charge(
        self, session: Session, parcels: Sequence[Parcel], now: datetime
    ) -> Iterator[Alert]:
        """A claim counted one segment each; the rest is owed now that their words are known."""
        owed: Counter[str] = Counter()
        spent: Counter[str] = Counter()
        for parcel in parcels:
            owed[parcel.channel] += parcel.segments - 1
            if parcel.started:
                spent[parcel.channel] += parcel.segments
        for name, segments in owed.items():
            if segments and self.office.rates[name] is not None:
                pace.owe(session, name, segments)
        yield from self._spend(session, spent, now)

    def _tell(self, alerts: list[Alert]) -> None:
        for alert in alerts:
            self.office.alert(alert.title, alert.body)
