"""Bringing people in who gave consent elsewhere: a slice at a time, each person once."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service.conversation.turn import ENTRY, House
from service.envelopes import Address
from service.imports import files
from service.imports.known import ACTIVE, Known, known
from service.imports.lines import Newcomer
from service.outbox import entries
from service.people import alone, consent
from service.people.consent import Evidence
from service.reminders import notices, plans
from service.reminders.rhythm import Rhythm
from service.store.engine import Store
from service.store.import_tables import ImportFile, ImportLine
from service.store.tables import AddressRow, Consent, Dialogue, Person

FIRST, MOST = 5, 100  # people in a slice: few until it is known how fast this machine is
AIM = 0.010  # seconds for which a slice holds the write lock: none may for 20 ms
_GROWTH = 2.0  # at most, from one slice to the next
SOURCE = "import"  # of their consent
# So that beside their first reminder we say who we are, how often, and STOP.
_HEARD = notices.RESTATED


@dataclass(frozen=True, slots=True)
class Ready:
    line: int
    newcomer: Newcomer


def write_slice(
    store: Store, file_id: int, house: House, now: datetime, size: int = FIRST
) -> float | None:
    """Bring the next people in: the seconds that it took. None: done, or none of theirs can be held just now."""
    with store.write(durable=True) as session:
        began = time.perf_counter()
        file = session.get(ImportFile, file_id, with_for_update=True)
        if file is None or file.state != files.WRITING:
            return None
        rows = files.lines(session, file_id, files.READY, 0, size)
        if not rows:
            file.state = files.DONE
            return None
        done = _bring_in(session, file, rows, house, now)
        session.flush()
        return time.perf_counter() - began if done else None


def next_size(size: int, took: float) -> int:
    """How many people the next slice holds, after one of this size took so many seconds."""
    return round(min(max(size * min(AIM / max(took, 1e-6), _GROWTH), 1), MOST))


def _bring_in(
    session: Session, file: ImportFile, rows: Sequence[ImportLine], house: House, now: datetime
) -> int:
    """How many lines are done with."""
    held = alone.unmet(session, [Address(file.channel, row.handle) for row in rows])
    free = {address.handle for address in held}
    ours = [row for row in rows if row.handle in free]
    seen = known(session, free, file.channel, house.suppression_keys)
    welcome = [
        Ready(row.line, Newcomer.of(row.values))
        for row in ours
        if not _judged_anew(file, row, seen)
    ]
    settled = plans.places(
        session, [Rhythm.from_text(each.newcomer.rhythm) for each in welcome], now,
        house.sender_rate, house.quiet,
    )  # fmt: skip
    placed = list(zip(welcome, settled, strict=True))
    known_ones = [each for each in placed if each[0].newcomer.handle in seen.strangers]
    new = [each for each in placed if each[0].newcomer.handle not in seen.strangers]
    for each, plan in known_ones:
        _welcome(session, seen.strangers[each.newcomer.handle], each.newcomer, plan, now)
    _make(session, file.channel, new, now)
    lines = [each.line for each in welcome]
    session.execute(
        update(ImportLine)
        .where(ImportLine.file_id == file.id, ImportLine.line.in_(lines))
        .values(outcome=files.WRITTEN, values={}),
        execution_options={"synchronize_session": False},
    )
    file.ready -= len(welcome)
    file.written += len(welcome)
    return len(ours)


def _judged_anew(file: ImportFile, row: ImportLine, seen: Known) -> bool:
    """Since the dry run they may have joined by themselves, or left."""
    if row.handle in seen.out:
        row.outcome, row.columns, row.reason = files.REFUSED, "number", seen.out[row.handle]
        file.refused += 1
    elif row.handle in seen.active:
        row.outcome, row.reason = files.UNCHANGED, ACTIVE
        file.unchanged += 1
    else:
        return False
    row.values = {}
    file.ready -= 1
    return True


def _make(
    session: Session, channel: str, placed: Sequence[tuple[Ready, int]], now: datetime
) -> None:
    """Person, address and consent of each, with three statements for all."""
    if not placed:
        return
    rows = [_settings(each.newcomer, plan, now) for each, plan in placed]
    people = session.scalars(
        insert(Person).returning(Person.id, sort_by_parameter_order=True),
        [{"created_at": now, "state": "active", **row} for row in rows],
    ).all()
    addresses = session.scalars(
        insert(AddressRow).returning(AddressRow.id, sort_by_parameter_order=True),
        [
            {
                "person_id": person, "channel": channel, "handle": each.newcomer.handle,
                "standing": "in",
            }
            for person, (each, _) in zip(people, placed, strict=True)
        ],
    ).all()  # fmt: skip
    session.execute(
        insert(Consent),
        [
            {"address_id": address, "event": "given", **_evidence(each.newcomer)}
            for address, (each, _) in zip(addresses, placed, strict=True)
        ],
    )


def _welcome(
    session: Session, address: AddressRow, newcomer: Newcomer, plan: int, now: datetime
) -> None:
    """Somebody we have met, and who was a stranger until now.

    The question whether they want in is answered by that: it may come from whoever typed their number
    at /join, whose choices would take the place of theirs. Any other one, such as CHECK's, stays open.
    """
    question = session.get(Dialogue, address.person_id)
    if question is not None and question.question == "optin":
        asked = question.data.get(ENTRY)
        if asked is not None:
            entries.call_off(session, asked, now, "brought in")
        session.delete(question)
    evidence = Evidence(SOURCE, newcomer.consent_source, shown=newcomer.consent_words)
    consent.give(session, address, evidence, datetime.fromisoformat(newcomer.consent_at))
    person = session.get_one(Person, address.person_id)
    for name, value in _settings(newcomer, plan, now).items():
        setattr(person, name, value)


def _settings(newcomer: Newcomer, plan: int, now: datetime) -> dict[str, Any]:
    return {
        "language": newcomer.language,
        "country": newcomer.country,
        "zone": newcomer.zone,
        "plan_id": plan,
        "plan_since": now,
        "restated_at": now - _HEARD,
    }


def _evidence(newcomer: Newcomer) -> Mapping[str, Any]:
    return {
        "source": SOURCE,
        "rule": newcomer.consent_source,
        "shown": newcomer.consent_words,
        "at": datetime.fromisoformat(newcomer.consent_at),
    }


def under_way(session: Session) -> ImportFile | None:
    """The oldest file that waits to be read or written."""
    waiting = select(ImportFile).where(ImportFile.state.in_(files.UNDER_WAY))
    return session.scalars(waiting.order_by(ImportFile.id).limit(1)).first()
