"""From catalogue keys to the texts that go out, with the emergency number where it must stand."""

from dataclasses import replace

from messages import render
from service.conversation.turn import Said, Turn

TOPIC_SEGMENTS = 2

Rendered = tuple[Said, str, int]  # the key really used, the text, its segments


def render_all(turn: Turn, answer: list[Said]) -> list[Rendered]:
    """Each text of an answer; the last one gets the footer where the answer must name the number."""
    rendered = [_plain(turn, item) for item in answer]
    if rendered and _needs_number(turn, answer):
        rendered[-1] = _footed(turn, answer[-1])
    return rendered


def _plain(turn: Turn, item: Said) -> Rendered:
    text = _say(turn, item)
    return item, text, render.segments(text).count


def _footed(turn: Turn, item: Said) -> Rendered:
    """The text and the footer; the one-segment variant where both would pass two segments."""
    catalogue = turn.house.catalogue
    foot = catalogue.say("FOOT", turn.person.language, turn.person.country)
    text = f"{_say(turn, item)} {foot}"
    lite = f"{item.key.removesuffix('.sms')}.lite"
    if render.segments(text).count > TOPIC_SEGMENTS and catalogue.has(lite):
        item = replace(item, key=lite)
        text = f"{_say(turn, item)} {foot}"
    return item, text, render.segments(text).count


def _say(turn: Turn, item: Said) -> str:
    person = turn.person
    return turn.house.catalogue.say(item.key, person.language, person.country, **item.params)


def _needs_number(turn: Turn, answer: list[Said]) -> bool:
    """Every answer to anything but an exact keyword or a valid short answer names the number.

    Detection will miss emergencies; this net doesn't depend on it.
    """
    named = turn.house.catalogue.names_emergency
    if any(named(item.key, turn.person.language) for item in answer):
        return False
    return not (turn.reading.exact or turn.answered or _bare_command(turn))


def _bare_command(turn: Turn) -> bool:
    """A command word and its argument, nothing before: HOURS 8-16, not "odd back pain, snooze 1h"."""
    reading = turn.reading
    return (
        reading.rule == "command"
        and not reading.danger
        and " " not in reading.words
        and turn.inbound.text.strip().lower().startswith(reading.words.lower())
    )
