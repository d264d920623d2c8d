"""HOURS, DAYS, EVERY and LUNCH: the rhythm of reminders, changed by text."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from service.conversation import times, wording
from service.conversation.joining import settle
from service.conversation.turn import Said, Turn, said
from service.people import consent
from service.reminders import plans
from service.reminders.rhythm import Rhythm
from service.store.tables import Dialogue

AGREE = timedelta(hours=24)
SHORTEST, LONGEST = 60, 240  # minutes; texts cost money, so half-hourly is for chat channels
_NO_LUNCH = frozenset({"off", "none", "no"})

Change = Callable[[Turn, Rhythm], Rhythm | None]


def hours(turn: Turn) -> list[Said]:
    return _change(turn, _hours, "HOURS")


def days(turn: Turn) -> list[Said]:
    return _change(turn, _days, "DAYS")


def every(turn: Turn) -> list[Said]:
    return _change(turn, _every, "EVERY")


def lunch(turn: Turn) -> list[Said]:
    return _change(turn, _lunch, "LUNCH")


def _times(turn: Turn) -> times.TimeWords:
    return turn.house.catalogue.keywords[turn.person.language].times


def _hours(turn: Turn, rhythm: Rhythm) -> Rhythm | None:
    spans = times.spans(turn.reading.argument, _times(turn))
    if not spans:
        return None
    # Two windows already say where the break is.
    return replace(rhythm, hours=spans, own=True, lunch=rhythm.lunch if len(spans) == 1 else None)


def _days(turn: Turn, rhythm: Rhythm) -> Rhythm | None:
    digits = times.days(turn.reading.argument, _times(turn))
    return replace(rhythm, days=digits) if digits else None


def _every(turn: Turn, rhythm: Rhythm) -> Rhythm | None:
    minutes = times.minutes(turn.reading.argument, _times(turn))
    if minutes is None or not SHORTEST <= minutes <= LONGEST:
        return None
    return replace(rhythm, every=minutes)


def _lunch(turn: Turn, rhythm: Rhythm) -> Rhythm | None:
    if turn.reading.argument.strip().lower() in _NO_LUNCH:
        return replace(rhythm, lunch=None)
    spans = times.spans(turn.reading.argument, _times(turn))
    return replace(rhythm, lunch=spans[0]) if spans and len(spans) == 1 else None


def _change(turn: Turn, change: Change, word: str) -> list[Said]:
    """Change the rhythm if the text says how; else give an example, and nothing changes."""
    if not turn.active:
        return turn.not_in()
    wanted = change(turn, plans.rhythm_of(turn.session, turn.person))
    if wanted is None:
        return [said(f"{word}_WHAT")]
    if not wanted.a_day():
        return [said("HOURS_NONE")]
    if wanted.a_day() > turn.person.agreed:
        turn.ask("agree", AGREE, rhythm=wanted.as_text(), word=word)
        return [said("AGREE_ASK", kind="consent", N=wanted.a_day())]
    dialogue = turn.dialogue()
    if dialogue is not None and dialogue.question == "agree":
        turn.close()  # what was asked there is overtaken
    settle(turn, wanted)
    return confirm(turn, word)


def confirm(turn: Turn, word: str) -> list[Said]:
    """What is now set, and when the next reminder comes."""
    person, catalogue = turn.person, turn.house.catalogue
    rhythm = plans.rhythm_of(turn.session, person)
    if not person.zone:
        turn.ask("zone", AGREE)
        return [said("SETUP_ZONE")]
    key = "LUNCH_OFF" if word == "LUNCH" and rhythm.lunch is None else f"{word}_OK"
    return [
        said(
            key,
            HOURS=wording.windows(rhythm),
            DAYS=wording.days(catalogue, rhythm.days, person.language),
            EVERY=wording.interval(rhythm.every),
            TZ=wording.place_name(rhythm.zone),
            H1=f"{rhythm.lunch.opens:%H:%M}" if rhythm.lunch else "",
            H2=f"{rhythm.lunch.closes:%H:%M}" if rhythm.lunch else "",
            N=rhythm.a_day(),
            TIME=turn.next_time(),
        )
    ]


def agree_answered(turn: Turn, dialogue: Dialogue) -> list[Said] | None:
    """YES to more reminders a day than they had agreed to."""
    if turn.reading.topic == "NO" and turn.reading.exact:
        turn.close()
        return [said("AGREE_NO")]
    if turn.reading.topic not in {"YES", "OK"}:
        return None
    wanted = Rhythm.from_text(dialogue.data["rhythm"])
    turn.close()
    turn.person.agreed = wanted.a_day()
    shown = turn.house.catalogue.say(
        "AGREE_ASK", turn.person.language, turn.person.country, N=wanted.a_day()
    )
    consent.record(turn.session, turn.address, "given", turn.evidence(shown), turn.now)
    settle(turn, wanted)
    return [said("AGREE_OK", kind="consent", N=wanted.a_day(), TIME=turn.next_time())]


def set_up_answered(turn: Turn, _dialogue: Dialogue) -> list[Said] | None:
    """After SETUP: OK keeps the hours, bare new hours such as 8-16 set them."""
    if turn.reading.topic in {"OK", "YES"}:
        turn.close()
        return [said("SETUP_OK", TIME=turn.next_time())]
    other = turn.reading.rule == "command" and turn.reading.topic != "HOURS"
    if turn.reading.exact or other or not times.spans(turn.inbound.text, _times(turn)):
        return None
    turn.close()
    turn.reading = replace(turn.reading, topic="HOURS", argument=turn.inbound.text)
    return hours(turn)
