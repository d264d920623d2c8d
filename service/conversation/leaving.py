"""STOP, and everything that means it; erasure."""

from datetime import timedelta

from sqlalchemy import select

from messages.folding import tidy, words
from service.conversation.parting import let_go
from service.conversation.pauses import resume, stay
from service.conversation.turn import Said, Turn, said
from service.outbox import entries
from service.outbox.opting_out import DOUBT, ELSEWHERE
from service.people import consent, directory
from service.store.tables import Dialogue, Entry

CONFIRMED = timedelta(hours=1)
ERASE = timedelta(minutes=30)


def leave(turn: Turn) -> list[Said]:
    """The person is out before this returns; one confirmation, unless the provider gave it."""
    told = turn.inbound.provider_said == "STOP"  # then the carrier has already blocked us
    first_doubt = turn.reading.topic == "DOUBT" and turn.person.doubt_until is None
    if first_doubt and turn.active and not told:
        return _ask_back(turn)
    # What is chosen on a page no carrier has heard: it blocks nobody, so JOIN leads back.
    carrier = told or (turn.reading.topic == "STOP" and not turn.inbound.page)
    known = turn.address.standing == "out"
    let_go(turn, "keyword" if carrier else "words", everywhere=_left_elsewhere(turn))
    if (carrier and turn.provider_answers) or (known and _confirmed_lately(turn)):
        return []
    return [said("STOP_OK", kind="consent")]


def _left_elsewhere(turn: Turn) -> bool:
    """Is this the answer to whether they leave here as well?"""
    dialogue = turn.dialogue()
    return dialogue is not None and dialogue.data.get(ELSEWHERE, False)


def _confirmed_lately(turn: Turn) -> bool:
    """One confirmation, then nothing (CTIA): an auto-responder that says "remove me" would get many."""
    confirmed = select(Entry.id).where(
        Entry.address_id == turn.address.id,
        Entry.slot.is_(None),
        Entry.key == "STOP_OK",
        Entry.created_at > turn.now - CONFIRMED,
    )
    return turn.session.scalars(confirmed.limit(1)).first() is not None


def _ask_back(turn: Turn) -> list[Said]:
    _wait(turn)
    turn.ask("doubt", DOUBT)
    return [said("DOUBT_ASK", kind="consent")]


def _wait(turn: Turn) -> None:
    """No reminders until they say which; silence is an opt-out."""
    consent.doubt(turn.person, turn.now + DOUBT, turn.now)
    entries.withdraw(turn.session, turn.person.id, turn.now, "perhaps opted out")


def doubt_answered(turn: Turn, dialogue: Dialogue) -> list[Said] | None:
    """After "Do you want to leave?": YES leaves, NO stays; RESUME is a word of its own.

    Who left elsewhere and leaves here, too, isn't asked at a third address.
    """
    if turn.reading.topic == "NO" and turn.reading.exact:
        return resume(turn)
    if turn.reading.topic == "YES":
        let_go(turn, "words", everywhere=dialogue.data.get(ELSEWHERE, False))
        return [said("STOP_OK", kind="consent")]
    return None


def delete(turn: Turn) -> list[Said]:
    """DELETE asks first, and nothing that we start goes out meanwhile; DELETE YES, while it is asked, erases."""
    dialogue = turn.dialogue()
    asked = dialogue is not None and dialogue.question == "delete"
    if not (asked and _confirmed(turn)):
        if turn.active:
            _wait(turn)
        turn.ask("delete", ERASE)
        return _ask_to_confirm(turn)
    let_go(turn, "words", everywhere=True)
    return [said("DELETE_OK", kind="consent")]


def _ask_to_confirm(turn: Turn) -> list[Said]:
    return [said("DELETE_HELD" if turn.active else "DELETE_ASK", kind="consent")]


def _confirmed(turn: Turn) -> bool:
    """DELETE YES, in the words of its language."""
    said_ = [word.text for word in words(tidy(turn.reading.argument))]
    rows = (row for row in turn.words.commands if row.name == "DELETE")
    return any(hit.start == 0 for row in rows for hit in row.opens.hits(said_))


def delete_answered(turn: Turn, _dialogue: Dialogue) -> list[Said] | None:
    """A bare YES doesn't erase: the words to use are said again. NO keeps everything."""
    if turn.reading.topic == "YES":
        return _ask_to_confirm(turn)
    if turn.reading.topic == "NO" and turn.reading.exact:
        stay(turn)
        turn.close()
        return [said("DELETE_NO")]
    return None


def erased(answer: list[Said]) -> bool:
    """Must the person be forgotten once this answer is written?"""
    return any(item.key == "DELETE_OK" for item in answer)


def forget(turn: Turn) -> None:
    source = turn.evidence().source
    directory.erase(turn.session, turn.person, turn.house.suppression_keys, turn.now, source)
