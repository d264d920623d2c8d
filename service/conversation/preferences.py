"""SEATED, DISCREET and NO NECK: which stretches a person gets."""

from messages.catalogue import Stretch
from service.conversation.turn import Said, Turn, said

_OFF = frozenset({"off", "no", "0"})
_ON = frozenset({"", "on", "yes", "1"})


def seated(turn: Turn) -> list[Said]:
    return _switch(turn, "seated")


def discreet(turn: Turn) -> list[Said]:
    return _switch(turn, "discreet")


def _switch(turn: Turn, name: str) -> list[Said]:
    if not turn.active:
        return turn.not_in()
    argument = turn.reading.argument.strip().lower()
    if argument not in _ON | _OFF:
        return [said(f"{name.upper()}_WHAT")]
    setattr(turn.person, name, argument in _ON)
    key = f"{name.upper()}_{'ON' if argument in _ON else 'OFF'}"
    return [said(key, TIME=turn.next_time())]


def leave_out(turn: Turn) -> list[Said]:
    """NO NECK leaves an area out; NO OFF brings all of them back."""
    if not turn.active:
        return turn.not_in()
    catalogue, person = turn.house.catalogue, turn.person
    word = turn.reading.argument.strip().lower()
    if word in _OFF:
        person.left_out = []
        return [said("NO_OFF", TIME=turn.next_time())]
    moves = catalogue.stretches(person.language)
    area = _area(word, moves)
    if area is None:
        return [said("NO_WHAT")]
    left_out = sorted({*person.left_out, area})
    if not any(set(left_out).isdisjoint(move.areas) for move in moves):
        return [said("NO_ALL")]
    person.left_out = left_out
    names = [catalogue.say(f"words.area.{name}", person.language) for name in left_out]
    mine = catalogue.say(f"words.area.{area}", person.language)
    return [said("NO_OK", AREA=mine, LEFT=", ".join(names), TIME=turn.next_time())]


def _area(word: str, moves: tuple[Stretch, ...]) -> str | None:
    """The area that a word names, in the singular or plural."""
    known = {area for move in moves for area in move.areas}
    return next(
        (form for form in (word, f"{word}s", word.removesuffix("s")) if form in known), None
    )
