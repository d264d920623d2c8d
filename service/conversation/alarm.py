"""A person in danger is told at once to get help. Nothing outranks this."""

from datetime import timedelta

from service.conversation.parting import let_go
from service.conversation.turn import Said, Turn, said
from service.outbox import entries
from service.store.tables import Dialogue

HOLD = timedelta(hours=24)  # "time to stretch!" in an emergency room is unacceptable
FOLLOW_UP = timedelta(minutes=30)
# Words that work as usual while we still think of the emergency; anything else is met with care.
_AS_USUAL = frozenset(
    {
        "RESUME", "PAUSE", "STATUS", "SIGNS", "DELETE", "HOURS", "DAYS", "EVERY", "ZONE",
        "LUNCH", "COUNTRY", "SEATED", "DISCREET", "PICTURES", "LANGUAGE", "WITHOUT", "LINK", "UNLINK", "HERE",
    }
)  # fmt: skip


def alarm(turn: Turn) -> list[Said]:
    """The answer to a red flag: the template, then what we did about their reminders."""
    flag = turn.reading.flag
    assert flag is not None
    return raise_alarm(turn, flag.template, leaving=turn.reading.leaves)


def raise_alarm(turn: Turn, template: str, *, leaving: bool = False) -> list[Said]:
    """Say `template`, hold reminders for 24 hours, and stay careful for half an hour.

    Ten emergency texts get ten templates; the second message comes once per half hour.
    """
    repeated = _following_up(turn) is not None
    entries.withdraw(turn.session, turn.person.id, turn.now, "emergency")
    turn.hold(turn.now + HOLD, "emergency")
    answer = [said(template, kind="emergency")]
    if leaving:
        let_go(turn, "words")
        return answer
    out = turn.address.standing == "out"
    active = turn.active
    turn.ask("alarm", FOLLOW_UP, template=template)
    if repeated or out:
        return answer
    return [*answer, said("E_AFTER" if active else "E_AFTER_NEW")]


def follow_up(turn: Turn, dialogue: Dialogue) -> list[Said] | None:
    """Within half an hour of an emergency: set words work, anything else is met with the number."""
    if turn.reading.topic == "MENU" and turn.reading.exact:
        turn.close()  # "Sent by mistake? Text MENU": they are safe, and topics are read out again
        return None
    if turn.reading.rule == "start":
        return None
    if turn.reading.topic in _AS_USUAL and turn.reading.rule in {"exact", "command"}:
        return None
    if turn.reading.danger:
        return [said(dialogue.data["template"], kind="emergency")]
    return [said("E_STILL", kind="emergency")]


def _following_up(turn: Turn) -> Dialogue | None:
    dialogue = turn.dialogue()
    return dialogue if dialogue is not None and dialogue.question == "alarm" else None
