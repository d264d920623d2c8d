"""A broadcast's rows get their words when they are claimed, as all else that we start."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from messages.broadcasts import BroadcastWords
from messages.render import segments
from service.broadcasts import wording
from service.outbox.entries import BROADCAST
from service.outbox.prepare import Compose, Composed, Wordless
from service.store.broadcast_tables import Broadcast
from service.store.tables import Entry, Person

TRIAL = "trial"  # among the params of a row that only shows a broadcast to an operator: its id


def composing(words: BroadcastWords, others: Compose) -> Compose:
    """The words of all rows; `others` finds those of rows that are of no broadcast."""

    def compose(
        session: Session, rows: Sequence[Wordless], now: datetime
    ) -> Mapping[int, Composed]:
        ours = [row for row in rows if row.kind == BROADCAST]
        rest = rows if not ours else [row for row in rows if row.kind != BROADCAST]
        composed = dict(others(session, rest, now)) if rest else {}
        composed.update(_composed(session, words, ours) if ours else {})
        return composed

    return compose


def _composed(
    session: Session, words: BroadcastWords, rows: Sequence[Wordless]
) -> Mapping[int, Composed]:
    given = {"ids": [row.id for row in rows]}
    spoken = {row[0]: (row[1], row[2]) for row in session.execute(_ASKED, given)}
    numbers = {row.id: spoken[row.id][1] or int(row.params[TRIAL]) for row in rows}
    wanted = select(Broadcast).where(Broadcast.id.in_(set(numbers.values())))
    broadcasts = {broadcast.id: broadcast for broadcast in session.scalars(wanted)}
    return {
        row.id: _text(words, row, broadcasts[numbers[row.id]], spoken[row.id][0]) for row in rows
    }


def _text(words: BroadcastWords, row: Wordless, broadcast: Broadcast, language: str) -> Composed:
    """Whoever changed to a language without a text since gets the first one rather than none."""
    texts = broadcast.texts
    text = wording.said(words, texts, broadcast.fallback or next(iter(texts)), language)
    return row.key, row.params, text, segments(text).count


_ASKED: Select[*tuple[Any, ...]] = (
    select(Entry.id, Person.language, Entry.broadcast_id)
    .join(Person, Person.id == Entry.person_id)
    .where(Entry.id.in_(bindparam("ids", expanding=True)))
)
