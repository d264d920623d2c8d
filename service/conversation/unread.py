"""What the matcher couldn't read, or wasn't sure of: masked, and kept apart from whoever wrote it.

Operators learn from it which words are missing. No number of a person or of a row stands in it, no
channel, and only the day: beside the hours and channels of somebody's page more would tell who wrote it.
Texts that are alike are one row, with the wording that came last.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from messages.folding import MARK, fold
from service.conversation import masking
from service.conversation.speak import unsure
from service.conversation.turn import Said, Turn
from service.store.base import Base
from service.store.lanes import Lane
from service.store.prepared import Prepared
from service.store.tables import Dialogue
from service.store.unread_tables import Unread
from service.store.upsert import insert

UNKNOWN = "UNKNOWN"
_READ_FREELY = frozenset(
    {"unknown", "phrase", "typo", "model"}
)  # rules whose readings may be unsure
_ANSWERS = frozenset({"UNKNOWN", "UNKNOWN_NEAR"})
# Where somebody lives, what hurts, whether they leave.
_PRIVATE = frozenset({"zone", "place", "check", "alarm", "delete", "doubt"})
_UNREAD = Base.metadata.tables[Unread.__tablename__]
_LATEST = ("text", "language", "last_at", "intent", "topic", "rule", "confidence", "nearest")  # fmt: skip


def _kept() -> Prepared:
    new = insert(_UNREAD)
    changes = {"times": _UNREAD.c.times + 1} | {name: new.excluded[name] for name in _LATEST}
    return Prepared(new.on_conflict_do_update(index_elements=["likeness"], set_=changes))


_KEEP = _kept()


def noted(
    turn: Turn, answer: Sequence[Said], question: Dialogue | None = None
) -> dict[str, Any] | None:
    """The row for a text that wasn't understood; None for any other, and for what is nobody's business.

    That is: danger and words of danger, whoever leaves or has left, what may answer a `question` of
    ours about themself, and whoever is braked.
    """
    reading = turn.reading
    if reading.rule not in _READ_FREELY or not turn.house.keeps_unread:
        return None
    if reading.danger or reading.leaves or turn.answered or turn.inbound.provider_said:
        return None
    if reading.intent in {"emergency", "ask", "stop", "delete"} or turn.address.standing == "out":
        return None
    if question is not None and question.question in _PRIVATE and question.closes_at > turn.now:
        return None
    return _row(turn) if _answered_so(turn, answer) else None


def _answered_so(turn: Turn, answer: Sequence[Said]) -> bool:
    """Did our answer say that we don't know, or what we took the text for? Whoever is braked hears neither."""
    if turn.reading.topic == UNKNOWN:
        return any(item.key in _ANSWERS for item in answer)
    return bool(answer) and unsure(turn)


def _row(turn: Turn) -> dict[str, Any] | None:
    reading, text = turn.reading, masking.mask(turn.inbound.text)
    likeness = _likeness(text)
    if not likeness:
        return None
    return {
        "likeness": likeness,
        "text": text,
        "language": reading.language or turn.language,
        "last_at": datetime.combine(turn.now.astimezone(UTC), time(), UTC),
        "times": 1,
        "intent": reading.intent,
        "topic": reading.topic,
        "rule": reading.rule,
        "confidence": round(reading.confidence, 2),
        "nearest": " ".join(reading.nearest),
    }


def _likeness(masked: str) -> str:
    """The same for texts that differ in capitals, signs or order alone; "" where no word is left."""
    words = sorted({word.text for word in fold(masking.said(masked)).words} - {MARK})
    if not any(character.isalpha() for word in words for character in word):
        return ""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:32]


def keep(lane: Lane, row: dict[str, Any]) -> None:
    lane.run(_KEEP, row)
