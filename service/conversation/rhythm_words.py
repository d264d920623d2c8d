"""HOURS, DAYS, EVERY and LUNCH: the rhythm of reminders, changed by text."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from messages.folding import normal
from service.conversation import slots, times, wording
from service.conversation.joining import settle
from service.conversation.pauses import stay
from service.conversation.turn import Said, Turn, said
from service.hours import Span
from service.people import consent
from service.reminders import plans
from service.reminders.rhythm import Rhythm
from service.store.tables import Dialogue

AGREE = timedelta(hours=24)
SHORTEST, LONGEST = 60, 240  # minutes; texts cost money, so half-hourly is for chat channels

# What a keyword sets, so that its argument isn't read a second time.
_SET_BY: Mapping[str, Any] = {
    "HOURS": {"hours": None, "opens": None, "closes": None, "lunch": None},
    "DAYS": {"days": None, "days_off": None, "lunch": None},
    "EVERY": {"every": None, "lunch": None},
}

Change = Callable[[Turn, Rhythm], Rhythm | None]


def hours(turn: Turn) -> list[Said]:
    return _change(turn, _hours, "HOURS")


def days(turn: Turn) -> list[Said]:
    return _change(turn, _days, "DAYS")


def every(turn: Turn) -> list[Said]:
    return _change(turn, _every, "EVERY")


def lunch(turn: Turn) -> list[Said]:
    return _change(turn, _lunch, "LUNCH")


def _hours(turn: Turn, rhythm: Rhythm) -> Rhythm | None:
    spans = times.spans(_argument(turn), turn.words.times)
    return _within(rhythm, spans) if spans else None


def _argument(turn: Turn) -> str:
    """What follows the keyword, up to the next one: HOURS 8-16 DAYS mon-thu."""
    parts = turn.reading.argument.split()
    others = {
        way[0]
        for row in turn.words.commands
        if row.name in {"HOURS", "DAYS", "EVERY", "LUNCH"}
        for way in row.words
        if len(way) == 1
    }
    ends = [at for at, part in enumerate(parts) if at and normal(part) in others]
    return " ".join(parts[: ends[0]] if ends else parts)


def _within(rhythm: Rhythm, spans: tuple[Span, ...]) -> Rhythm:
    """Two windows already say where the break is."""
    return replace(rhythm, hours=spans, own=True, lunch=rhythm.lunch if len(spans) == 1 else None)


def _days(turn: Turn, rhythm: Rhythm) -> Rhythm | None:
    digits = times.days(_argument(turn), turn.words.times)
    return replace(rhythm, days=digits) if digits else None


def _every(turn: Turn, rhythm: Rhythm) -> Rhythm | None:
    minutes = times.minutes(_argument(turn), turn.words.times)
    return replace(rhythm, every=minutes) if minutes is not None else None


def _lunch(turn: Turn, rhythm: Rhythm) -> Rhythm | None:
    if normal(turn.reading.argument) in turn.words.off:
        return replace(rhythm, lunch=None)
    spans = times.spans(_argument(turn), turn.words.times)
    return replace(rhythm, lunch=spans[0]) if spans and len(spans) == 1 else None


def _told(turn: Turn, rhythm: Rhythm, done: str = "") -> tuple[Rhythm, list[str]]:
    """The rhythm that a whole sentence asks for, and which keywords would have set it.

    `done` is the keyword that has had its say.
    """
    found = slots.find(turn.inbound.text, turn.words.times)
    found = replace(found, **_SET_BY.get(done, {}))
    words = [done] if done else []
    if found.hours or found.opens or found.closes:
        opens = found.opens or rhythm.hours[0].opens
        closes = found.closes or rhythm.hours[-1].closes
        rhythm = _within(rhythm, found.hours or (Span(opens, closes),))
        words.append("HOURS")
    if found.lunch:
        rhythm = replace(rhythm, lunch=found.lunch)
        words.append("LUNCH")
    if found.days or found.days_off:
        rhythm = replace(rhythm, days=found.days or _without(rhythm.days, found.days_off or ""))
        words.append("DAYS")
    if found.every:
        rhythm = replace(rhythm, every=found.every)
        words.append("EVERY")
    return rhythm, words


def _without(days: str, off: str) -> str:
    return "".join("0" if out == "1" else day for day, out in zip(days, off, strict=True))


def _change(turn: Turn, change: Change, word: str) -> list[Said]:
    """Change the rhythm if the text says how; else give an example, and nothing changes."""
    if not turn.active:
        return turn.not_in()
    before = plans.rhythm_of(turn.session, turn.person)
    wanted, words = change(turn, before), [word]
    if wanted is None:
        wanted, words = _told(turn, before)
    elif word != "LUNCH":  # HOURS 8-16 DAYS mon-thu; a lunch break would pass for hours
        wanted, words = _told(turn, wanted, word)
    if not words or "1" not in wanted.days:
        return [said(f"{word}_WHAT")]
    if not SHORTEST <= wanted.every <= LONGEST:
        return [said("EVERY_WHAT")]
    if not wanted.a_day():
        return [said("HOURS_NONE")]
    several = words[0] if len(words) == 1 else "RHYTHM"
    if wanted.a_day() > turn.person.agreed:
        shown = turn.house.catalogue.say(
            "AGREE_ASK", turn.language, turn.person.country, N=wanted.a_day()
        )
        turn.ask("agree", AGREE, rhythm=wanted.as_text(), word=several, shown=shown)
        return [said("AGREE_ASK", kind="consent", N=wanted.a_day())]
    dialogue = turn.dialogue()
    if dialogue is not None and dialogue.question in {"agree", "doubt"}:
        turn.close()  # what was asked there is overtaken
    stay(turn)
    settle(turn, wanted)
    lunch_too = several == "RHYTHM" and "LUNCH" in words
    return [*confirm(turn, several), *(confirm(turn, "LUNCH") if lunch_too else [])]


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
            DAYS=wording.days(catalogue, rhythm.days, turn.language),
            EVERY=wording.interval(catalogue, rhythm.every, turn.language),
            TZ=wording.place_name(rhythm.zone, turn.language),
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
    consent.record(
        turn.session, turn.address, "given", turn.evidence(dialogue.data["shown"]), turn.now
    )
    settle(turn, wanted)
    return [said("AGREE_OK", kind="consent", N=wanted.a_day(), TIME=turn.next_time())]


def set_up_answered(turn: Turn, _dialogue: Dialogue) -> list[Said] | None:
    """After SETUP: OK keeps the hours, bare new hours such as 8-16 set them."""
    if turn.reading.topic in {"OK", "YES"}:
        turn.close()
        return [said("SETUP_OK", TIME=turn.next_time())]
    other = turn.reading.rule == "command" and turn.reading.topic != "HOURS"
    if turn.reading.exact or other or not times.spans(turn.inbound.text, turn.words.times):
        return None
    turn.close()
    turn.reading = replace(turn.reading, topic="HOURS", argument=turn.inbound.text)
    return hours(turn)
