"""How fast one channel may send, whoever sends: segments a second, and rests for all workers at once.

The rules are on a row of `sender`, which a worker holds locked while it claims. Moments are the
service's own time: where that is moved or set back, a rest ends, and at most a second's worth goes.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.outbox.policy import RESTS, Rest
from service.store.base import Base
from service.store.tables import Sender
from service.store.upsert import insert

_NEW = insert(Base.metadata.tables[Sender.__tablename__]).on_conflict_do_nothing()


def locked(session: Session, names: Collection[str]) -> Mapping[str, Sender]:
    """These channels' rows, kept from other workers until the transaction ends."""
    wanted = select(Sender).where(Sender.name.in_(names)).order_by(Sender.name).with_for_update()
    rows = session.scalars(wanted).all()
    if len(rows) < len(names):
        for name in names:
            session.execute(_NEW, {"name": name, "tokens": 0.0, "faults": 0})
        rows = session.scalars(wanted).all()
    return {row.name: row for row in rows}


def room(sender: Sender, rate: float | None, now: datetime, most: int) -> int:
    """How many texts may be taken now, up to `most`, counting one segment each.

    `rate`: segments a second; None: no limit.
    """
    if resting(sender, now):
        return 0
    if rate is None:
        return most
    full = max(rate, 1.0)
    if sender.filled_at is None:
        sender.tokens = full
    else:
        passed = max((now - sender.filled_at).total_seconds(), 0.0)
        sender.tokens = min(full, sender.tokens + passed * rate)
    sender.filled_at = now
    return max(0, min(most, int(sender.tokens)))


def owe(session: Session, name: str, segments: int) -> None:
    """Texts were longer than counted on: that is paid back before the next ones go."""
    session.execute(
        update(Sender).where(Sender.name == name).values(tokens=Sender.tokens - segments)
    )


def resting(sender: Sender, now: datetime) -> bool:
    begun, ends = sender.paused_from, sender.paused_until
    return begun is not None and ends is not None and begun <= now < ends


def rest(sender: Sender, kind: Rest, now: datetime, wait: float = 0.0) -> None:
    """Nothing goes for a while; `wait`: the seconds that the provider asked for.

    Many sends in flight fail at once: they are one fault, and the longest rest of theirs counts.
    """
    running = sender.paused_until if resting(sender, now) else None
    if running is None:
        sender.faults += 1
        sender.paused_from = now
    ends = now + max(RESTS[kind].after(sender.faults), timedelta(seconds=wait))
    sender.paused_until = max(running or ends, ends)


def went_well(sender: Sender, now: datetime) -> None:
    if sender.faults and not resting(sender, now):
        sender.faults = 0
