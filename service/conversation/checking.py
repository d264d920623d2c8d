"""CHECK over text: asks its questions, re-asks once, and never outlives half an hour."""

from datetime import timedelta

from service.conversation import check_up
from service.conversation.alarm import HOLD, raise_alarm
from service.conversation.learning import GENTLE
from service.conversation.turn import Said, Turn, said
from service.outbox import entries
from service.store.tables import Dialogue

OPEN = timedelta(minutes=30)


def begin(turn: Turn) -> list[Said]:
    return _ask(turn, check_up.FIRST, {})


def _ask(turn: Turn, question: str, answers: dict[str, int]) -> list[Said]:
    turn.ask("check", OPEN, step=question, answers=answers, again=False)
    return [said(question)]


def answered(turn: Turn, dialogue: Dialogue) -> list[Said] | None:
    """An answer to the open question; any exact keyword leaves CHECK and is answered instead."""
    data = dialogue.data
    value = _digit(turn, data["step"])
    if value is None:
        short = turn.reading.topic in {"YES", "NO", "OK", "DIGIT"}
        if turn.reading.rule in {"exact", "command", "start"} and not short:
            turn.close()
            return None
        return _again(turn, dialogue)
    if data["step"] == "C4" and value == 1:
        turn.person.gentle_until = turn.now + GENTLE
    step = check_up.answer(data["step"], value, data["answers"])
    return _ask(turn, step.question, dict(step.answers)) if step.question else _end(turn, step)


def _digit(turn: Turn, step: str) -> int | None:
    """The answer, in whichever language it was given; the person's own goes first."""
    known = turn.house.catalogue.keywords
    for language in sorted(known, key=lambda name: name != turn.language):
        value = check_up.digit(step, turn.inbound.text, known[language].answers)
        if value is not None:
            return value
    return None


def _again(turn: Turn, dialogue: Dialogue) -> list[Said]:
    """Say once which answers there are; after that lead to a doctor and the danger signs."""
    if dialogue.data["again"]:
        turn.close()
        return [said("C_NONE"), said("SIGNS.sms")]
    turn.ask("check", OPEN, **{**dialogue.data, "again": True})
    return [said("C_RE")]


def _end(turn: Turn, step: check_up.Step) -> list[Said]:
    if step.emergency:
        return raise_alarm(turn, step.texts[0])
    turn.close()
    if step.texts == ("C_SAME",):
        entries.withdraw(turn.session, turn.person.id, turn.now, "same-day sign")
        turn.hold(turn.now + HOLD, "emergency")
    return [said(key, **(step.params if key.startswith("C_FIT") else {})) for key in step.texts]
