"""What an operator does for somebody who asks for it by phone: pause, resume, stop, erase.

Nobody is ever opted in here, and what only their own word may end is left alone. Each of these is
done to a person who is held (people/alone.hold), so that no text of theirs crosses it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.outbox import entries
from service.outbox.opting_out import opt_out
from service.people import consent, directory, primary
from service.people.consent import Evidence
from service.store.tables import AddressRow, Person

SOURCE = "operator"  # of a consent event
LONGEST = timedelta(days=90)  # as a text may ask for


class Refused(Exception):
    """It can't be done for this person; the message says why."""


def pause(session: Session, person: Person, until: datetime, now: datetime) -> None:
    """No reminders before `until`. Raises Refused.

    Another pause is replaced; a hold after an emergency, or a question whether they want to leave, is
    at most prolonged.
    """
    _active(person)
    if not now < until <= now + LONGEST:
        raise Refused(f"A pause ends on a day to come, at most {LONGEST.days} days away.")
    if person.doubt_until is not None or _alarmed(person, now):
        consent.hold(person, until, "pause", now)
    else:
        person.held_until, person.held_why = until, "pause"
    entries.withdraw(session, person.id, now, "paused")


def resume(person: Person, now: datetime) -> None:
    """Reminders go on. Raises Refused for a hold that is only theirs to end."""
    _active(person)
    if person.doubt_until is not None:
        raise Refused(
            "They may have said that they want to leave: only their own answer ends this. "
            "Without one they are out when it is due."
        )
    if _alarmed(person, now):
        raise Refused(
            "They described a warning sign: reminders go on when the hold ends, "
            "or when they text RESUME."
        )
    person.held_until, person.held_why = None, ""


def stop(session: Session, person: Person, now: datetime, carriers: Collection[str]) -> bool:
    """They are out at all their addresses, as is whoever else has one of their phone numbers.

    False: they were before. `carriers`: the channels on which a reminder can be promised here.
    """
    return _let_go(session, person, "asked an operator to stop", now, carriers)


def erase(
    session: Session, person: Person, now: datetime, carriers: Collection[str], keys: Sequence[str]
) -> None:
    """What DELETE does. `keys`: suppression keys, newest first."""
    _let_go(session, person, "asked an operator to be erased", now, carriers)
    session.flush()
    directory.erase(session, person, keys, now, SOURCE)


def _let_go(
    session: Session, person: Person, rule: str, now: datetime, carriers: Collection[str]
) -> bool:
    evidence = Evidence(source=SOURCE, rule=rule)
    theirs = primary.addresses(session, person.id)
    own = [
        row for row in theirs if row.standing != "out"
    ]  # who is out already leaves no second time
    leaving = [*own[:1], *_others(session, theirs)]
    for address in leaving:
        opt_out(session, address, evidence, "words", now, carriers=carriers, everywhere=True)
    return bool(leaving)


def _others(session: Session, theirs: Sequence[AddressRow]) -> list[AddressRow]:
    """Of other people with these phone numbers: the same person, who wrote on SMS and on WhatsApp."""
    found = {row.id: row for address in theirs for row in consent.elsewhere(session, address)}
    return [row for _, row in sorted(found.items()) if row.standing != "out"]


def _active(person: Person) -> None:
    if person.state != "active":
        raise Refused("They get no reminders: there is nothing to pause or resume.")


def _alarmed(person: Person, now: datetime) -> bool:
    held = person.held_until is not None and person.held_until > now
    return held and person.held_why == "emergency"
