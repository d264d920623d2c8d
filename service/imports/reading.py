"""A CSV file as people make them, read line by line, whatever its encoding and its separator.

Only as much of it is in memory as one line takes.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

COLUMNS = (
    "number", "country", "language", "zone", "hours", "days", "every",
    "consent_at", "consent_source", "consent_words",
)  # fmt: skip
NUMBER = "number"
_SEPARATORS = ",;\t|"
_UTF_8, _OTHER = (
    "utf-8-sig",
    "cp1252",
)  # what Excel writes for the west, and Latin-1 but for odd signs
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_TALLEST = 20  # lines of one row: more are a quotation mark that nobody closed
_UNCLOSED = "A quotation mark is opened and not closed, so these lines ran together."
_LONG = "A cell is longer than a whole page: is a quotation mark not closed?"


class Unreadable(Exception):
    """This is no list that can be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list, and on which line of the file it begins."""

    at: int
    cells: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""  # why it can't be read


@dataclass(frozen=True, slots=True)
class Heading:
    columns: Sequence[str]
    separator: str
    ignored: Sequence[str]  # columns that we don't keep, as they are written


def encoding_of(parts: Iterable[bytes]) -> str:
    """By its mark, by the NULs of UTF-16, or else UTF-8 where all of it is that."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    whole = True
    for number, part in enumerate(parts):
        if number == 0:
            marked = next((name for mark, name in _MARKS if part.startswith(mark)), "")
            if marked or (marked := _by_nulls(part)):
                return marked
        if whole:
            try:
                decoder.decode(part)
            except UnicodeDecodeError:
                whole = False
    return _UTF_8 if whole else _OTHER


def _by_nulls(start: bytes) -> str:
    """ASCII in UTF-16 is every other byte a NUL."""
    some = start[:1000]
    even, odd = some[::2].count(0), some[1::2].count(0)
    if odd > len(some) // 4 > even:
        return "utf-16-le"
    return "utf-16-be" if even > len(some) // 4 > odd else ""


def heading_of(parts: Iterable[bytes], encoding: str) -> Heading:
    """What the columns are. Raises Unreadable."""
    rows = _Rows(parts, encoding)
    first = next((line for line in rows.lines if line.strip()), "")
    choices = [_heading(first, separator) for separator in _SEPARATORS]
    best = max(choices, key=lambda heading: sum(name in COLUMNS for name in heading.columns))
    if NUMBER not in best.columns:
        raise Unreadable(
            f'The first line has no column called "{NUMBER}". It names the columns: '
            f"{', '.join(COLUMNS)}. Only {NUMBER} and what shows consent must be there."
        )
    twice = next((name for name in COLUMNS if best.columns.count(name) > 1), "")
    if twice:
        raise Unreadable(f'Two columns are called "{twice}": which one counts?')
    return best


def _heading(first: str, separator: str) -> Heading:
    try:
        cells = next(csv.reader([first], delimiter=separator), [])
    except csv.Error:
        cells = []
    names = ["_".join(cell.strip().lower().replace("-", " ").split()) for cell in cells]
    ignored = [cell.strip() for cell, name in zip(cells, names, strict=True) if name not in COLUMNS]
    return Heading(names, separator, [name for name in ignored if name])


def lines_of(parts: Iterable[bytes], encoding: str, heading: Heading) -> Iterator[Line]:
    """Every row below the heading; empty ones are left out. It never raises for what a row holds."""
    rows = _Rows(parts, encoding)
    reader = csv.reader(rows.lines, delimiter=heading.separator)
    begun = False
    while True:
        at = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Line(at, problem=_LONG)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if begun:
            yield _line(at, reader.line_num, cells, heading)
        begun = True


def _line(at: int, ends: int, cells: Sequence[str], heading: Heading) -> Line:
    named = dict(zip(heading.columns, map(str.strip, cells), strict=False))
    if ends - at >= _TALLEST:
        return Line(at, named, f"{_UNCLOSED} (Lines {at} to {ends}.)")
    if any(cell.strip() for cell in cells[len(heading.columns) :]):
        more = "This line has more cells than the heading: put a text that holds the separator in quotation marks."
        return Line(at, named, more)
    return Line(at, named)


class _Rows:
    """The parts as lines of text, as the csv module takes them."""

    def __init__(self, parts: Iterable[bytes], encoding: str) -> None:
        raw: Any = _Raw(parts)
        text = io.TextIOWrapper(io.BufferedReader(raw), encoding, errors="replace", newline="")
        self.lines = (line.replace("\0", "") for line in text)


class _Raw(io.RawIOBase):
    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = part
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
