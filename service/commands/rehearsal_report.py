"""What a rehearsal shows: every text, or the totals and what they cost."""

from collections import Counter
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import rehearsal
from service.rehearsal import WITHHELD, Line, Play
from service.store.tables import Entry

_ROW = "{:<12}{:>10}{:>10}{:>12}"


def text_lines(session: Session, acts: Play, *, several: bool) -> list[str]:
    """Every text of ours in the order in which it went: local time, segments, text."""
    return [_text_line(line, several) for line in rehearsal.lines(session, acts) if line.key]


def _text_line(line: Line, several: bool) -> str:
    who = f"{line.handle}  " if several else ""
    text = line.text.replace("\n", " ")
    return f"{line.at:%a %Y-%m-%d %H:%M}  {who}[{line.segments}]  {text}"


def summary_lines(
    session: Session, people: int, days: int, price: Decimal, currency: str
) -> list[str]:
    """A table of texts, segments and cost by kind, then what a person costs."""
    texts, segments = Counter[str](), Counter[str]()
    withheld = 0
    for kind, state, count, size in session.execute(
        select(Entry.kind, Entry.state, func.count(), func.sum(Entry.segments)).group_by(
            Entry.kind, Entry.state
        )
    ):
        if state in WITHHELD:
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
        f"{size * price / people:.2f} each, at {price} {currency} a segment (SEGMENT_PRICE, CURRENCY)."
    )
    if withheld:
        lines.append(f"{withheld} texts were withheld, late or still to come, and cost nothing.")
    return lines


def _row(kind: str, texts: int, segments: int, price: Decimal) -> str:
    return _ROW.format(kind, texts, segments, f"{segments * price:.2f}")
