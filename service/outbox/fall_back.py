"""Nobody is reached at an address: another one of the same person takes over, and the row goes on there.

The row stays the one it is, so there is never a second one for its slot. It loses its attempt, so that
nothing that is still said about that one moves it.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from service.envelopes import State
from service.outbox import entries
from service.people import primary
from service.store.tables import AddressRow, Entry

# An attempt in these states may still turn out to have failed. What we gave up stays given up.
_OPEN = (State.QUEUED, State.SENDING, State.DOUBTFUL, State.SENT)


def go_on(
    session: Session,
    entry_id: int,
    attempt: str,
    address_id: int,
    told: str,
    now: datetime,
    carriers: Collection[str],
) -> bool:
    """Queue what we started for another address of theirs; False where there is none, or no time left.

    `attempt` failed since nobody is reached at `address_id`; `carriers`: the channels on which a
    reminder can be promised here.
    """
    address = session.get(AddressRow, address_id)
    other = primary.heir(session, address, carriers) if address is not None else None
    if other is None:
        return False
    moved = session.execute(
        update(Entry)
        .where(
            Entry.id == entry_id,
            Entry.attempt == attempt,
            Entry.kind.in_(entries.STARTED),
            entries.in_state(*_OPEN),
            (Entry.best_before > now) | Entry.best_before.is_(None),
        )
        .values(
            state=State.QUEUED,
            address_id=other.id,
            channel=other.channel,
            attempt=None,
            provider_id=None,
            error=told,
            settled_at=None,
            text="",  # worded anew: what goes beside the words costs something else there
            segments=0,
        )
    )
    assert isinstance(moved, CursorResult)
    return bool(moved.rowcount)


def move_on(session: Session, address: AddressRow, carriers: Collection[str]) -> None:
    """Reminders go to another address of theirs, if there is one that agreed and is reached."""
    other = primary.heir(session, address, carriers) if address.primary else None
    if other is not None:
        primary.prefer(session, other)
        entries.follow(session, other)
