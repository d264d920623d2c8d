"""Brakes on replies: a number that sends very much hears SLOW once, then nothing; robots are cut.

Emergencies and opt-outs never come here. Twilio stops two numbers that answer each other 30 times
within 30 s of one another (14107); these limits are reached long before that.
"""

from datetime import timedelta

from sqlalchemy import func, select

from service.conversation.turn import Said, Turn, said
from service.store.tables import Entry

LIMITS = (
    (timedelta(minutes=1), 12),
    (timedelta(hours=1), 60),
    (timedelta(days=1), 200),
)
ROBOT = (timedelta(hours=1), 6)  # an auto-responder is never understood; a person changes words
_NOT_UNDERSTOOD = ("UNKNOWN", "UNKNOWN_NEAR", "EMPTY", "ASK")


def brake(turn: Turn) -> list[Said] | None:
    """None: go on. Otherwise what is said instead: SLOW, or nothing when it was said already."""
    window = _exceeded(turn)
    if window is None:
        return None
    slow_since = select(func.count()).where(
        Entry.address_id == turn.address.id,
        Entry.key == "SLOW",
        Entry.created_at > turn.now - window,
    )
    return [] if turn.session.scalar(slow_since) else [said("SLOW")]


def _exceeded(turn: Turn) -> timedelta | None:
    """The longest window in which this number had all the replies it gets."""
    replies = (Entry.address_id == turn.address.id, Entry.kind.in_(("reply", "consent")))
    for window, most in reversed(LIMITS):
        recent = (
            select(func.count()).where(*replies, Entry.created_at > turn.now - window).limit(most)
        )
        if (turn.session.scalar(recent) or 0) >= most:
            return window
    window, most = ROBOT
    last = turn.session.scalars(
        select(Entry.key)
        .where(*replies, Entry.created_at > turn.now - window, Entry.key != "SLOW")
        .order_by(Entry.id.desc())
        .limit(most)
    ).all()
    robot = len(last) == most and set(last) <= set(_NOT_UNDERSTOOD)
    return window if robot and turn.reading.intent in {"unknown", "ask"} else None
