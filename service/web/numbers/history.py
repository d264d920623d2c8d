"""The numbers of a period, read from what was rolled up (service/tallies)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Date, func, select
from sqlalchemy.orm import Session

from service.envelopes import State
from service.outbox.entries import NUDGES
from service.store.tables import Spending
from service.store.tally_tables import (
    Census,
    ConsentTally,
    LocalTally,
    ReceivedTally,
    SentTally,
)
from service.web.numbers import money
from service.web.numbers.period import Period, Step

# What became of a text, in a word that operators use.
OUTCOMES = ("queued", "sent", "delivered", "failed", "expired", "withdrawn")
_OUTCOME = {
    State.QUEUED: "queued",
    State.SENDING: "queued",
    State.DOUBTFUL: "queued",
    State.ANSWERED: "sent",
    State.SENT: "sent",
    State.DELIVERED: "delivered",
    State.UNDELIVERED: "failed",
    State.FAILED: "failed",
    State.LOST: "failed",
    State.EXPIRED: "expired",
    State.DROPPED: "withdrawn",
}
REPLIES = ("reply", "consent")
STATES = ("stopped", "stranger", "active")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_A_CENSUS = timedelta(days=6)  # one day alone makes no line


@dataclass(frozen=True, slots=True)
class Table:
    """A number as rows: what each is of (an hour, a day, a word), then a figure for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def totals(self) -> Sequence[tuple[str, int]]:
        """By column, for whoever doesn't see the drawing."""
        sums = [sum(row[at] or 0 for row in self.rows) for at in range(1, len(self.columns))]
        return list(zip(self.columns[1:], sums, strict=True))


class History:
    """What one page asks, each question once."""

    def __init__(self, session: Session, period: Period) -> None:
        self._session = session
        self.period = period

    def reminders(self) -> Table:
        return self._by_outcome(NUDGES)

    def replies(self) -> Table:
        return self._by_outcome(REPLIES)

    def emergencies(self) -> Table:
        return self._by_outcome(("emergency",), seldom=True)

    def people(self) -> Table:
        first = min(self.period.first_day, self.period.now.date() - _A_CENSUS)
        rows = self._session.execute(
            select(Census.day, Census.state, func.sum(Census.people))
            .where(Census.day >= first)
            .group_by(Census.day, Census.state)
        )
        days: defaultdict[date, Counter[str]] = defaultdict(Counter)
        for day, state, people in rows:
            days[day][state] = people
        table = tuple((day, *(days[day][state] for state in STATES)) for day in sorted(days))
        return Table(("Day", *STATES), table)

    def opt_outs(self) -> Table:
        step = self._step(ConsentTally)
        rows = self._session.execute(
            select(step, func.sum(ConsentTally.events))
            .where(ConsentTally.hour >= self.period.since, ConsentTally.event == "withdrawn")
            .group_by(step)
        )
        seldom = self.period.seldom
        left, went = Counter[Step](), Counter[Step]()
        for at, events in rows:
            left[seldom.step_of(at)] += events
        for at, kind, state, texts in self._sent:
            if kind in NUDGES and _OUTCOME[State(state)] in {"sent", "delivered"}:
                went[seldom.step_of(at)] += texts
        table = tuple(
            (step, left[step], went[step], _per_mille(left[step], went[step]))
            for step in seldom.steps
        )
        return Table((seldom.unit, "opt-outs", "reminders that went", "per 1,000 reminders"), table)

    def keywords(self) -> Table:
        counted: Counter[str] = Counter()
        for intent, topic, _, texts in self._received:
            counted["EMERGENCY" if intent == "emergency" else topic or intent] += texts
        return Table(("Keyword", "texts"), tuple(counted.most_common()))

    def languages(self) -> Table:
        counted: Counter[str] = Counter()
        for _, _, language, texts in self._received:
            counted[language] += texts
        return Table(("Language", "texts"), tuple(counted.most_common()))

    def rhythm(self) -> Table:
        rows = self._session.execute(
            select(
                LocalTally.weekday,
                LocalTally.clock,
                func.sum(LocalTally.reminders),
                func.sum(LocalTally.dones),
            )
            .where(LocalTally.hour >= self.period.since)
            .group_by(LocalTally.weekday, LocalTally.clock)
        )
        counted = {(day, hour): (reminders, dones) for day, hour, reminders, dones in rows}
        table = []
        for day, name in enumerate(WEEKDAYS):
            for hour in range(24):
                reminders, dones = counted.get((day, hour), (0, 0))
                rate = round(100 * dones / reminders, 1) if reminders else None
                table.append((f"{name} {hour:02}:00", reminders, dones, rate))
        return Table(("Local hour", "reminders", "DONEs", "DONEs per 100 reminders"), tuple(table))

    def spending(self) -> Table:
        """Segments of what we started, by channel, and of answers."""
        rows = self._session.execute(
            select(Spending.sender, Spending.day, Spending.segments).where(
                Spending.day >= self.period.first_day
            )
        ).all()
        senders = sorted({sender for sender, _, _ in rows})
        spent = {(sender, day): segments for sender, day, segments in rows}
        answers = money.answered(self._session, self.period.first_day)
        table = tuple(
            (day, *(spent.get((sender, day), 0) for sender in senders), answers.get(day, 0))
            for day in self.period.all_days
        )
        return Table(("Day", *senders, "answers"), table)

    @cached_property
    def _sent(self) -> Sequence[tuple[Step, str, str, int]]:
        step = self._step(SentTally)
        by = (step, SentTally.kind, SentTally.state)
        rows = self._session.execute(
            select(*by, func.sum(SentTally.texts + SentTally.erased))
            .where(SentTally.hour >= self.period.since)
            .group_by(*by)
        )
        return [(at, kind, state, texts) for at, kind, state, texts in rows]

    @cached_property
    def _received(self) -> Sequence[tuple[str, str, str, int]]:
        by = (ReceivedTally.intent, ReceivedTally.topic, ReceivedTally.language)
        rows = self._session.execute(
            select(*by, func.sum(ReceivedTally.texts))
            .where(ReceivedTally.hour >= self.period.since)
            .group_by(*by)
        )
        return [(intent, topic, language, texts) for intent, topic, language, texts in rows]

    def _by_outcome(self, kinds: Collection[str], *, seldom: bool = False) -> Table:
        period = self.period.seldom if seldom else self.period
        counted: Counter[tuple[Step, str]] = Counter()
        for at, kind, state, texts in self._sent:
            if kind in kinds:
                counted[period.step_of(at), _OUTCOME[State(state)]] += texts
        table = tuple(
            (step, *(counted[step, outcome] for outcome in OUTCOMES)) for step in period.steps
        )
        return Table((period.unit, *OUTCOMES), table)

    def _step(self, model: Any) -> Any:
        return model.hour if self.period.hourly else func.date(model.hour, type_=Date)


def _per_mille(part: int, whole: int) -> float | None:
    return round(1000 * part / whole, 2) if whole else None
