"""Lines of CSV that a spreadsheet shows and never runs."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

_RUNS = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is taken for a formula
TYPE = "text/csv; charset=utf-8"
MARK = "\ufeff"  # before the first line: without it Excel takes UTF-8 for something older


def line(cells: Iterable[object]) -> str:
    """One line with its end. What would be a formula is led by an apostrophe, which an import takes off."""
    written = io.StringIO()
    csv.writer(written).writerow([_cell(cell) for cell in cells])
    return written.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    text = str(value)
    return f"'{text}" if text.startswith(_RUNS) else text
