"""What was kept of texts that weren't understood: read by operators, and let go after its days."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select, tuple_
from sqlalchemy.orm import Session

from service.store.engine import Store
from service.store.unread_tables import Unread

KEPT = timedelta(days=30)
BATCH = 500  # rows; the write lock is held for a few milliseconds

Place = tuple[datetime, str]  # of a row among the others, the newest first


def newest(
    session: Session, size: int, *, language: str = "", after: Place | None = None
) -> Sequence[Unread]:
    """The newest, or those that come after the one at this place."""
    return session.scalars(_newest(size, language=language, after=after)).all()


def _newest(size: int, *, language: str, after: Place | None) -> Select[Unread]:
    place = tuple_(Unread.last_at, Unread.likeness)
    found = select(Unread).order_by(Unread.last_at.desc(), Unread.likeness.desc()).limit(size)
    if language:
        found = found.where(Unread.language == language)
    return found if after is None else found.where(place < tuple_(*after))


def find(session: Session, likeness: str) -> Unread | None:
    return session.get(Unread, likeness)


def forget_all(store: Store) -> None:
    """An operator has switched it off."""
    with store.read() as session:
        if session.scalar(select(Unread.likeness).limit(1)) is None:
            return
    with store.write() as session:
        session.execute(delete(Unread))


def purge(store: Store, now: datetime, rest: Callable[[], bool]) -> None:
    """Forget what nobody has written for the days that it is kept.

    `rest` is called between two batches, and may wait; False ends it: the next call goes on there.
    """
    old = select(Unread.likeness).where(Unread.last_at < now - KEPT)
    while True:
        with store.read() as session:
            found = session.scalars(old.order_by(Unread.last_at).limit(BATCH)).all()
        if not found:
            return
        with store.write() as session:
            session.execute(
                delete(Unread).where(Unread.likeness.in_(found), Unread.last_at < now - KEPT)
            )
        if not rest():
            return
