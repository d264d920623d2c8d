"""Status callbacks: a text's state moves forward only, whatever comes twice, late or out of order."""

import logging
from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlalchemy import Select, String, bindparam, select
from sqlalchemy.orm import Session

from service.envelopes import Receipt, State, Verdict
from service.outbox import fall_back, pace, policy
from service.outbox.claim import row_named
from service.outbox.failures import Alert, Failure, follow_up
from service.outbox.policy import Rest
from service.store.lazily import commit_lazily
from service.store.tables import AddressRow, Entry, Sender

log = logging.getLogger(__name__)

# What we gave up or held back is behind: a receipt proves that it went.
_BEHIND = 0
_RANK = {
    State.ANSWERED: 1,
    State.SENT: 2,
    State.DELIVERED: 3,
    State.UNDELIVERED: 3,
    State.FAILED: 3,
}


def record(
    session: Session, receipt: Receipt, now: datetime, carriers: Collection[str]
) -> list[Alert]:
    """Move the entry that the receipt is about, and do what its failure asks for.

    The first final state stays. A receipt may come before our own send has been settled, and one
    that belongs to nothing we know still counts where it says that the person opted out.
    `carriers`: the channels on which a reminder can be promised here.
    """
    at_fault = _at_fault(session, receipt)
    entry = _entry(session, receipt)
    if entry is not None and rank(entry.state) > _BEHIND and receipt.verdict is None:
        # All that a crash may forget is how far a text got of which we know that it went.
        commit_lazily(session)
    if at_fault and entry and rank(receipt.state) > rank(entry.state):
        pace.rest(*at_fault, now)
    address = _address(session, entry, receipt) if receipt.verdict else None
    if entry is None:
        log.info("receipt_unmatched state=%s code=%s", receipt.state, receipt.code)
    elif not _goes_on(session, entry, receipt, now, carriers) and not _forward(entry, receipt, now):
        return []
    if receipt.verdict is None or _told_before(session, entry, receipt):
        return []
    channel = receipt.address.channel if receipt.address else ""
    failure = Failure(
        kind=entry.kind if entry else "",
        channel=address.channel if address else channel,
        verdict=receipt.verdict,
        code=receipt.code,
        reason=receipt.reason,
    )
    return follow_up(session, failure, address, now, carriers)


def rank(state: str) -> int:
    return _RANK.get(State(state), _BEHIND)


def _at_fault(session: Session, receipt: Receipt) -> tuple[Sender, Rest] | None:
    """Whose next texts a fault of the whole sender holds back, and how; nobody's otherwise.

    Before the entry, which is locked, too: delivery takes them in this order.
    """
    rest = policy.POLICY[receipt.verdict].rest if receipt.verdict else None
    if rest is None or receipt.address is None:
        return None
    name = receipt.address.channel
    return pace.locked(session, [name])[name], rest


def _forward(entry: Entry, receipt: Receipt, now: datetime) -> bool:
    """Take what is news in the receipt; False when its state is none."""
    entry.provider_id = entry.provider_id or receipt.provider_id
    if rank(receipt.state) <= rank(entry.state):
        return False
    entry.state, entry.settled_at = receipt.state, now
    entry.error = f"{receipt.code}: {receipt.reason}" if receipt.verdict else ""
    return True


def _goes_on(
    session: Session, entry: Entry, receipt: Receipt, now: datetime, carriers: Collection[str]
) -> bool:
    """Nobody is reached there, but at another address of theirs."""
    if receipt.verdict is not Verdict.DEAD or not entry.attempt or entry.address_id is None:
        return False
    if rank(receipt.state) <= rank(entry.state):
        return False
    told = f"{receipt.code}: {receipt.reason}"
    return fall_back.go_on(session, entry.id, entry.attempt, entry.address_id, told, now, carriers)


def _told_before(session: Session, entry: Entry | None, receipt: Receipt) -> bool:
    """That nobody is reached at an address where a text was before it went on to another one.

    Whoever has written from there since is reached again.
    """
    if entry is not None or receipt.verdict is not Verdict.DEAD:
        return False
    row = session.get(Entry, row_named(receipt.attempt) or 0)
    return row is not None and _elsewhere(session, row, receipt)


def _elsewhere(session: Session, entry: Entry, receipt: Receipt) -> bool:
    """Does the text go to another address now than the one that the receipt speaks of?"""
    if receipt.address is None or entry.address_id is None:
        return False
    address = session.get(AddressRow, entry.address_id)
    there = (receipt.address.channel, receipt.address.handle)
    return address is not None and (address.channel, address.handle) != there


def _entry(session: Session, receipt: Receipt) -> Entry | None:
    """Kept from other receipts, which may come in the same moment, until this one is written."""
    if receipt.attempt:
        found = session.scalars(_with("attempt"), {"value": receipt.attempt}).first()
        if found is not None:
            return found
    known = session.scalars(_with("provider_id"), {"value": receipt.provider_id}).first()
    return known or _sent_before(session, receipt)


@cache
def _with(column: str) -> Select[Entry]:
    """Put together once: there are two receipts for each text."""
    wanted = getattr(Entry, column) == bindparam("value", type_=String)
    return select(Entry).where(wanted).with_for_update()


def _sent_before(session: Session, receipt: Receipt) -> Entry | None:
    """An earlier attempt of a text that is sent again went after all; its failure would say nothing.

    Nor does a success at an address where it had failed, when it goes to another one now.
    """
    row = row_named(receipt.attempt)
    if row is None or receipt.state not in {State.SENT, State.DELIVERED}:
        return None
    found = session.scalars(select(Entry).where(Entry.id == row).with_for_update()).first()
    return None if found is None or _elsewhere(session, found, receipt) else found


def _address(session: Session, entry: Entry | None, receipt: Receipt) -> AddressRow | None:
    if entry is not None and entry.address_id is not None:
        return session.get(AddressRow, entry.address_id)
    if receipt.address is None:
        return None
    return session.scalars(
        select(AddressRow).where(
            AddressRow.channel == receipt.address.channel,
            AddressRow.handle == receipt.address.handle,
        )
    ).first()
