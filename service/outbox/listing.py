"""The outbox as a log, newest first, a page at a time, by the indexes that sending needs anyway.

Without a filter rows come in the order in which they were written, by their ids. By state, kind or
channel they come in the order in which they were due: each combination of the three is a range of
one index, and a page merges the heads of those ranges. No filter goes through the whole outbox.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from itertools import islice, product
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, String, bindparam, func, or_, select
from sqlalchemy.orm import Session

from service import cursors
from service.envelopes import State
from service.outbox.entries import KINDS
from service.store.base import Long, Utc
from service.store.lanes import within
from service.store.prepared import Prepared
from service.store.tables import AddressRow, Entry

PAGE = 50  # rows
LOOKED_AT = 6_000  # rows in which one page looks for an error; the next goes on behind them
_LAST = 2**63 - 1
_LONG_AGO, _FAR_AHEAD = datetime(1970, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
_Key = tuple[datetime, int]  # not_before and id


@dataclass(frozen=True, slots=True)
class Wanted:
    """What rows must be; nothing: anything. `error`: words of it; moments: of the time in the log."""

    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    error: str = ""
    since: datetime | None = None
    until: datetime | None = None
    person_id: int | None = None

    @property
    def merged(self) -> bool:
        return bool(self.states or self.kinds or self.channels or self.error)


class Line(NamedTuple):
    id: int
    not_before: datetime
    kind: str
    channel: str
    key: str
    text: str
    segments: int
    state: str
    error: str
    person_id: int | None
    handle: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """`after`: where the next page begins, "" at the end; `looked_to`: up to when this one looked for an
    error, where it found fewer than a page's rows and there may be more behind.
    """

    lines: Sequence[Line]
    after: str = ""
    looked_to: datetime | None = None


def page(session: Session, wanted: Wanted, channels: Sequence[str], after: str = "") -> Page:
    """One page behind `after`. `channels`: all that there are. Raises ValueError for a strange `after`."""
    if wanted.person_id is not None:
        return _by_id(session, wanted, after, _of_person(wanted))
    if wanted.merged:
        return _merged(session, wanted, channels, after)
    return _by_id(session, wanted, after, list(_between(session, wanted)))


def line(session: Session, entry_id: int) -> tuple[Entry, AddressRow | None] | None:
    """One row, with its address as long as there is one."""
    found = session.execute(
        select(Entry, AddressRow)
        .outerjoin(AddressRow, AddressRow.id == Entry.address_id)
        .where(Entry.id == entry_id)
    ).first()
    return (found[0], found[1]) if found else None


def _by_id(
    session: Session, wanted: Wanted, after: str, conditions: Sequence[ColumnElement[bool]]
) -> Page:
    if after and not after.isdecimal():
        raise ValueError("no id")
    behind = Entry.id < (int(after) if after else _LAST)
    ids = session.scalars(
        select(Entry.id).where(*conditions, behind).order_by(Entry.id.desc()).limit(PAGE + 1)
    ).all()
    return Page(_lines(session, ids[:PAGE]), str(ids[PAGE - 1]) if len(ids) > PAGE else "")


def _of_person(wanted: Wanted) -> list[ColumnElement[bool]]:
    """A person's rows are few: what else is asked is asked of each."""
    asked: list[ColumnElement[bool]] = [Entry.person_id == wanted.person_id]
    for column, values in (
        (Entry.state, wanted.states),
        (Entry.kind, wanted.kinds),
        (Entry.channel, wanted.channels),
    ):
        if values:
            asked.append(func.coalesce(column, "").in_(values))
    if wanted.error:
        asked.append(_says(wanted.error))
    if wanted.since is not None:
        asked.append(Entry.not_before >= wanted.since)
    if wanted.until is not None:
        asked.append(Entry.not_before < wanted.until)
    return asked


def _between(session: Session, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Ids rise with time, so a time is an id."""
    if wanted.since is not None:
        yield Entry.id >= _first_since(session, wanted.since)
    if wanted.until is not None:
        yield Entry.id < _first_since(session, wanted.until)


def _first_since(session: Session, moment: datetime) -> int:
    """The first id written at a moment or later, found as a name in a telephone book."""
    low, high = 0, (session.scalar(select(func.max(Entry.id))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = session.execute(
            select(Entry.id, Entry.created_at).where(Entry.id >= middle).order_by(Entry.id).limit(1)
        ).first()
        if row is None or row[0] >= high or row[1] >= moment:
            high = middle
        else:
            low = row[0] + 1
    return low


def _merged(session: Session, wanted: Wanted, channels: Sequence[str], after: str) -> Page:
    key = _key(after)
    ranges = list(
        product(
            wanted.states or (_WITH_ERRORS if wanted.error else tuple(State)),
            wanted.kinds or KINDS,
            wanted.channels or channels,
        )
    )
    look = LOOKED_AT // len(ranges) if wanted.error else PAGE + 1
    heads, horizon = [], None
    lane, question = within(session), _HEAD_TOLD if wanted.error else _HEAD
    given = _bounds(wanted, key) | {"most": look}
    if wanted.error:
        given["told"] = _pattern(wanted.error)
    for state, kind, channel in ranges:
        given |= {"of_state": str(state), "of_kind": kind, "of_channel": channel}
        head = lane.rows(question, given)
        if wanted.error and len(head) == look:
            end = (head[-1][0], head[-1][1])
            horizon = end if horizon is None else max(horizon, end)
        heads.append([(row[0], row[1]) for row in head if not wanted.error or row[2]])
    newest = list(islice(merge(*heads, reverse=True), PAGE + 1))
    if horizon is not None:
        newest = [each for each in newest if each >= horizon]
    shown = newest[:PAGE]
    lines = _lines(session, [number for _, number in shown])
    if len(newest) > PAGE:
        return Page(lines, _written(shown[-1]))
    if horizon is not None:
        return Page(lines, _written(horizon), horizon[0])
    return Page(lines)


_WITH_ERRORS = tuple(
    state for state in State if state not in {State.ANSWERED, State.SENT, State.DELIVERED}
)


def _heads(told: bool) -> Prepared:
    """The newest of one range, each with its place: hundreds of ranges are looked into for one page.

    `told`: and whether its error is the one asked for.
    """
    upto = bindparam("upto", type_=Utc)
    asked = [func.lower(Entry.error).like(bindparam("told", type_=String), escape="/")]
    return Prepared(
        select(Entry.not_before, Entry.id, *(asked if told else ()))
        .where(
            Entry.state == bindparam("of_state", type_=String),
            Entry.kind == bindparam("of_kind", type_=String),
            Entry.channel == bindparam("of_channel", type_=String),
            Entry.not_before >= bindparam("since", type_=Utc),
            Entry.not_before <= upto,
            or_(Entry.not_before < upto, Entry.id < bindparam("behind", type_=Long)),
        )
        .order_by(Entry.not_before.desc(), Entry.id.desc())
        .limit(bindparam("most", type_=Integer))
    )


_HEAD, _HEAD_TOLD = _heads(told=False), _heads(told=True)


def _bounds(wanted: Wanted, key: _Key | None) -> dict[str, Any]:
    upto, behind = key or (wanted.until or _FAR_AHEAD, 0)
    return {"since": wanted.since or _LONG_AGO, "upto": upto, "behind": behind}


def _pattern(error: str) -> str:
    """For LIKE, in which three signs mean something."""
    escaped = error.lower().replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"%{escaped}%"


def _says(error: str) -> ColumnElement[bool]:
    return func.lower(Entry.error).like(_pattern(error), escape="/")


def _lines(session: Session, ids: Sequence[int]) -> list[Line]:
    columns = [getattr(Entry, name) for name in Line._fields[:-1]]
    rows = session.execute(
        select(*columns, AddressRow.handle)
        .outerjoin(AddressRow, AddressRow.id == Entry.address_id)
        .where(Entry.id.in_(ids))
    )
    found = {row[0]: Line._make(row) for row in rows}
    return [found[number] for number in ids if number in found]


def _written(key: _Key) -> str:
    return cursors.written(*key)


def _key(after: str) -> _Key | None:
    if not after:
        return None
    moment, number = cursors.read(after)
    return moment, int(number)
