"""What became of each attempt, written back in one batch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Update, bindparam, func, update
from sqlalchemy.orm import Session

from service.envelopes import SendFailed, Sent, State, Verdict
from service.outbox import fall_back, policy
from service.outbox.entries import in_state
from service.outbox.failures import Alert, Failure, follow_up
from service.outbox.prepare import Parcel
from service.store.base import Utc
from service.store.batch import batch, packed
from service.store.tables import ENTRY, AddressRow

_Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended; without a result it was never made, and the row goes back."""

    parcel: Parcel
    result: Sent | SendFailed | None

    @property
    def failure(self) -> SendFailed | None:
        return self.result if isinstance(self.result, SendFailed) else None

    @property
    def cost(self) -> int:
        """Segments that it turned out to cost, beyond what was counted when it was handed over."""
        if isinstance(self.result, Sent):
            return (self.result.segments or self.parcel.segments) - self.parcel.segments
        if self.failure is not None and self.failure.verdict is Verdict.DOUBTFUL:
            return 0
        return -self.parcel.segments

    @property
    def opted_out(self) -> bool:
        return self.failure is not None and self.failure.verdict is Verdict.OPTED_OUT


def settle(
    session: Session, outcomes: Sequence[Outcome], now: datetime, carriers: Collection[str]
) -> list[Alert]:
    """Write outcomes to their rows. A receipt that was faster is never set back.

    `carriers`: the channels on which a reminder can be promised here.
    """
    sent = [
        {
            "entry": outcome.parcel.entry_id,
            "of_attempt": outcome.parcel.outgoing.attempt,
            "new_state": outcome.result.state,
            "provider": outcome.result.provider_id,
            "cost": outcome.result.segments,
        }
        for outcome in outcomes
        if isinstance(outcome.result, Sent)
    ]
    if sent:
        dialect = session.get_bind().dialect.name
        session.connection().execute(_took(dialect), {**packed(sent), "now": now})
    gone_on = [outcome for outcome in outcomes if _goes_on(session, outcome, now, carriers)]
    elsewhere = {outcome.parcel.entry_id for outcome in gone_on}
    others = [
        _not_sent(outcome, now)
        for outcome in outcomes
        if not isinstance(outcome.result, Sent) and outcome.parcel.entry_id not in elsewhere
    ]
    if others:
        session.connection().execute(_didnt_take(), others)
    return _follow_up(session, [*gone_on, *_telling(outcomes, others)], now, carriers)


def _goes_on(session: Session, outcome: Outcome, now: datetime, carriers: Collection[str]) -> bool:
    """Nobody is reached there, but at another address of theirs."""
    parcel, failure = outcome.parcel, outcome.failure
    if failure is None or failure.verdict is not Verdict.DEAD:
        return False
    attempt, told = parcel.outgoing.attempt, f"{failure.code}: {failure.reason}"
    return fall_back.go_on(
        session, parcel.entry_id, attempt, parcel.address_id, told, now, carriers
    )


def _not_sent(outcome: Outcome, now: datetime) -> _Change:
    parcel, failure = outcome.parcel, outcome.failure
    if failure is None:
        return _change(parcel, State.QUEUED, refund=1)
    state, again = policy.after(
        failure.verdict, parcel.attempts, parcel.best_before, now, failure.wait
    )
    told = f"{failure.code}: {failure.reason}"
    if state is State.QUEUED:
        refund = 0 if policy.POLICY[failure.verdict].counts else 1
        return _change(parcel, state, told=told, later=again, refund=refund)
    if state is State.DOUBTFUL:
        return _change(parcel, state, told=told)
    return _change(parcel, state, told=told, settled=now)


def _change(
    parcel: Parcel,
    state: State,
    *,
    told: str = "",
    later: datetime | None = None,
    settled: datetime | None = None,
    refund: int = 0,
) -> _Change:
    return {
        "entry": parcel.entry_id,
        "of_attempt": parcel.outgoing.attempt,
        "new_state": state,
        "told": told,
        "later": later,
        "settled": settled,
        "refund": refund,
    }


@cache
def _took(dialect: str) -> Update:
    """A sweep may have given up, or queued again, what now turns out to be sent."""
    entry = ENTRY
    told = batch(
        dialect,
        entry=BigInteger,
        of_attempt=String,
        new_state=String,
        provider=String,
        cost=Integer,
    )
    return (
        update(entry)
        .where(
            entry.c.id == told.c.entry,
            entry.c.attempt == told.c.of_attempt,
            in_state(State.SENDING, State.DOUBTFUL, State.QUEUED, State.LOST),
        )
        .values(
            state=told.c.new_state,
            provider_id=func.coalesce(told.c.provider, entry.c.provider_id),
            segments=func.coalesce(told.c.cost, entry.c.segments),
            error="",
            settled_at=bindparam("now", type_=Utc),
        )
    )


@cache
def _didnt_take() -> Update:
    entry = ENTRY
    return (
        update(entry)
        .where(
            entry.c.id == bindparam("entry"),
            entry.c.attempt == bindparam("of_attempt"),
            in_state(State.SENDING, State.DOUBTFUL),
        )
        .values(
            state=bindparam("new_state"),
            not_before=func.coalesce(bindparam("later", type_=Utc), entry.c.not_before),
            attempts=entry.c.attempts - bindparam("refund"),
            error=bindparam("told"),
            settled_at=bindparam("settled"),
        )
    )


def _telling(outcomes: Sequence[Outcome], changes: Sequence[_Change]) -> list[Outcome]:
    """What failed for good, and what only an operator can mend."""
    failed = {change["entry"] for change in changes if change["new_state"] == State.FAILED}
    return [
        outcome
        for outcome in outcomes
        if outcome.parcel.entry_id in failed
        or (outcome.failure is not None and outcome.failure.verdict is Verdict.SET_UP)
    ]


def _follow_up(
    session: Session, failed: Sequence[Outcome], now: datetime, carriers: Collection[str]
) -> list[Alert]:
    alerts: dict[Alert, None] = {}
    for outcome in failed:
        parcel, failure = outcome.parcel, outcome.failure
        assert failure is not None
        what = Failure(parcel.kind, parcel.channel, failure.verdict, failure.code, failure.reason)
        address = session.get(AddressRow, parcel.address_id)
        alerts |= dict.fromkeys(follow_up(session, what, address, now, carriers))
    return list(alerts)
