"""What came in, each row counted once: texts by topic and language, DONEs by people's own clocks, consent."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from service import hours
from service.store.tables import AddressRow, Consent, Entry, Inbound, Person
from service.store.tally_tables import ConsentTally, LocalTally, ReceivedTally
from service.store.turns import take_turn
from service.tallies.marks import Mark
from service.tallies.sent import REMINDER, WENT
from service.tallies.sums import Key, add, hour_of

BATCH = 500  # rows
TABLES = (Inbound, Consent)
DONE = "DONE"  # the topic
_ANSWERS = timedelta(hours=4)  # after a reminder somebody moved by themselves
WITHDRAWN = "withdrawn"  # the event


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that were counted but not written yet; `before` and `after`: how far it was, and is then."""

    name: str
    before: Mark
    after: Mark
    received: Counter[Key]
    local: Counter[Key]
    consent: Counter[Key]

    @property
    def anything(self) -> bool:
        return self.before != self.after

    @property
    def more(self) -> bool:
        return self.after.done < self.after.settled


def count(
    session: Session, table: type[Inbound] | type[Consent], wall: datetime, lag: timedelta
) -> Batch:
    name = f"tally.{table.__tablename__}"
    before = Mark.read(session, name)
    mark = before.moved(session, table, wall, lag)
    batch = Batch(name, before, mark, Counter(), Counter(), Counter())
    last = (_received if table is Inbound else _consent)(session, mark, batch)
    return replace(batch, after=replace(mark, done=mark.settled if last is None else last))


def write(session: Session, batch: Batch) -> bool:
    """False: another clock was faster, and nothing is written."""
    take_turn(session, "tallies")
    if Mark.read(session, batch.name) != batch.before:
        return False
    add(session, ReceivedTally, "texts", batch.received)
    add(session, LocalTally, "dones", batch.local)
    add(session, ConsentTally, "events", batch.consent)
    batch.after.write(session, batch.name)
    return True


def _received(session: Session, mark: Mark, batch: Batch) -> int | None:
    """The last row of a full batch; None: there are no more."""
    rows = session.execute(
        select(
            Inbound.id, Inbound.at, Inbound.channel, Inbound.intent, Inbound.topic,
            Person.language, Person.zone,
        )
        .outerjoin(AddressRow, AddressRow.id == Inbound.address_id)
        .outerjoin(Person, Person.id == AddressRow.person_id)
        .where(Inbound.id > mark.done, Inbound.id <= mark.settled)
        .order_by(Inbound.id)
        .limit(BATCH)
    ).all()  # fmt: skip
    for row in rows:
        batch.received[hour_of(row.at), row.channel, row.intent, row.topic, row.language or ""] += 1
    zones = {row.id: row.zone for row in rows if row.topic == DONE and row.zone}
    for inbound_id, slot in _answered(session, list(zones)):
        moment = hours.local(slot, zones[inbound_id])
        batch.local[hour_of(slot), moment.weekday(), moment.hour] += 1
    return rows[-1].id if len(rows) == BATCH else None


def _answered(session: Session, dones: Sequence[int]) -> Iterator[tuple[int, datetime]]:
    """The reminders that these answer: of each the slot, for its first DONE alone.

    A DONE counts where its reminder does, or an hour could have more of them than reminders.
    """
    if not dones:
        return
    theirs, earlier = aliased(AddressRow), aliased(Inbound)
    slot = (
        select(Entry.slot)
        .where(
            Entry.person_id == theirs.person_id,
            Entry.kind == REMINDER,
            Entry.slot <= Inbound.at,
            Entry.state.in_(WENT),
        )
        .order_by(Entry.slot.desc())
        .limit(1)
        .correlate(theirs, Inbound)
        .scalar_subquery()
    )
    before = (
        select(earlier.at)
        .where(
            earlier.address_id == Inbound.address_id,
            earlier.at <= Inbound.at,
            earlier.id < Inbound.id,
            earlier.topic == DONE,
        )
        .order_by(earlier.at.desc())
        .limit(1)
        .correlate(Inbound)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Inbound.id, Inbound.at, slot.label("slot"), before.label("before"))
        .join(theirs, theirs.id == Inbound.address_id)
        .where(Inbound.id.in_(dones))
    )
    for row in rows:
        late = row.slot is None or row.at - row.slot > _ANSWERS
        if not late and (row.before is None or row.before < row.slot):
            yield row.id, row.slot


def _consent(session: Session, mark: Mark, batch: Batch) -> int | None:
    rows = session.execute(
        select(Consent.id, Consent.at, Consent.event, Consent.source, _again().label("again"))
        .outerjoin(AddressRow, AddressRow.id == Consent.address_id)
        .where(Consent.id > mark.done, Consent.id <= mark.settled)
        .order_by(Consent.id)
        .limit(BATCH)
    ).all()
    for row in rows:
        if not (row.event == WITHDRAWN and row.again):
            batch.consent[hour_of(row.at), row.event, row.source] += 1
    return rows[-1].id if len(rows) == BATCH else None


def _again() -> ColumnElement[bool]:
    """Did this address say so before, or does another of the same person count for this moment?

    Whoever leaves does it once, however often they text STOP and at however many addresses.
    """
    beside, theirs = aliased(Consent), aliased(AddressRow)
    too = exists().where(
        theirs.person_id == AddressRow.person_id,
        beside.address_id == theirs.id,
        beside.id < Consent.id,
        beside.at == Consent.at,
        beside.event == WITHDRAWN,
        func.coalesce(_before(beside), "") != WITHDRAWN,
    )
    return or_(_before(Consent) == WITHDRAWN, too)


def _before(row: type[Consent]) -> ScalarSelect[str]:
    """What the same address had said last."""
    earlier = aliased(Consent)
    return (
        select(earlier.event)
        .where(
            earlier.address_id == row.address_id,
            earlier.id < row.id,
            earlier.event.in_((WITHDRAWN, "given", "returned")),
        )
        .order_by(earlier.id.desc())
        .limit(1)
        .correlate(row)
        .scalar_subquery()
    )
