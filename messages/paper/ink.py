"""What a sheet is made of: texts, boxes, a drawing and a code; in points, x to the right and y downwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from messages.shapes import Shape
from messages.skeleton import Point

MM = 72 / 25.4  # points
A4 = (210 * MM, 297 * MM)
WHITE, SHEET, INK, SOFT, RULE, BRAND, ALARM, ALARM_EDGE, ALARM_INK, NOTE, NOTE_INK = (
    "white", "sheet", "ink", "soft", "rule", "brand", "alarm", "alarm_edge", "alarm_ink", "note", "note_ink",
)  # fmt: skip
COLOURS: Mapping[str, str] = {
    WHITE: "#ffffff",
    SHEET: "#fbfaf7",
    INK: "#1d2421",
    SOFT: "#55605b",
    RULE: "#cfc9be",
    BRAND: "#0b6b5c",
    ALARM: "#fdeae7",
    ALARM_EDGE: "#c3271b",
    ALARM_INK: "#7d130b",
    NOTE: "#fff3d6",
    NOTE_INK: "#6d4a00",
}


@dataclass(frozen=True, slots=True)
class Text:
    """One line; `at` is where its baseline begins."""

    text: str
    at: Point
    size: float
    ink: str = INK
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    at: Point  # its upper left corner
    width: float
    height: float
    ink: str
    edge: str = ""  # "" for none
    radius: float = 0


@dataclass(frozen=True, slots=True)
class Rule:
    start: Point
    end: Point
    width: float
    ink: str


@dataclass(frozen=True, slots=True)
class Art:
    """A stretch's drawing, as wide as it says."""

    shapes: tuple[Shape, ...]
    at: Point
    width: float


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code with its quiet zone; whoever reads the sheet on a screen may click on it."""

    link: str
    at: Point
    size: float


Mark = Text | Box | Rule | Art | Code


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed page."""

    title: str
    language: str
    author: str
    marks: Sequence[Mark]
    width: float = A4[0]
    height: float = A4[1]
