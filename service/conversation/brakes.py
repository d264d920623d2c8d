"""Brakes on replies: a number that sends very much hears SLOW once, then nothing; robots are cut.

Emergencies and opt-outs never come here. Twilio stops two numbers that answer each other 30 times
within 30 s of one another (14107); these limits are reached long before that.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select

from service.conversation.turn import Said, Turn, said
from service.people.directory import ANSWERS, TALKATIVE
from service.store.base import Utc
from service.store.lanes import within
from service.store.prepared import Prepared
from service.store.tables import Entry

LIMITS = (
    (timedelta(minutes=1), 12),
    (timedelta(hours=1), 60),
    (timedelta(days=1), 200),
)
ROBOT = (
    timedelta(hours=1),
    TALKATIVE,
)  # an auto-responder gets one answer for ever; a person changes words
_ALWAYS = frozenset({"DELETE", "HELP"})
_HEARD_OUT = frozenset({"check", "doubt", "delete"})
_NOT_UNDERSTOOD = frozenset({"UNKNOWN", "UNKNOWN_NEAR", "EMPTY", "ASK"})
_FREE = frozenset({"phrase", "typo", "model", "net", "unknown"})
_RECENT = Prepared(
    select(Entry.created_at, Entry.key)
    .where(
        Entry.address_id == bindparam("address"),
        Entry.slot.is_(None),
        Entry.created_at > bindparam("since", type_=Utc),
        or_(*(Entry.kind == kind for kind in ANSWERS)),
    )
    .order_by(Entry.created_at.desc(), Entry.id.desc())
    .limit(LIMITS[-1][1])
)


def brake(turn: Turn) -> list[Said] | None:
    """None: go on. Otherwise what is said instead: SLOW, or nothing when it was said already."""
    # What a provider has answered already has happened there: START has let them in again.
    if turn.inbound.provider_said or not turn.talkative:
        return None
    if turn.reading.topic in _ALWAYS or _in_earnest(turn):
        return None
    recent = _replies(turn)
    window = _exceeded(turn, recent)
    if window is None:
        return None
    told = any(key == "SLOW" and at > turn.now - window for at, key in recent)
    return [] if told else [said("SLOW")]


def _in_earnest(turn: Turn) -> bool:
    """Somebody who answers CHECK, or whether they want to leave, is heard out."""
    dialogue = turn.dialogue()
    return dialogue is not None and dialogue.question in _HEARD_OUT


def _replies(turn: Turn) -> list[tuple[datetime, str]]:
    """The replies of the last day, newest first; never more than the limit of a day."""
    since = turn.now - LIMITS[-1][0]
    rows = within(turn.session).rows(_RECENT, {"address": turn.address.id, "since": since})
    return [(at, key) for at, key in rows]


def _exceeded(turn: Turn, recent: Sequence[tuple[datetime, str]]) -> timedelta | None:
    """The longest window in which this number had all the replies it gets."""
    danger = bool(turn.reading.danger)  # words that may mean danger are only cut by the day
    for window, most in LIMITS[-1:] if danger else reversed(LIMITS):
        if len(recent) >= most and recent[most - 1][0] > turn.now - window:
            return window
    window, most = ROBOT
    last = [(at, key) for at, key in recent if key != "SLOW"][:most]
    robot = (
        len(last) == most
        and last[-1][0] > turn.now - window
        and (all(key in _NOT_UNDERSTOOD for _, key in last) or len({key for _, key in last}) == 1)
    )
    return window if robot and turn.reading.rule in _FREE and not danger else None
