"""Time played forward through the real rules: the phone page's skips, rehearsals, and tests."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy import func, select

from service.envelopes import State
from service.store.engine import Store
from service.store.tables import Dialogue, Entry, Plan


class Played(Protocol):
    """What time is played on; service/runtime.py is one."""

    store: Store

    def now(self) -> datetime: ...
    def tick(self) -> None: ...
    def drain(self) -> None: ...


def play(runtime: Played, until: datetime, move: Callable[[datetime], None]) -> None:
    """Go from event to event up to `until`; `move` sets the clock. Nothing happens twice or late."""
    while True:
        runtime.tick()
        runtime.drain()
        now = runtime.now()
        if now >= until:
            return
        move(min(_next_event(runtime.store, now) or until, until))


def _next_event(store: Store, now: datetime) -> datetime | None:
    """The next moment at which something of itself is due."""
    moments = (
        select(func.min(Plan.next_at)).where(Plan.next_at > now),
        select(func.min(Entry.not_before)).where(
            Entry.state == State.QUEUED, Entry.not_before > now
        ),
        select(func.min(Dialogue.closes_at)).where(Dialogue.closes_at > now),
    )
    with store.read() as session:
        found = [session.scalar(moment) for moment in moments]
    return min((moment for moment in found if moment is not None), default=None)
