"""The hours of a week in which people do what they are reminded of."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.web.numbers.history import Table

_SHADES = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """DONEs for 100 reminders; None: nobody was reminded."""

    rate: float | None
    shade: int  # 0 to 5, against the best hour
    reminders: int
    dones: int


def heat(table: Table) -> Sequence[tuple[int, Sequence[Cell]]]:
    """Hour by hour from the first to the last in which anything was, a cell for each weekday."""
    cells = [tuple(row[1:]) for row in table.rows]  # 24 for each weekday
    used = [hour for hour in range(24) if any(cells[day * 24 + hour][0] for day in range(7))]
    if not used:
        return []
    best = max((rate or 0) for _, _, rate in cells) or 1
    return [
        (
            hour,
            [
                Cell(rate, round(_SHADES * min(1, (rate or 0) / best)), reminders, dones)
                for reminders, dones, rate in (cells[day * 24 + hour] for day in range(7))
            ],
        )
        for hour in range(used[0], used[-1] + 1)
    ]
