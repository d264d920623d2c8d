"""What came in, each row counted once: texts by topic and language, DONEs by people's own clocks, consent."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from service import hours
from service.store.tables import AddressRow, Consent, Inbound, Person
from service.store.tally_tables import ConsentTally, LocalTally, ReceivedTally
from service.store.turns import take_turn
from service.tallies.marks import Mark
from service.tallies.sums import Key, add, hour_of

BATCH = 500  # rows
TABLES = (Inbound, Consent)
DONE = "DONE"  # the topic
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
        hour = hour_of(row.at)
        batch.received[hour, row.channel, row.intent, row.topic, row.language or ""] += 1
        if row.topic == DONE and row.zone:
            moment = hours.local(row.at, row.zone)
            batch.local[hour, moment.weekday(), moment.hour] += 1
    return rows[-1].id if len(rows) == BATCH else None


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
