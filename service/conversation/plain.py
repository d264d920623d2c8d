"""Texts that ask for words and change nothing but the history.

They are most of the texts of people we know. Their answer is decided on a glance at the database,
without a transaction, so that nobody waits while we think; then all of it is written at once.
"""

from datetime import datetime

from service.conversation import history, languages, unread
from service.conversation.actions import ACTIONS
from service.conversation.history import Exchange
from service.conversation.learning import GENTLER
from service.conversation.receive import answer_rows, converse, leaves
from service.conversation.turn import House, Turn
from service.envelopes import Inbound, Reading
from service.people import directory
from service.store.engine import Store

WORDS = frozenset(
    {"HELP", "MENU", "MORE", "STATUS", "UNKNOWN", "THANKS", "NO", "DIGIT", "CHAT", "ABUSE", "PREFS"}
)


def is_plain(inbound: Inbound, reading: Reading) -> bool:
    """Danger, leaving and settings are not, nor the topic after which stretches are gentler."""
    if reading.flag or inbound.provider_said or leaves(inbound, reading):
        return False
    return reading.topic in WORDS or (reading.topic not in ACTIONS and reading.topic != GENTLER)


def exchange(
    store: Store, house: House, inbound: Inbound, reading: Reading, now: datetime, wait: float
) -> Exchange | None:
    """The answer to a plain text, not yet written; None when it is more than that.

    Then somebody is new, has a question of ours open, or something about them would change.
    `wait`: seconds, as the store takes it.
    """
    known = directory.glimpse(store, inbound.address, now, wait)
    if known is None:
        return None
    with store.glance(wait) as opened:
        turn = Turn.of(opened, house, known, inbound, reading, now)
        person = known.person
        if (
            turn.dialogue()
            or known.address.dead
            or languages.following(turn) != (person.language, person.leaning)
        ):
            return None
        row = history.inbound_row(inbound, reading, known.address.id, now)
        answer = converse(turn)
        answers = answer_rows(turn, answer)
        not_read = unread.noted(turn, answer)
    return Exchange(person.id, now, row, answers, history.seen_again(person, now), not_read)
