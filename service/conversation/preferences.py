"""SEATED, DISCREET, PICTURES and NO NECK: which stretches a person gets, and how."""

from collections.abc import Iterable, Mapping

from messages.catalogue import Stretch
from messages.folding import normal
from service.conversation.turn import Said, Turn, said


def seated(turn: Turn) -> list[Said]:
    return _switch(turn, "seated")


def discreet(turn: Turn) -> list[Said]:
    return _switch(turn, "discreet")


def pictures(turn: Turn) -> list[Said]:
    """For anybody: STRETCH brings one, too."""
    argument = normal(turn.reading.argument)
    off = argument in turn.words.off
    if not off and not turn.house.showcase.may_show(turn.address.channel, turn.address.handle):
        return [said("PICTURES_NOT_HERE")]
    if argument and not off and argument not in turn.words.on:
        return [said("PICTURES_WHAT")]
    turn.person.pictures = not off
    return [said("PICTURES_OFF" if off else "PICTURES_ON")]


def _switch(turn: Turn, name: str) -> list[Said]:
    if not turn.active:
        return turn.not_in()
    argument = normal(turn.reading.argument)
    off = argument in turn.words.off
    if argument and not off and argument not in turn.words.on:
        return [said(f"{name.upper()}_WHAT")]
    setattr(turn.person, name, not off)
    key = f"{name.upper()}_{'OFF' if off else 'ON'}"
    return [said(key, TIME=turn.next_time())]


def leave_out(turn: Turn) -> list[Said]:
    """NO NECK leaves an area out; NO OFF brings all of them back."""
    if not turn.active:
        return turn.not_in()
    catalogue, person = turn.house.catalogue, turn.person
    argument = normal(turn.reading.argument)
    if argument in turn.words.off:
        person.left_out = []
        return [said("NO_OFF", TIME=turn.next_time())]
    moves = catalogue.stretches(turn.language)
    area = _area(argument or normal(turn.inbound.text), turn.words.areas, moves)
    if area is None:
        return [said("NO_WHAT")]
    left_out = sorted({*person.left_out, area})
    if not any(set(left_out).isdisjoint(move.areas) for move in moves):
        return [said("NO_ALL")]
    person.left_out = left_out
    names = [catalogue.say(f"words.area.{name}", turn.language) for name in left_out]
    mine = catalogue.say(f"words.area.{area}", turn.language)
    return [said("NO_OK", AREA=mine, LEFT=", ".join(names), TIME=turn.next_time())]


def _area(said_: str, areas: Mapping[str, str], moves: Iterable[Stretch]) -> str | None:
    """The area that is named: NECK alone, or in a sentence the longest name in it."""
    known = {area for move in moves for area in move.areas}
    named = (
        word for word, area in areas.items() if area in known and (f" {word} " in f" {said_} ")
    )
    longest = max(named, key=len, default="")
    return areas.get(longest)
