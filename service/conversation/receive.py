"""A text comes in: stored once, answered once, all of it in the door's one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from messages.catalogue import DEFAULT
from service.conversation import alarm, history, languages, leaving, linking, unread
from service.conversation.actions import ACTIONS, ANSWERS, act
from service.conversation.brakes import brake
from service.conversation.speak import beside, render_all
from service.conversation.turn import House, Said, Turn, said
from service.envelopes import Inbound, Reading, Reply
from service.outbox import answers, entries
from service.people import alone, directory
from service.rich import PICTURE
from service.store.lanes import within

# A text that changes whether we may text somebody survives a power cut (synchronous=FULL).
_CONSENT = frozenset(
    {"STOP", "LEAVE", "DOUBT", "START", "YES", "OK", "DELETE", "LINK", "UNLINK", "HERE"}
)

# Answers to a question of ours that let somebody go.
_PERHAPS_LEAVES = frozenset({"YES", "NO", "DELETE"})


def leaves(inbound: Inbound, reading: Reading) -> bool:
    """Does this text end, or perhaps end, what we may send them?"""
    return inbound.provider_said == "STOP" or reading.intent == "stop" or reading.leaves


def durable(inbound: Inbound, reading: Reading) -> bool:
    """Must the answer to this text be on disk before it is given?"""
    return reading.topic in _CONSENT or reading.leaves or bool(inbound.provider_said)


def receive(
    session: Session, house: House, inbound: Inbound, reading: Reading, now: datetime
) -> list[Reply]:
    """The texts that answer this one, in order. The same provider id again: the same texts."""
    known = alone.find(
        session,
        inbound.address,
        now,
        linking.sought(house, reading),
        leaving=leaves(inbound, reading) or reading.topic in _PERHAPS_LEAVES,
    )
    if known is None and inbound.page:
        return []  # erased since they opened their page: nobody is met by a click
    address_id = known.address.id if known else None
    row_id = history.receive(
        within(session), history.inbound_row(inbound, reading, address_id, now)
    )
    if row_id is None:
        if not inbound.inline:  # handed over, or in the outbox
            return []
        return history.answered_before(session, house.showcase, inbound)
    new = known is None
    if known is None:
        known = directory.meet(session, inbound.address, house.suppression_keys, now)
        known.person.language = house.catalogue.language_of(inbound.language) or DEFAULT
        history.sent_by(session, row_id, known.address.id)
    turn = Turn.of(lambda: session, house, known, inbound, reading, now, new=new)
    linking.reached(turn)
    languages.follow(turn)
    answer = converse(turn)
    if history.seen_again(turn.person, now):
        turn.person.last_seen_at = now
    rows = answer_rows(turn, answer)
    for row in rows:
        entries.write(session.connection(), {**row, "inbound_id": row_id})
    not_read = unread.noted(turn, answer, known.question)
    if not_read:
        unread.keep(within(session), not_read)
    return history.replies(house.showcase, rows)


def converse(turn: Turn) -> list[Said]:
    """Danger first, and leaving, alone or with it; both before any limit. Then our question, then its meaning."""
    reading = turn.reading
    if reading.flag:
        return alarm.alarm(turn)
    if leaves(turn.inbound, reading):
        asked = [said("ASK")] if reading.topic == "ASK" else []
        return [*asked, *leaving.leave(turn)]
    braked = brake(turn)
    return braked if braked is not None else _answer(turn)


def _answer(turn: Turn) -> list[Said]:
    if turn.inbound.provider_said == "HELP" or turn.reading.rule == "help":
        return ACTIONS["HELP"](turn)
    dialogue = turn.dialogue()
    answer = ANSWERS[dialogue.question](turn, dialogue) if dialogue else None
    if answer is not None:
        turn.answered = True
        return answer
    if turn.inbound.provider_said == "START":
        return ACTIONS["START"](turn)
    return act(turn)


def answer_rows(turn: Turn, answer: list[Said]) -> list[dict[str, Any]]:
    """The outbox rows of an answer, one for each text where it is given inline."""
    gone = leaving.erased(answer)
    asked = turn.address.standing == "out" or bool(turn.address.dead)
    showcase, channel = turn.house.showcase, turn.inbound.address.channel
    rendered = [
        (item, text, segments, {} if gone else beside(turn, item))
        for item, text, segments in render_all(turn, answer)
    ]
    if gone:
        leaving.forget(turn)
    rows = [
        entries.row(
            person_id=None if gone else turn.person.id,
            address_id=None if gone else turn.address.id,
            channel=channel,
            kind=item.kind,
            key=item.key,
            params={} if gone else {**item.params, **shown},
            text=text,
            now=turn.now,
            segments=showcase.cost(channel, shown, segments),
            inline=history.attempt_of(turn.inbound, number),
        )
        for number, (item, text, segments, shown) in enumerate(rendered)
    ]
    apart = channel in showcase.apart and any(PICTURE in row["params"] for row in rows)
    if turn.inbound.inline and not apart:
        return rows
    return answers.elsewhere(rows, turn.inbound, turn.now, asked=asked)
