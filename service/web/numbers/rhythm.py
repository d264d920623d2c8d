"""The hours of a week in which people do what they are reminded of."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.web.numbers.history import Table

_SHADES = 5
_FEW = 5  # reminders of which a rate says little


@dataclass(frozen=True, slots=True)
class Cell:
    """DONEs for 100 reminders; None: nobody was reminded."""

    rate: float | None
    shade: int  # 0 to 5, against the best hour; of few reminders 1 at most
    reminders: int
    dones: int


def heat(table: Table) -> Sequence[tuple[int, Sequence[Cell]]]:
    """Hour by hour from the first to the last in which anything was, a cell for each weekday."""
    cells = [(row[1], row[2], row[3]) for row in table.rows]  # 24 for each weekday
    used = [hour for hour in range(24) if any(cells[day * 24 + hour][0] for day in range(7))]
    if not used:
        return []
    enough = min(_FEW, max(reminders for reminders, _, _ in cells))
    best = max((rate or 0) for reminders, _, rate in cells if reminders >= enough) or 1
    return [
        (hour, [_cell(cells[day * 24 + hour], enough, best) for day in range(7)])
        for hour in range(used[0], used[-1] + 1)
    ]


def _cell(row: tuple[int, int, float | None], enough: int, best: float) -> Cell:
    reminders, dones, rate = row
    shade = round(_SHADES * min(1, (rate or 0) / best))
    return Cell(rate, shade if reminders >= enough else min(1, shade), reminders, dones)
