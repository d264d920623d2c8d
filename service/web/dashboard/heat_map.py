"""A forecast as a calendar: a row a day, a cell an hour, and what operators must be warned of."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from service.reminders.forecast import Forecast, Tally

HEATS = 5
_LISTED = 8  # minutes


@dataclass(frozen=True, slots=True)
class Cell:
    reminders: int
    heat: int  # 0 for none, up to HEATS


@dataclass(frozen=True, slots=True)
class Day:
    """A row of the calendar."""

    date: date
    cells: Sequence[Cell]
    reminders: int
    segments: float
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Total:
    reminders: int
    segments: float
    cost: Decimal
    hours: Sequence[int]


@dataclass(frozen=True, slots=True)
class Shade:
    """A legend's entry: from how many reminders to how many."""

    heat: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Crowded:
    """Minutes that hold more than the sender can send in one."""

    minutes: int
    can: int
    fullest: Sequence[tuple[datetime, int]]


def rows(first: date, tally: Tally, price: Decimal) -> list[Day]:
    fullest = max(tally.reminders)
    found = []
    for number in range(len(tally.reminders) // 24):
        hours = slice(number * 24, number * 24 + 24)
        reminders, segments = tally.reminders[hours], sum(tally.segments[hours])
        found.append(
            Day(
                first + timedelta(days=number),
                [Cell(many, _heat(many, fullest)) for many in reminders],
                sum(reminders),
                segments,
                Decimal(segments) * price,
            )
        )
    return found


def _heat(many: int, fullest: int) -> int:
    return -(-many * HEATS // fullest) if many else 0


def legend(days: Sequence[Day]) -> Sequence[Shade]:
    fullest = max(cell.reminders for day in days for cell in day.cells)
    edges = [fullest * heat // HEATS for heat in range(HEATS + 1)]
    shades = (Shade(heat, edges[heat - 1] + 1, edges[heat]) for heat in range(1, HEATS + 1))
    return [shade for shade in shades if shade.least <= shade.most]


def total(days: Sequence[Day]) -> Total:
    return Total(
        sum(day.reminders for day in days),
        sum(day.segments for day in days),
        sum((day.cost for day in days), Decimal(0)),
        [sum(day.cells[hour].reminders for day in days) for hour in range(24)],
    )


def crowded(forecast: Forecast, rate: float) -> Crowded | None:
    """`rate`: segments a second."""
    can = max(1, int(60 * rate))
    over = [(many, at) for at, many in enumerate(forecast.minutes) if many > can]
    if not over:
        return None
    begins = datetime.combine(forecast.first, time())
    worst = sorted(
        heapq.nsmallest(_LISTED, over, key=lambda each: (-each[0], each[1])),
        key=lambda each: each[1],
    )
    return Crowded(len(over), can, [(begins + timedelta(minutes=at), many) for many, at in worst])


def over_daily(forecast: Forecast, budget: int, spent: int) -> list[tuple[date, float]]:
    """The days (UTC) that would use up the day's budget; 0: no limit.

    `spent`: segments of the first day so far.
    """
    (first, size), *later = _days(forecast)
    days = [(first, size + spent), *later]
    return [(day, size) for day, size in days if 0 < budget < size]


def over_monthly(forecast: Forecast, budget: int, spent: int) -> list[tuple[date, float]]:
    """The months, by their first day, whose budget would be used up by the end; 0: no limit.

    `spent`: segments of this month so far.
    """
    months = {forecast.first.replace(day=1): float(spent)}
    for day, size in _days(forecast):
        month = day.replace(day=1)
        months[month] = months.get(month, 0.0) + size
    return [(month, size) for month, size in months.items() if 0 < budget < size]


def _days(forecast: Forecast) -> list[tuple[date, float]]:
    segments = forecast.utc.segments
    return [
        (forecast.first + timedelta(days=at // 24), sum(segments[at : at + 24]))
        for at in range(0, len(segments), 24)
    ]
