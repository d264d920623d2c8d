"""Channels on which we write freely only for a while after a person's last text, and what may go later.

Asked after the claim, of rows on such channels alone, so that other channels pay nothing for it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from service import hours
from service.envelopes import Cold, State
from service.outbox.claimed import ClaimedAddress, ClaimedEntry
from service.outbox.entries import NUDGES, STARTED
from service.store.base import Utc
from service.store.tables import AddressRow, Entry, Inbound, Person

MARK = "cold"  # in the params of an entry that goes, or went, in an approved wording
NO_WORDING = "they last wrote too long ago, and no template is set up for this text"
ENOUGH = "they last wrote too long ago, and as many templates as a day may have went today"
A_DAY = 2  # texts at most that go through a closed window, by the person's day
NEVER_WENT = frozenset({State.QUEUED, State.DROPPED, State.EXPIRED})  # for certain
_DAY = timedelta(hours=25)  # the longest that a local day is
# The channels that are set up here, and for how long after a person's text each takes a notice or a
# broadcast; None: always.
Reach = Mapping[str, timedelta | None]
_Passed = tuple[ClaimedEntry, ClaimedAddress]


@dataclass(frozen=True, slots=True)
class Window:
    """How long a channel's window stays open after a text, and what may go once it is closed."""

    lasts: timedelta
    closed: frozenset[str] = frozenset()  # codes that say: it had closed after all
    reminders: bool = False  # is there an approved wording for them?
    notices: bool = False


def carriers(channels: Iterable[str], windows: Mapping[str, Window]) -> frozenset[str]:
    """The channels on which a reminder can be promised: set up here, and not only for a while."""
    return frozenset(name for name in channels if name not in windows or windows[name].reminders)


def reach(channels: Iterable[str], windows: Mapping[str, Window]) -> Reach:
    """As far as these channels carry what isn't a reminder."""
    return {
        name: windows[name].lasts if name in windows and not windows[name].notices else None
        for name in channels
    }


@dataclass(slots=True)
class Look:
    """What follows for the rows that passed the gate: `refused` with the reason why."""

    cold: dict[int, Cold] = field(default_factory=dict)  # by entry: these go in an approved wording
    refused: list[tuple[ClaimedEntry, str]] = field(default_factory=list)

    @property
    def shut_out(self) -> frozenset[int]:
        return frozenset(entry.id for entry, _ in self.refused)


class _Person(NamedTuple):
    language: str
    zone: str
    wrote_at: datetime | None  # their last text on this address


class _Text(NamedTuple):
    """One that we started lately."""

    id: int
    address_id: int | None
    slot: datetime | None
    claimed_at: datetime | None
    state: str
    params: Mapping[str, Any]
    error: str


def look(
    session: Session, passed: Sequence[_Passed], windows: Mapping[str, Window], now: datetime
) -> Look:
    """Which of these rows may go, and how. Answers always do: who is answered has just written."""
    looked = Look()
    asked = [
        (entry, address)
        for entry, address in passed
        if address.channel in windows and entry.kind in STARTED
    ]
    if not asked:
        return looked
    people = _people(session, asked)
    texts = _texts(session, asked, now)
    begun: Counter[int] = Counter()  # in this batch
    for entry, address in asked:
        person, window = people[address.id], windows[address.channel]
        lately = [text for text in texts[address.id] if text.id != entry.id]
        if _open(window, person, lately, now):
            continue
        notice = entry.kind not in NUDGES
        if not (window.notices if notice else window.reminders):
            looked.refused.append((entry, NO_WORDING))
        elif begun[address.id] + _cold_today(lately, person.zone, now) >= A_DAY:
            looked.refused.append((entry, ENOUGH))
        else:
            begun[address.id] += 1
            looked.cold[entry.id] = Cold(person.language, notice)
    return looked


def marked(entry: ClaimedEntry, cold: Cold | None) -> ClaimedEntry:
    """The entry with a note of how it goes: an earlier attempt may have gone otherwise."""
    if bool(cold) == bool(entry.params.get(MARK)):
        return entry
    params = {name: value for name, value in entry.params.items() if name != MARK}
    return entry._replace(params=params | ({MARK: True} if cold else {}))


def cold_of(entry: Entry) -> Cold | None:
    """How an attempt went of which nobody knows whether it arrived; its language isn't kept."""
    return Cold("", entry.kind not in NUDGES) if MARK in entry.params else None


def _open(window: Window, person: _Person, lately: Sequence[_Text], now: datetime) -> bool:
    wrote_at = person.wrote_at
    if wrote_at is None or now >= wrote_at + window.lasts:
        return False
    return not any(
        text.error.partition(":")[0] in window.closed
        and text.claimed_at is not None
        and text.claimed_at >= wrote_at
        for text in lately
    )


def _cold_today(lately: Sequence[_Text], zone: str, now: datetime) -> int:
    today = hours.local(now, zone).date()
    return sum(
        text.slot is not None
        and hours.local(text.slot, zone).date() == today
        and MARK in text.params
        and text.state not in NEVER_WENT
        for text in lately
    )


def _people(session: Session, asked: Sequence[_Passed]) -> Mapping[int, _Person]:
    """By address."""
    rows = session.execute(_who(), {"ids": list({address.id for _, address in asked})})
    return {row[0]: _Person(*row[1:]) for row in rows}


def _texts(
    session: Session, asked: Sequence[_Passed], now: datetime
) -> Mapping[int | None, list[_Text]]:
    """By address."""
    texts = defaultdict[int | None, list[_Text]](list)
    people = list({entry.person_id for entry, _ in asked})
    for row in session.execute(_started(), {"people": people, "since": now - _DAY}):
        text = _Text._make(row)
        texts[text.address_id].append(text)
    return texts


@cache
def _who() -> Select[*tuple[Any, ...]]:
    wrote_at = (
        select(func.max(Inbound.at))
        .where(Inbound.address_id == AddressRow.id, Inbound.channel == AddressRow.channel)
        .correlate(AddressRow)
        .scalar_subquery()
    )
    return (
        select(AddressRow.id, Person.language, Person.zone, wrote_at)
        .join(Person, Person.id == AddressRow.person_id)
        .where(AddressRow.id.in_(bindparam("ids", expanding=True)))
    )


@cache
def _started() -> Select[Any]:
    return select(*(getattr(Entry, name) for name in _Text._fields)).where(
        Entry.person_id.in_(bindparam("people", expanding=True)),
        Entry.kind.in_(STARTED),
        Entry.slot > bindparam("since", type_=Utc),
    )
