"""The figures of the overview: each a table, drawn as a chart, shown behind it, and downloaded as CSV."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from babel import Locale, UnknownLocaleError

from service.web.numbers.history import History, Table

_BARS = 10  # of words, the commonest
_ROWS = 50  # behind a chart; the CSV has all
_UNREAD = {"UNKNOWN": "not understood", "EMERGENCY": "emergency"}


class Shape(StrEnum):
    STACK = "stack"  # steps in time, their columns on top of each other
    LAST = "last"  # steps in time, the last column alone
    WORDS = "words"  # the commonest of many words
    HEAT = "heat"  # hours by weekdays; a table of the page itself


@dataclass(frozen=True, slots=True)
class Figure:
    name: str  # in addresses
    title: str
    unit: str  # of the axis
    shape: Shape
    table: Callable[[History], Table]


FIGURES = {
    figure.name: figure
    for figure in (
        Figure("reminders", "Reminders by outcome", "reminders", Shape.STACK, History.reminders),
        Figure("replies", "Answers by outcome", "answers", Shape.STACK, History.replies),
        Figure("rhythm", "DONEs by local hour and weekday", "", Shape.HEAT, History.rhythm),
        Figure("people", "People by state", "people", Shape.STACK, History.people),
        Figure("opt-outs", "Opt-outs per 1,000 reminders", "opt-outs per 1,000", Shape.LAST, History.opt_outs),
        Figure("keywords", "Keywords received", "texts", Shape.WORDS, History.keywords),
        Figure("languages", "Languages of texts received", "texts", Shape.WORDS, History.languages),
        Figure("emergencies", "Answers to emergencies", "texts", Shape.STACK, History.emergencies),
        Figure("spending", "Segments of what we started, and of answers", "segments", Shape.STACK, History.spending),
    )
}  # fmt: skip


def word(figure: Figure, key: str) -> str:
    """A keyword or a language as an operator reads it."""
    if figure.name != "languages":
        return _UNREAD.get(key, key)
    try:
        return Locale.parse(key).get_language_name("en") or key
    except (UnknownLocaleError, ValueError):
        return "not known"


def commonest(figure: Figure, table: Table) -> list[tuple[str, int]]:
    """The longest bars, and the rest in one."""
    rows = [(word(figure, key), texts) for key, texts in table.rows]
    rest = sum(texts for _, texts in rows[_BARS:])
    return rows[:_BARS] + ([("all others", rest)] if rest else [])


def gist(figure: Figure, table: Table) -> list[tuple[str, float]]:
    """The main figures, for whoever can't see the chart."""
    if figure.shape is Shape.WORDS:
        return [(name, float(texts)) for name, texts in commonest(figure, table)]
    if figure.shape is Shape.LAST:
        left, went = (total for _, total in table.totals[:2])
        return [("overall", round(1000 * left / went, 2) if went else 0.0)]
    if figure.name == "people":
        return list(zip(table.columns[1:], table.rows[-1][1:], strict=True)) if table.rows else []
    return [(name, float(total)) for name, total in table.totals]


def newest(figure: Figure, table: Table) -> tuple[list[tuple[str, ...]], int]:
    """The rows to show behind a chart, and how many there are beyond them; steps without anything
    are left out.
    """
    rows = [row for row in table.rows if any(row[1:])]
    if figure.shape is not Shape.WORDS:
        rows.reverse()
    shown = [(_named(figure, first), *map(_written, values)) for first, *values in rows[:_ROWS]]
    return shown, max(0, len(rows) - _ROWS)


def _named(figure: Figure, step: object) -> str:
    if isinstance(step, str):
        return word(figure, step)
    return f"{step:%d %b %H:%M}" if isinstance(step, datetime) else f"{step:%d %b %Y}"


def _written(value: float | None) -> str:
    return "" if value is None else f"{value:,}"
