"""What we know already of the numbers on a list: whoever left is never brought back by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.envelopes import Address
from service.people.consent import NUMBERED, written
from service.people.directory import handle_hash
from service.store.tables import AddressRow, Person, Suppression

OUT = "They have opted out: only they themselves can come back, by START or JOIN."
ERASED = "They have had themselves erased: only they themselves can come back."
ACTIVE = "They get reminders already."
STRANGER = "stranger"  # has texted, and neither joined nor left


@dataclass(frozen=True, slots=True)
class Known:
    """By number in E.164."""

    out: Mapping[str, str] = field(default_factory=dict)  # why nobody is brought in there
    active: frozenset[str] = frozenset()
    strangers: Mapping[str, AddressRow] = field(default_factory=dict)  # on the channel of the list


def known(session: Session, handles: Iterable[str], channel: str, keys: Sequence[str]) -> Known:
    """`keys`: suppression keys, newest first."""
    ways = {way: handle for handle in handles for way in written(handle)}
    channels = sorted({*NUMBERED, channel})
    rows = session.execute(
        select(AddressRow, Person.state)
        .join(Person, Person.id == AddressRow.person_id)
        .where(AddressRow.channel.in_(channels), AddressRow.handle.in_(ways))
    ).all()
    out = _erased(session, ways, channels, keys)
    out |= {ways[row.handle]: OUT for row, _ in rows if row.standing == "out"}
    active = {ways[row.handle] for row, state in rows if state == "active" or row.standing == "in"}
    strangers = {
        ways[row.handle]: row
        for row, state in rows
        if (row.channel, row.standing, state) == (channel, "none", STRANGER)
    }
    stopped = {ways[row.handle]: OUT for row, state in rows if state == "stopped"}
    return Known(stopped | out, frozenset(active), strangers)


def _erased(
    session: Session, ways: Mapping[str, str], channels: Sequence[str], keys: Sequence[str]
) -> dict[str, str]:
    hashes = {
        handle_hash(key, Address(channel, way)): handle
        for way, handle in ways.items()
        for channel in channels
        for key in keys
    }
    found = session.scalars(
        select(Suppression.handle_hash).where(Suppression.handle_hash.in_(hashes))
    )
    return {hashes[hashed]: ERASED for hashed in found}
