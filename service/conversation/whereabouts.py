"""ZONE and COUNTRY: where reminders keep time, and which emergency number is named."""

from dataclasses import replace
from datetime import timedelta

from service import places
from service.conversation.joining import settle
from service.conversation.turn import Said, Turn, said
from service.conversation.wording import place_name
from service.reminders import plans
from service.store.tables import Dialogue

ANSWER = timedelta(hours=24)
_CHOICES = 4


def zone(turn: Turn) -> list[Said]:
    """ZONE Berlin: a city, a country or an IANA name; several that fit are asked back."""
    argument = turn.reading.argument.strip()
    if not argument and turn.person.zone:
        return [said("ZONE_NOW", TZ=place_name(turn.person.zone))]
    if not argument:
        turn.ask("zone", ANSWER)
        return [said("ZONE_ASK")]
    found = _find(turn, argument)
    return found if found is not None else [said("ZONE_WHAT")]


def zone_answered(turn: Turn, _dialogue: Dialogue) -> list[Said] | None:
    """Any place that we know is an answer, unless the text is one of our keywords."""
    if turn.reading.rule in {"exact", "command", "help", "start"}:
        return None
    found = _find(turn, turn.inbound.text.strip(" .!,"))
    if found is None and turn.reading.rule in {"unknown", "typo"}:
        return [said("ZONE_WHAT")]
    return found


def choice_answered(turn: Turn, dialogue: Dialogue) -> list[Said] | None:
    """The number of one of the places offered."""
    zones = dialogue.data["zones"]
    text = turn.inbound.text.strip(" .)")
    if len(text) == 1 and text.isdecimal() and 1 <= int(text) <= len(zones):
        return _settled(turn, zones[int(text) - 1])
    return zone_answered(turn, dialogue)


def _find(turn: Turn, name: str) -> list[Said] | None:
    found = places.zones_called(name, turn.person.country)[:_CHOICES]
    if not found:
        return None
    if len(found) == 1:
        return _settled(turn, found[0].zone)
    turn.ask("place", ANSWER, zones=[place.zone for place in found])
    choices = " ".join(f"{number} {place.label}" for number, place in enumerate(found, 1))
    return [said("ZONE_WHICH", CHOICES=choices)]


def _settled(turn: Turn, name: str) -> list[Said]:
    dialogue = turn.dialogue()
    if dialogue is not None and dialogue.question in {"zone", "place"}:
        turn.close()
    turn.person.zone = name
    if not turn.active:
        return [said("ZONE_KEPT", TZ=place_name(name))]
    settle(turn, replace(plans.rhythm_of(turn.session, turn.person), zone=name))
    return [said("ZONE_OK", TZ=place_name(name), TIME=turn.next_time())]


def country(turn: Turn) -> list[Said]:
    """COUNTRY India: whose emergency number and public holidays apply."""
    name = turn.reading.argument.strip()
    if not name:
        known = places.country_name(turn.person.country) if turn.person.country else "?"
        return [said("COUNTRY_NOW", CC=known)]
    code = places.country_called(name)
    if not code:
        return [said("COUNTRY_WHAT")]
    turn.person.country = code
    if turn.active:
        settle(turn, replace(plans.rhythm_of(turn.session, turn.person), holidays=code))
    return [said("COUNTRY_OK", CC=places.country_name(code))]
