"""PAUSE, SNOOZE, SKIP and RESUME. Every hold ends by itself, and the reply says when."""

from datetime import UTC, datetime, time, timedelta

from service import hours
from service.conversation import times
from service.conversation.turn import Said, Turn, said
from service.outbox import entries
from service.reminders import plans

SNOOZE = timedelta(minutes=15)
LONGEST_SNOOZE = timedelta(hours=4)
LONGEST_PAUSE = timedelta(days=90)
# A snooze takes the place of the next slot when they come this close.
CLOSE = timedelta(minutes=20)
BEST_BEFORE = timedelta(minutes=10)


def pause(turn: Turn) -> list[Said]:
    """PAUSE alone holds for the rest of today; 3h, 2 days or until friday say how long."""
    if not turn.active:
        return turn.not_in()
    if _unread(turn):
        return [said("PAUSE_WHAT")]
    until = _end(turn, timedelta(days=1)) or (None if turn.reading.argument else _tomorrow(turn))
    if until is None or until <= turn.now:
        return [said("PAUSE_WHAT")]
    if until > turn.now + LONGEST_PAUSE:
        return [said("PAUSE_LONG")]
    _hold(turn, until)
    entries.withdraw(turn.session, turn.person.id, turn.now, "paused")
    turn.close()
    return [said("PAUSE_OK", TIME=turn.next_time())]


def _hold(turn: Turn, until: datetime) -> None:
    """A pause takes the place of another one or of a doubt, but never shortens an emergency's hold."""
    person = turn.person
    person.doubt_until = None
    if person.held_why != "emergency" or person.held_until is None or person.held_until < until:
        person.held_until, person.held_why = until, "pause"


def stay(turn: Turn) -> None:
    """Somebody who changes a setting has answered whether they want to leave: no."""
    person = turn.person
    if person.doubt_until is not None:
        person.doubt_until = None
        if person.held_why == "doubt":
            person.held_until, person.held_why = None, ""


def resume(turn: Turn) -> list[Said]:
    """RESUME always works, whatever held the reminders."""
    if not turn.active:
        return turn.not_in()
    held = turn.person.held_until is not None and turn.person.held_until > turn.now
    turn.person.held_until, turn.person.held_why, turn.person.doubt_until = None, "", None
    turn.close()
    return [said("RESUME_OK" if held else "RESUME_ON", TIME=turn.next_time())]


def snooze(turn: Turn) -> list[Said]:
    """One reminder after 15 minutes, or after the time said; then the rhythm goes on."""
    if not turn.active or not turn.person.zone:
        return turn.not_in()
    if turn.person.held_until is not None and turn.person.held_until > turn.now:
        return [said("SNOOZE_HELD", TIME=turn.next_time())]
    if _unread(turn):
        return [said("SNOOZE_WHAT")]
    until = _end(turn, timedelta(minutes=1)) or (
        None if turn.reading.argument else turn.now + SNOOZE
    )
    if until is None or not turn.now < until <= turn.now + LONGEST_SNOOZE:
        return [said("SNOOZE_WHAT")]
    slot = until.replace(second=0, microsecond=0)
    rhythm = plans.rhythm_of(turn.session, turn.person)
    if not rhythm.open_at(slot):
        return [said("SNOOZE_LATE", TIME=turn.next_time())]
    goes_to = turn.reminded_at()
    kinds = ("reminder", "snooze")
    again = entries.withdraw(turn.session, turn.person.id, turn.now, "snoozed", kinds)
    entries.put_again(
        turn.session,
        person_id=turn.person.id,
        address_id=goes_to.id,
        channel=goes_to.channel,
        kind="snooze",
        now=turn.now,
        slot=slot,
        not_before=slot,
        best_before=slot + BEST_BEFORE,
    )
    rest = slot + CLOSE
    kept = turn.person.rest_until  # of a skip, or of a move; an earlier snooze's goes with it
    turn.person.rest_until = max(kept, rest) if kept and not again else rest
    return [said("SNOOZE_OK", TIME=turn.when(slot))]


def skip(turn: Turn) -> list[Said]:
    """The next reminder is left out; the one after it comes."""
    if not turn.active:
        return turn.not_in()
    skipped, following = plans.skip(turn.session, turn.person, turn.now, turn.house.quiet)
    if skipped is None or following is None:
        return [said("RESUME_ON", TIME=turn.next_time())]
    return [said("SKIP_OK", SKIPPED=turn.when(skipped), TIME=turn.when(following))]


def _unread(turn: Turn) -> bool:
    """The keyword and one word that names no time ("PAUSE whenever"); a whole sentence means the keyword."""
    said_words = turn.inbound.text.split()
    opens = said_words[:1] and said_words[0].upper() == turn.reading.topic
    return turn.reading.rule == "phrase" and len(said_words) == 2 and bool(opens)


def _end(turn: Turn, bare: timedelta) -> datetime | None:
    """The end that a command's argument or else the sentence names; `bare`: what a mere number counts."""
    words, argument = turn.words.times, turn.reading.argument.strip()
    local = times.moment(argument, turn.local, words, bare) if argument else None
    if local is None and turn.reading.rule != "exact":
        local = times.moment_in(turn.inbound.text, turn.local, words)
    return local.astimezone(UTC) if local is not None else None


def _tomorrow(turn: Turn) -> datetime:
    """When their next local day begins (a zone may skip midnight: then the first hour that exists)."""
    day = turn.local.date() + timedelta(days=1)
    zone = turn.person.zone or "UTC"
    start = hours.utc(day, time(0), zone) or hours.utc(day, time(1), zone)
    assert start is not None
    return start
