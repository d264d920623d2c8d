"""What a broadcast would be, before it goes: to whom, how long, what it costs, when it starts for whom."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from messages.broadcasts import BroadcastWords
from messages.render import segments
from service.broadcasts import wording
from service.broadcasts.audience import chosen, reached, unreached
from service.broadcasts.drafts import GOING
from service.broadcasts.moments import Clock, first
from service.broadcasts.wording import Refused
from service.envelopes import State
from service.outbox.budget import BY_TEXT, FREE, Budget
from service.outbox.windows import Reach
from service.store.broadcast_tables import Broadcast
from service.store.tables import AddressRow, Entry, Person, Plan

_BLANK = literal(",")
# What people are counted by, in one text: a GROUP BY would sort everybody in SQLite, at thrice the time.
_ALIKE = (
    Person.language
    + _BLANK
    + AddressRow.channel
    + _BLANK
    + cast(func.coalesce(Person.plan_id, 0), String)
    + _BLANK
    + Person.zone
)


@dataclass(frozen=True, slots=True)
class Means:
    """What sending goes by: quiet hours, segments a second by channel, what a segment costs, the budget."""

    quiet: tuple[time, time]
    reach: Reach
    rates: Mapping[str, float | None]
    price: Decimal
    budget: Budget


@dataclass(slots=True)
class Channel:
    """What goes by one channel. `seconds`: at its rate, were nothing else to go."""

    people: int = 0
    segments: int = 0
    billed: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Estimate:
    channels: dict[str, Channel] = field(default_factory=lambda: defaultdict(Channel))
    languages: Counter[str] = field(default_factory=Counter)
    starts: Counter[datetime] = field(default_factory=Counter)  # by full hours; what is late is now
    too_late: int = 0  # people whose hours are over: they get none
    unreached: int = 0  # people who wrote too long ago for their channel: they get none
    longest: int = 0  # segments of a text
    price: Decimal = Decimal(0)
    left: int | None = None  # segments that the budget has left

    @property
    def people(self) -> int:
        return sum(self.languages.values())

    @property
    def segments(self) -> int:
        return sum(channel.segments for channel in self.channels.values())

    @property
    def billed(self) -> int:
        """Segments that cost money."""
        return sum(channel.billed for channel in self.channels.values())

    @property
    def cost(self) -> Decimal:
        return self.price * self.billed

    @property
    def lasts(self) -> timedelta:
        """At the pace of the slowest channel."""
        return timedelta(seconds=max((c.seconds for c in self.channels.values()), default=0.0))

    @property
    def too_dear(self) -> bool:
        return self.left is not None and self.billed > self.left

    def require(self) -> None:
        """Raises Refused where it can't go as it is."""
        if not self.people:
            raise Refused(
                "Nobody would get it: choose other people, or more days. Whoever is paused, held after a "
                "warning sign, or had one lately is left out."
            )
        if self.too_dear:
            raise Refused(
                f"It needs {self.billed} segments and the budget has {self.left} left: reminders would expire for it. "
                "Choose fewer people or a shorter text, or raise MONTHLY_BUDGET or DAILY_BUDGET."
            )


def estimate(
    session: Session, broadcast: Broadcast, words: BroadcastWords, means: Means, now: datetime
) -> Estimate:
    """Counted by the database, exactly, in one statement."""
    found = Estimate(price=means.price, left=left(session, broadcast, means.budget, now))
    found.unreached = _unreached(session, broadcast, means.reach, now)
    clock = Clock(means.quiet, broadcast.days, time.fromisoformat(broadcast.until))
    sizes: dict[str, int] = {}
    alike = _counted(session, broadcast, means, now)
    own = _own_hours(session, {plan for _, _, plan, _ in alike})
    for (language, channel, plan, zone), people in alike.items():
        stretch = first(clock, zone, own.get(plan, ""), now)
        if stretch is None:
            found.too_late += people
            continue
        if language not in sizes:
            text = wording.said(words, broadcast.texts, broadcast.fallback, language)
            sizes[language] = segments(text).count
        _add(found, means, channel, people, sizes[language])
        found.languages[language] += people
        found.longest = max(found.longest, sizes[language])
        found.starts[now if stretch.begins <= now else stretch.begins] += people
    return found


def left(session: Session, broadcast: Broadcast, budget: Budget, now: datetime) -> int | None:
    """Segments of the budget that no other broadcast on its way is going to take; None without one."""
    found = budget.left(session, now)
    if found is None:
        return None
    others = select(Broadcast).where(Broadcast.state == GOING, Broadcast.id != broadcast.id)
    return max(0, found - sum(_to_come(session, each) for each in session.scalars(others)))


def _to_come(session: Session, broadcast: Broadcast) -> int:
    """What has been claimed of it has been taken from the budget already."""
    claimed = select(func.count()).where(
        Entry.broadcast_id == broadcast.id, Entry.state != State.QUEUED
    )
    still = max(0, broadcast.people - (session.scalar(claimed) or 0))
    return -(-broadcast.billed * still // broadcast.people) if broadcast.people else 0


def _add(found: Estimate, means: Means, name: str, people: int, size: int) -> None:
    channel = found.channels[name]
    units = people if name in FREE | BY_TEXT else people * size  # as the rate and the bill count
    channel.people += people
    channel.segments += people * size
    channel.billed += 0 if name in FREE else units
    rate = means.rates.get(name)
    channel.seconds += units / rate if rate else 0.0


def _counted(
    session: Session, broadcast: Broadcast, means: Means, now: datetime
) -> Mapping[tuple[str, str, int, str], int]:
    """People by language, channel, plan and zone."""
    everybody = (
        select(func.aggregate_strings(_ALIKE, "\n"))
        .select_from(reached())
        .where(chosen(broadcast, means.reach, now))
    )
    told = session.scalar(everybody) or ""
    counted = {}
    for line, people in Counter(told.split("\n") if told else ()).items():
        language, channel, plan, zone = line.split(",")
        counted[language, channel, int(plan), zone] = people
    return counted


def _unreached(session: Session, broadcast: Broadcast, reach: Reach, now: datetime) -> int:
    if not any(reach.values()):
        return 0
    count = select(func.count()).select_from(reached())
    return session.scalar(count.where(unreached(broadcast, reach, now))) or 0


def _own_hours(session: Session, plans: Collection[int]) -> Mapping[int, str]:
    """By plan, where somebody set them."""
    own = session.execute(select(Plan.id, Plan.hours).where(Plan.own))
    return {row[0]: row[1] for row in own if row[0] in plans}
