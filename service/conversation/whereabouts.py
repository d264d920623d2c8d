"""ZONE and COUNTRY: where reminders keep time, and which emergency number is named."""

from dataclasses import replace
from datetime import timedelta

from messages.folding import tidy
from service import places
from service.conversation.joining import settle
from service.conversation.turn import Said, Turn, said
from service.conversation.wording import place_name
from service.place_names import country_name
from service.places import Place
from service.reminders import plans
from service.store.tables import Dialogue

ANSWER = timedelta(hours=24)
_SAYS_WHERE = {"timezone", "settings", "unknown"}  # intents of a sentence that may answer us


def zone(turn: Turn) -> list[Said]:
    """ZONE Berlin, "I moved to Berlin": several places that fit are asked back."""
    argument, kept = turn.reading.argument.strip(), turn.person.zone
    if argument:
        return _found(turn, _called(turn, argument) or _named(turn)) or [said("ZONE_WHAT")]
    if turn.reading.rule != "exact":
        found = _found(turn, _named(turn))
        if found:
            return found
    if not kept or turn.reading.rule != "exact":
        turn.ask("zone", ANSWER)
    if kept:
        return [said("ZONE_NOW", TZ=place_name(kept, turn.language))]
    return [said("ZONE_ASK")]


def zone_answered(turn: Turn, _dialogue: Dialogue) -> list[Said] | None:
    """Any place that we know is an answer, unless the text is one of our keywords."""
    reading = turn.reading
    if reading.rule in {"exact", "command", "help", "start"}:
        return None
    found = _called(turn, tidy(turn.inbound.text).strip(" .!,。，！"))  # noqa: RUF001
    if not found and reading.intent in _SAYS_WHERE:
        found = _named(turn)
    if not found and (reading.rule in {"unknown", "typo"} or reading.topic == "UNKNOWN"):
        return [said("ZONE_WHAT")]
    return _found(turn, found)


def choice_answered(turn: Turn, dialogue: Dialogue) -> list[Said] | None:
    """The number of one of the places offered."""
    zones = dialogue.data["zones"]
    text = turn.inbound.text.strip(" .)")
    if len(text) == 1 and text.isdecimal() and 1 <= int(text) <= len(zones):
        return _settled(turn, zones[int(text) - 1])
    return zone_answered(turn, dialogue)


def _called(turn: Turn, name: str) -> list[Place]:
    return places.zones_called(name, turn.person.country, turn.language)


def _named(turn: Turn) -> list[Place]:
    return places.named_in(turn.inbound.text, turn.person.country, turn.language)


def _found(turn: Turn, found: list[Place]) -> list[Said] | None:
    """One place is settled on, several are offered."""
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
    abroad = _country_of(turn, name)
    if not turn.active:
        return [*abroad, said("ZONE_KEPT", TZ=place_name(name, turn.language))]
    rhythm = replace(
        plans.rhythm_of(turn.session, turn.person), zone=name, holidays=turn.person.country
    )
    settle(turn, rhythm)
    return [*abroad, said("ZONE_OK", TZ=place_name(name, turn.language), TIME=turn.next_time())]


def _country_of(turn: Turn, zone: str) -> list[Said]:
    """Whoever has moved abroad needs another emergency number: it is set, and said."""
    code = places.country_with(zone)
    if not code or zone in places.zones_of(turn.person.country):
        return []
    turn.person.country = code
    return [said("COUNTRY_OK", CC=country_name(code, turn.language))]


def country(turn: Turn) -> list[Said]:
    """COUNTRY India, "I'm in India": whose emergency number and public holidays apply."""
    argument, kept = turn.reading.argument.strip(), turn.person.country
    code = places.country_called(argument)
    if not code and turn.reading.rule != "exact":
        code = places.country_in(turn.inbound.text)
    if code:
        return _moved(turn, code)
    if argument:
        return [said("COUNTRY_WHAT")]
    return [said("COUNTRY_NOW", CC=country_name(kept, turn.language) if kept else "?")]


def _moved(turn: Turn, code: str) -> list[Said]:
    turn.person.country = code
    if turn.active:
        settle(turn, replace(plans.rhythm_of(turn.session, turn.person), holidays=code))
    return [said("COUNTRY_OK", CC=country_name(code, turn.language))]
