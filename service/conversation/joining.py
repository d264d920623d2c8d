"""Joining and coming back: always asked, always recorded with the words shown."""

from datetime import timedelta

from sqlalchemy import select

from service.conversation import signing_up
from service.conversation.destination import move_here, now_here, where
from service.conversation.learning import status
from service.conversation.parting import let_go
from service.conversation.pauses import resume, stay
from service.conversation.turn import Said, Turn, said
from service.conversation.wording import place_name
from service.envelopes import Address
from service.outbox import entries
from service.people import consent, directory
from service.reminders import notices, plans
from service.reminders.rhythm import Rhythm
from service.store.tables import Dialogue, Entry

SET_UP = timedelta(hours=24)


def remind(turn: Turn) -> list[Said]:
    """REMIND or JOIN: the opt-in question, or where they stand."""
    if turn.reminded:
        return [said("OPTIN_ALREADY", TIME=turn.next_time())]
    if turn.promises_none:
        return [said("REMIND_ELSEWHERE")]
    if not consent.joinable(turn.address):
        return [said("JOIN_START")]
    return ask_consent(turn)


def here(turn: Turn) -> list[Said]:
    """HERE: reminders come to this address. Whoever hasn't agreed to that here is asked first."""
    if turn.promises_none:
        return [said("REMIND_ELSEWHERE")]
    if not turn.reminded:
        return remind(turn)
    stay(turn)
    if turn.question is not None and turn.question.question == "doubt":
        turn.close()
    return move_here(turn)


def ask_consent(turn: Turn) -> list[Said]:
    shown = turn.house.catalogue.say(
        "OPTIN_ASK", turn.language, turn.person.country, N=turn.person.agreed
    )
    consent.record(turn.session, turn.address, "asked", turn.evidence(shown), turn.now)
    turn.ask("optin", signing_up.OPT_IN, shown=shown, **signing_up.kept(turn))
    return [said("OPTIN_ASK", kind="consent", N=turn.person.agreed)]


def opt_in_answered(turn: Turn, dialogue: Dialogue) -> list[Said] | None:
    if turn.reading.topic == "NO" and turn.reading.exact:
        turn.close()
        return [where(turn)] if turn.active else [said("OPTIN_NO")]
    if turn.reading.topic not in {"YES", "OK"}:
        return None
    if turn.promises_none:  # any more
        turn.close()
        return [said("REMIND_ELSEWHERE")]
    elsewhere = turn.active
    _let_in(turn, dialogue.data["shown"], signing_up.wished(turn, dialogue))
    agreed = said("OPTIN_OK", kind="consent", N=turn.person.agreed)
    return [agreed, *([now_here(turn)] if elsewhere and turn.person.zone else _set_up(turn))]


def start(turn: Turn) -> list[Said]:
    """START or UNSTOP: back at once for who has been in; the opt-in question for who never was."""
    if turn.reminded:
        doubtful = turn.person.doubt_until is not None
        return resume(turn) if doubtful else [said("OPTIN_ALREADY", TIME=turn.next_time())]
    if turn.promises_none:
        return [said("REMIND_ELSEWHERE")]
    if turn.person.plan_id is None or turn.address.standing == "none":
        turn.address.out_by = "words" if turn.address.standing == "out" else ""
        return ask_consent(turn)
    blocked = not consent.joinable(turn.address)
    if (
        blocked
        and turn.address.channel in turn.house.provider_answers
        and not turn.provider_answers
    ):
        return [said("JOIN_START")]  # "quiero volver" doesn't lift what the provider blocks
    shown = _last_goodbye(turn)
    _let_in(turn, shown)
    if blocked and turn.provider_answers:  # where it held no block it has nothing to say
        return _set_up(turn) if not turn.person.zone else []
    back = said("START_OK", kind="consent", N=turn.person.agreed)
    return [back] if turn.person.zone else [back, *_set_up(turn)]


def _last_goodbye(turn: Turn) -> str:
    """The words with which we let them go, and said how to come back; "" where the provider spoke for us."""
    said_then = (
        select(Entry.text)
        .where(Entry.address_id == turn.address.id, Entry.slot.is_(None), Entry.key == "STOP_OK")
        .order_by(Entry.id.desc())
        .limit(1)
    )
    return turn.session.scalars(said_then).first() or ""


def _let_in(turn: Turn, shown: str, wished: Rhythm | None = None) -> None:
    turn.close()
    consent.give(turn.session, turn.address, turn.evidence(shown), turn.now)
    handle = Address(turn.address.channel, turn.address.handle)
    directory.return_from_erasure(turn.session, handle, turn.house.suppression_keys)
    person = turn.person
    settle(turn, wished or plans.rhythm_of(turn.session, person))
    person.restated_at = turn.now
    entries.follow(turn.session, turn.address)


def settle(turn: Turn, rhythm: Rhythm) -> None:
    plans.settle(
        turn.session, turn.person, rhythm, turn.now, turn.house.sender_rate, turn.house.quiet
    )


def _set_up(turn: Turn) -> list[Said]:
    """What follows consent: where are you, or these are your hours."""
    if not turn.person.zone:
        turn.ask("zone", SET_UP)
        return [said("SETUP_ZONE")]
    rhythm = plans.rhythm_of(turn.session, turn.person)
    usual = Rhythm.default(turn.person.zone, turn.person.country)
    if (rhythm.days, rhythm.lunch, len(rhythm.hours)) != (usual.days, usual.lunch, 1):
        return status(turn)  # SETUP says Mon-Fri without lunch: theirs is another rhythm
    turn.ask("setup", SET_UP)
    return [
        said(
            "SETUP",
            H1=f"{rhythm.hours[0].opens:%H:%M}",
            H2=f"{rhythm.hours[0].closes:%H:%M}",
            TZ=place_name(turn.person.zone, turn.language),
            CC=turn.person.country or "?",
        )
    ]


def still_you_answered(turn: Turn, dialogue: Dialogue) -> list[Said] | None:
    """Any word from somebody silent for two months shows that they are there; NO is an opt-out."""
    if not notices.perhaps_heard(turn.session, turn.person.id, dialogue.closes_at):
        turn.close()
        return None
    if turn.reading.topic == "NO" and turn.reading.exact:
        let_go(turn, "words")
        return [said("STOP_OK", kind="consent")]
    turn.close()
    return [said("STILL_OK", TIME=turn.next_time())] if turn.reading.topic == "YES" else None
