"""Tables as files that a spreadsheet shows and never runs."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from flask import Response

_RUNS = ("=", "+", "-", "@", "\t", "\r")  # a text that begins so is taken for a formula
_TYPE = "text/csv; charset=utf-8"
_MARK = "\ufeff"  # before the first line: without it Excel takes UTF-8 for something older


def download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A file of this name, without its ending. The rows are read while it is sent."""
    response = Response(_lines(header, rows), content_type=_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return response


def _lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield _MARK + _line(header)
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([_cell(cell) for cell in cells])
    return written.getvalue()


def _cell(value: object) -> object:
    """What would be a formula is led by an apostrophe, which an import takes off."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUNS) else value
