"""What a crash or a lost answer left behind: looked up at the provider, then let go or sent again."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from service.envelopes import Address, Channel, Outgoing, SendFailed, Sent, State
from service.outbox import windows
from service.outbox.answers import edits_of
from service.outbox.claim import LEASE
from service.outbox.entries import CONFIRM, STARTED, in_state
from service.outbox.failures import Alert
from service.store.engine import Store
from service.store.tables import AddressRow, Entry, Inbound

log = logging.getLogger(__name__)

RESENDS = 3  # attempts at what is worth sending again without a trace of the first
LOOKS = (timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8))  # after the claim
GIVEN_UP = timedelta(hours=1)  # where the provider can't even be asked
KEPT = timedelta(hours=48)  # of an erased person, so that a repeated webhook changes nothing
BATCH = 20  # look-ups between two writes
LOOKING = timedelta(minutes=4)  # more than a batch takes, each look with its time-out
NO_TRACE = "in doubt, and without a trace at the provider"
_KNOWN = timedelta(hours=24)  # other attempts to the same address that a look-up might find


@dataclass(frozen=True, slots=True)
class Doubt:
    entry: Entry
    outgoing: Outgoing | None  # None: nobody is there any more
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look brought: `sent`, or nothing; not `asked` when the provider couldn't be."""

    doubt: Doubt
    sent: Sent | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Swept:
    """`more`: there may be, and the provider answers. The alerts are the caller's to raise."""

    alerts: tuple[Alert, ...] = ()
    more: bool = False


def sweep(
    store: Store,
    channels: Mapping[str, Channel],
    now: datetime,
    ending: Callable[[], bool] = lambda: False,
) -> Swept:
    """Settle a batch of what is in doubt; meant to be called twice a minute, and again while there is more.

    No transaction is open while a provider is asked. Once the process is `ending` nobody is asked
    any more, and the next sweep, here or elsewhere, does it.
    """
    with store.read() as session:
        left_behind = session.scalar(select(exists().where(or_(_stale(now), _due(now)))))
    if not left_behind:
        return Swept()
    with store.write() as session:
        session.execute(
            update(Entry)
            .where(_stale(now), _wordless())
            .values(state=State.QUEUED, attempts=Entry.attempts - 1)
        )
        session.execute(update(Entry).where(_stale(now)).values(state=State.DOUBTFUL))
        doubts = list(_doubts(session, now))
    findings = list(_look(doubts, channels, ending))
    if not doubts:
        return Swept()
    with store.write() as session:
        states = [_resolve(session, finding, now) for finding in findings]
        _give_back(session, doubts[len(findings) :], now)
    lost = sum(
        state is State.LOST and finding.doubt.entry.kind == "emergency"
        for finding, state in zip(findings, states, strict=True)
    )
    alerts = (Alert("an emergency answer is lost", f"{lost} in doubt for good"),) if lost else ()
    return Swept(alerts, more=all(finding.asked for finding in findings) and len(findings) == BATCH)


def purge(session: Session, now: datetime) -> None:
    """Remove what is kept of erased people once a repeated webhook can't come any more."""
    old = now - KEPT
    session.execute(delete(Entry).where(Entry.person_id.is_(None), Entry.created_at < old))
    answered = exists().where(Entry.inbound_id == Inbound.id)
    session.execute(
        delete(Inbound).where(Inbound.address_id.is_(None), Inbound.at < old, ~answered)
    )


def _stale(now: datetime) -> ColumnElement[bool]:
    return and_(Entry.state == State.SENDING, _let_go(now))


def _wordless() -> ColumnElement[bool]:
    """Claimed, and never handed over: words are written down before that. An erased text is no such row."""
    return and_(Entry.text == "", Entry.address_id.is_not(None))


def _let_go(now: datetime) -> ColumnElement[bool]:
    """No worker has it any more. A claim made in the future was made by a clock that was wrong."""
    return or_(
        Entry.lease_until.is_(None),
        Entry.lease_until <= now,
        Entry.claimed_at > now + LEASE,
    )


def _due(now: datetime) -> ColumnElement[bool]:
    """Rows whose next look is due, and that no other sweep is looking up."""
    looks = (
        and_(Entry.looks <= number, Entry.claimed_at <= now - after)
        for number, after in enumerate(LOOKS)
    )
    ahead_of_time = Entry.claimed_at > now + LEASE
    return and_(Entry.state == State.DOUBTFUL, _let_go(now), or_(ahead_of_time, *looks))


def _doubts(session: Session, now: datetime) -> Iterator[Doubt]:
    """Take rows that are due for a look; other sweeps leave them alone meanwhile."""
    first = (
        select(Entry.id)
        .where(_due(now))
        .order_by(Entry.claimed_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .cte("first")
    )
    taken = session.scalars(
        update(Entry)
        .where(Entry.id.in_(select(first.c.id)))
        .values(lease_until=now + LOOKING)
        .returning(Entry.id)
        .execution_options(synchronize_session=False)
    ).all()
    rows = session.execute(
        select(Entry, AddressRow)
        .outerjoin(AddressRow, AddressRow.id == Entry.address_id)
        .where(Entry.id.in_(taken))
        .order_by(Entry.claimed_at, Entry.id)
    ).all()
    known = _known(session, [address for _, address in rows if address is not None], now)
    for entry, address in rows:
        outgoing = None
        if address is not None and entry.attempt is not None:
            outgoing = Outgoing(
                attempt=entry.attempt,
                address=Address(address.channel, address.handle),
                text=entry.text,
                started_at=entry.claimed_at,
                cold=windows.cold_of(entry),
                edits=edits_of(entry.params),
            )
        yield Doubt(entry, outgoing, tuple(known.get(entry.address_id, ())))


def _known(
    session: Session, addresses: Sequence[AddressRow], now: datetime
) -> Mapping[int | None, list[str]]:
    """By address. Answers are found by it, what we start by its person and slot: an index each."""
    known = defaultdict[int | None, list[str]](list)
    since = now - _KNOWN
    answers = and_(
        Entry.address_id.in_({address.id for address in addresses}),
        Entry.slot.is_(None),
        Entry.created_at > since,
    )
    started = and_(
        Entry.person_id.in_({address.person_id for address in addresses}),
        Entry.kind.in_(STARTED),
        Entry.slot > since,
    )
    for which in (answers, started):
        rows = session.execute(
            select(Entry.address_id, Entry.provider_id).where(which, Entry.provider_id.is_not(None))
        )
        for address_id, provider_id in rows:
            known[address_id].append(provider_id or "")
    return known


def _look(
    doubts: Sequence[Doubt], channels: Mapping[str, Channel], ending: Callable[[], bool]
) -> Iterator[Finding]:
    """Ask the providers, in this order; one that can't be asked isn't asked again in this sweep."""
    silent: set[str] = set()
    adopted: list[str] = []
    for doubt in doubts:
        if ending():
            return
        outgoing = doubt.outgoing
        if outgoing is None:
            yield Finding(doubt)
            continue
        channel = channels.get(outgoing.address.channel)
        if channel is None or channel.name in silent:
            yield Finding(doubt, asked=False)
            continue
        try:
            sent = channel.look_up(outgoing, [*doubt.known, *adopted])
        except SendFailed as failed:
            log.warning("look_up_failed channel=%s reason=%s", channel.name, failed)
            silent.add(channel.name)
            yield Finding(doubt, asked=False)
            continue
        if sent is not None:
            adopted.append(sent.provider_id)
        yield Finding(doubt, sent)


def _give_back(session: Session, doubts: Sequence[Doubt], now: datetime) -> None:
    session.execute(
        update(Entry)
        .where(Entry.id.in_([doubt.entry.id for doubt in doubts]), in_state(State.DOUBTFUL))
        .values(lease_until=now)
    )


def _resolve(session: Session, finding: Finding, now: datetime) -> State | None:
    """Write what follows from a look, unless a receipt has settled the row meanwhile."""
    entry = finding.doubt.entry
    state = finding.sent.state if finding.sent else _without_trace(finding, now)
    changes: dict[str, object] = {"looks": entry.looks + finding.asked, "lease_until": now}
    if state is not None:
        changes["state"] = state
    if finding.sent:
        changes |= {"provider_id": finding.sent.provider_id, "settled_at": now, "error": ""}
    elif state is State.QUEUED:
        changes["not_before"] = now
    elif state is State.LOST:
        changes |= {"settled_at": now, "error": entry.error or NO_TRACE}
    written = session.execute(
        update(Entry)
        .where(
            Entry.id == entry.id,
            Entry.attempt == entry.attempt,
            Entry.state == State.DOUBTFUL,
        )
        .values(changes)
        .returning(Entry.id)
    )
    return state if written.first() else None


def _without_trace(finding: Finding, now: datetime) -> State | None:
    """The provider has no trace of it, or can't be asked; None: look again later."""
    entry = finding.doubt.entry
    assert entry.claimed_at is not None
    if finding.doubt.outgoing is None:
        return State.LOST
    if entry.kind == "emergency" and entry.attempts < RESENDS:
        return State.QUEUED
    if entry.kind == "consent" and finding.asked and entry.attempts < RESENDS:
        return State.QUEUED if now - entry.created_at <= CONFIRM else State.LOST
    if not finding.asked:
        return State.LOST if now - entry.claimed_at > GIVEN_UP else None
    last = entry.looks + 1 >= len(LOOKS) or now - entry.claimed_at >= LOOKS[-1]
    return State.LOST if last else None
