"""What a rehearsal shows: every text, or the totals and what they cost."""

from collections import Counter
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.envelopes import State
from service.store.tables import AddressRow, Entry

_WITHHELD = (State.QUEUED, State.DROPPED, State.EXPIRED, State.FAILED, State.LOST)
_ROW = "{:<12}{:>10}{:>10}{:>12}"


def text_lines(session: Session, zone: ZoneInfo, *, several: bool) -> list[str]:
    """Every text in the order in which it went: local time, segments, text."""
    at = func.coalesce(Entry.claimed_at, Entry.created_at)
    rows = session.execute(
        select(Entry, AddressRow.handle)
        .join(AddressRow, AddressRow.id == Entry.address_id)
        .where(Entry.state.not_in(_WITHHELD))
        .order_by(at, Entry.id)
    )
    return [_text_line(entry, handle if several else "", zone) for entry, handle in rows]


def _text_line(entry: Entry, handle: str, zone: ZoneInfo) -> str:
    local = (entry.claimed_at or entry.created_at).astimezone(zone)
    who = f"{handle}  " if handle else ""
    text = entry.text.replace("\n", " ")
    return f"{local:%a %Y-%m-%d %H:%M}  {who}[{entry.segments}]  {text}"


def summary_lines(session: Session, people: int, days: int, price: Decimal) -> list[str]:
    """A table of texts, segments and cost by kind, then what a person costs."""
    texts, segments = Counter[str](), Counter[str]()
    withheld = 0
    for kind, state, count, size in session.execute(
        select(Entry.kind, Entry.state, func.count(), func.sum(Entry.segments)).group_by(
            Entry.kind, Entry.state
        )
    ):
        if state in _WITHHELD:
            withheld += count
        else:
            texts[kind] += count
            segments[kind] += size
    lines = [_ROW.format("kind", "texts", "segments", "cost")]
    lines += [_row(kind, texts[kind], segments[kind], price) for kind in sorted(texts)]
    total, size = texts.total(), segments.total()
    lines.append(_row("total", total, size, price))
    lines.append("")
    lines.append(
        f"{people} {'person' if people == 1 else 'people'}, {days} {'day' if days == 1 else 'days'}: "
        f"{total / people:.1f} texts, {size / people:.1f} segments and "
        f"{size * price / people:.2f} each, at {price} a segment (SEGMENT_PRICE)."
    )
    if withheld:
        lines.append(f"{withheld} texts were withheld, late or still to come, and cost nothing.")
    return lines


def _row(kind: str, texts: int, segments: int, price: Decimal) -> str:
    return _ROW.format(kind, texts, segments, f"{segments * price:.2f}")
