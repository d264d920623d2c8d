"""What must be true in the end: each reminder was taken exactly once, or its row says why it wasn't.

The provider's list of what it took is held against the rows of the outbox and the moments at which
STOPs were answered. A text that reaches the provider after its person's STOP was answered is excused
only if it was in flight: its row was claimed before the answer, and it came within IN_FLIGHT of it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.outbox.sweep import RESENDS
from service.store.tables import AddressRow, Entry

IN_FLIGHT = 5.0  # seconds from the gate to the provider
WENT = frozenset({"sent", "delivered", "undelivered"})
ENDED = frozenset({"expired", "dropped", "failed", "lost"})
_MANY = 20  # faults that a report lists


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    kind: str
    number: str
    state: str
    error: str = ""
    claimed: float = 0.0
    best_before: float = float("inf")


@dataclass(frozen=True, slots=True)
class Taken:
    """What the provider accepted."""

    attempt: str
    number: str
    came: float
    at: float

    @property
    def row(self) -> int:
        """An attempt is named after its row (outbox/claim.py)."""
        return int(self.attempt.rpartition("-")[2])


@dataclass
class Ledger:
    """`faults`: what broke the promise, in words; the rest counts how it was kept."""

    due: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    in_flight: list[float] = field(default_factory=list)  # seconds after a STOP's answer
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"  {count:>7}  {what}" for what, count in self.outcomes.most_common()]
        if self.in_flight:
            late = max(self.in_flight)
            lines.append(
                f"  in flight while STOP was answered: {len(self.in_flight)} (at most {late:.2f} s)"
            )
        lines += [f"  BROKEN: {fault}" for fault in self.faults[:_MANY]]
        if len(self.faults) > _MANY:
            lines.append(f"  BROKEN: and {len(self.faults) - _MANY} more")
        return "\n".join(lines)


def audit(
    numbers: Collection[str],
    rows: Iterable[Row],
    taken: Sequence[Taken],
    stopped: Mapping[str, float],
) -> Ledger:
    """`numbers`: whose reminder came due; `stopped`: when each STOP had been answered."""
    ledger = Ledger(len(numbers))
    known = {row.id: row for row in rows}
    times = defaultdict[int, list[Taken]](list)
    for text in taken:
        times[text.row].append(text)
    reminders = {row.number: row for row in known.values() if row.kind == "reminder"}
    for number in numbers:
        row = reminders.get(number)
        if row is None:
            _nothing_written(ledger, number, stopped)
        else:
            ledger.faults += _wrong(row, len(times[row.id]))
            ledger.outcomes[_outcome(row)] += 1
    for number_of_row, texts in times.items():
        ledger.faults += _wrongly_taken(ledger, known.get(number_of_row), texts, stopped)
    return ledger


def _nothing_written(ledger: Ledger, number: str, stopped: Mapping[str, float]) -> None:
    if number in stopped:
        ledger.outcomes["not written: opted out before"] += 1
    else:
        ledger.faults.append(f"{number}: no row was written, and they didn't leave")


def _outcome(row: Row) -> str:
    reason = row.error.partition(".")[0]
    return f"{row.state}: {reason}" if row.state in ENDED else row.state


def _wrong(row: Row, taken: int) -> Iterator[str]:
    if row.state not in WENT | ENDED:
        yield f"row {row.id} is left {row.state} (taken {taken} times)"
    elif row.state in WENT and not taken:
        yield f"row {row.id} is {row.state}, but the provider never took it"
    elif row.state in ENDED and taken:
        yield f"row {row.id} is {row.state} ({row.error}), but the provider took it"
    elif row.state in ENDED and not row.error:
        yield f"row {row.id} is {row.state} without a reason"


def _wrongly_taken(
    ledger: Ledger, row: Row | None, texts: Sequence[Taken], stopped: Mapping[str, float]
) -> Iterator[str]:
    if row is None:
        yield f"the provider took attempt {texts[0].attempt}, which no row knows"
        return
    if len(texts) > (1 if row.kind == "reminder" else RESENDS):
        yield f"row {row.id} ({row.kind}) was taken {len(texts)} times"
    for text in texts if row.kind == "reminder" else ():
        after = text.came - stopped.get(text.number, float("inf"))
        if text.came > row.best_before + IN_FLIGHT:
            yield f"row {row.id} came {text.came - row.best_before:.1f} s after its best-before"
        if after > 0 and row.claimed <= stopped[text.number] and after <= IN_FLIGHT:
            ledger.in_flight.append(after)
        elif after > 0:
            yield f"row {row.id} came {after:.1f} s after STOP was answered"


def rows_of(session: Session) -> list[Row]:
    found = session.execute(
        select(
            Entry.id, Entry.kind, AddressRow.handle, Entry.state, Entry.error, Entry.claimed_at,
            Entry.best_before,
        ).join(AddressRow, AddressRow.id == Entry.address_id)
    )  # fmt: skip
    return [
        Row(key, kind, number, state, error, _seconds(claimed, 0.0), _seconds(best, float("inf")))
        for key, kind, number, state, error, claimed, best in found
    ]


def _seconds(moment: datetime | None, otherwise: float) -> float:
    return moment.astimezone(UTC).timestamp() if moment else otherwise
