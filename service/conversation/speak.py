"""From catalogue keys to the texts that go out, with the emergency number where it must stand."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from messages import render
from service.conversation.turn import Said, Turn, said

TOPIC_SEGMENTS = 2
SURE = 0.6  # of what a free text means; below, the answer says what we took it for
_FREE = frozenset({"phrase", "typo", "model"})
_KEYWORDS = ("K1", "K2", "K3")

# Hundreds get the same words within a minute.
_segments = lru_cache(maxsize=1024)(lambda text: render.segments(text).count)

Rendered = tuple[Said, str, int]  # the key really used, the text, its segments


def render_all(turn: Turn, answer: list[Said]) -> list[Rendered]:
    """Each text of an answer; the last one gets the footers that the answer must have."""
    if not answer:
        return []
    return [
        *(_plain(turn, item) for item in answer[:-1]),
        _footed(turn, answer, _notes(turn, answer)),
    ]


def _plain(turn: Turn, item: Said) -> Rendered:
    text = _say(turn, item)
    return item, text, _segments(text)


def _footed(turn: Turn, answer: list[Said], notes: str) -> Rendered:
    """The last text with its footers; the one-segment variant where both would pass two segments."""
    item = answer[-1]
    text = _joined(_say(turn, item), notes, _number(turn, answer))
    count = _segments(text)
    lite = f"{item.key.removesuffix('.sms')}.lite"
    if count > TOPIC_SEGMENTS and turn.house.catalogue.has(lite):
        item = replace(item, key=lite)  # which may not name the number itself
        text = _joined(_say(turn, item), notes, _number(turn, [*answer[:-1], item]))
        count = _segments(text)
    return item, text, count


def beside(turn: Turn, item: Said) -> dict[str, Any]:
    """The buttons and the picture of a text, for its entry."""
    person = turn.person
    return turn.house.showcase.beside(
        item.key,
        turn.language,
        channel=turn.address.channel,
        handle=turn.address.handle,
        wanted=person.pictures,
        offered=[item.params[name] for name in _KEYWORDS if item.params.get(name)],
    )


def _joined(*texts: str) -> str:
    """Chinese puts no blank between sentences."""
    whole = ""
    for text in filter(None, texts):
        whole += text if not whole or not whole[-1].isascii() else f" {text}"
    return whole


def _notes(turn: Turn, answer: list[Said]) -> str:
    """What else was asked, or how an unsure reading is put right."""
    if answer[-1].kind != "reply" or turn.answered:
        return ""
    if turn.reading.also:
        return _say(turn, said("ALSO", K1=turn.reading.also))
    return _say(turn, said("UNSURE", K1=turn.reading.topic)) if unsure(turn) else ""


def _number(turn: Turn, answer: list[Said]) -> str:
    return _say(turn, said("FOOT")) if _needs_number(turn, answer) else ""


def unsure(turn: Turn) -> bool:
    """Is the answer one to what we only took the text for?"""
    reading = turn.reading
    offered = turn.house.catalogue.has(f"words.keyword.{reading.topic}")
    return reading.rule in _FREE and reading.confidence < SURE and offered


def _say(turn: Turn, item: Said) -> str:
    """Keywords among the params are put into the language that is spoken."""
    catalogue = turn.house.catalogue
    params = {
        name: catalogue.keyword(value, turn.language) if name in _KEYWORDS and value else value
        for name, value in item.params.items()
    }
    return catalogue.say(item.key, turn.language, turn.person.country, **params)


def _needs_number(turn: Turn, answer: list[Said]) -> bool:
    """Every answer to anything but an exact keyword or a valid short answer names the number.

    Detection will miss emergencies; this net doesn't depend on it.
    """
    named = turn.house.catalogue.names_emergency
    if any(named(item.key, turn.language) for item in answer):
        return False
    valid = turn.answered and not turn.reading.danger
    return not (turn.reading.exact or valid or _bare_command(turn))


def _bare_command(turn: Turn) -> bool:
    """A command word and its argument, nothing before: HOURS 8-16, not "odd back pain, snooze 1h"."""
    reading = turn.reading
    return (
        reading.rule == "command"
        and not reading.danger
        and " " not in reading.words
        and turn.inbound.text.strip().lower().startswith(reading.words.lower())
    )
