"""The card: four of A6 on an A4 sheet, with marks to cut along."""

from collections.abc import Iterator

from messages.paper.ink import (
    A4,
    ALARM_INK,
    BRAND,
    MM,
    RULE,
    SOFT,
    WHITE,
    Box,
    Code,
    Mark,
    Rule,
    Sheet,
)
from messages.paper.leaflet import Leaflet
from messages.paper.poster import sample
from messages.paper.setting import Column, fitting, key

ACROSS = DOWN = 2
WIDTH, HEIGHT = A4[0] / ACROSS, A4[1] / DOWN
MARGIN = 9 * MM
ROOM = WIDTH - 2 * MARGIN
BAND = 34 * MM
CODE = 34 * MM
SHOWN = 6  # keywords
_CUT, _HAIR = 6 * MM, 0.4


def cards(leaflet: Leaflet) -> Sheet:
    marks: list[Mark] = []
    for place in range(ACROSS * DOWN):
        marks += _card(leaflet, place % ACROSS * WIDTH, place // ACROSS * HEIGHT)
    marks += _cuts()
    return Sheet(leaflet.title, leaflet.language, leaflet.programme, marks)


def _card(leaflet: Leaflet, left: float, top: float) -> Iterator[Mark]:
    inner = left + MARGIN
    yield Box((left, top), WIDTH, BAND, BRAND)
    head = Column(inner, top + 7 * MM, ROOM)
    head.text(leaflet.programme, 10, ink=WHITE, bold=True)
    head.gap(1.5 * MM)
    size = fitting(leaflet.headline, 24, ROOM, bold=True)
    head.text(leaflet.headline, size, ink=WHITE, bold=True, leading=1.15)
    yield from head.marks
    yield from sample(leaflet, left + WIDTH - MARGIN, top + 5.5 * MM, 7)
    side = left + WIDTH - MARGIN - CODE
    yield Code(leaflet.link, (side, top + BAND + 2 * MM), CODE)
    call = Column(inner, top + BAND + 6 * MM, ROOM - CODE - 3 * MM)
    call.text(leaflet.scan, 11)
    call.gap(1 * MM)
    call.key(leaflet.word, 15)
    call.gap(1.5 * MM)
    call.text(leaflet.scan_end, 11.5, bold=True)
    yield from call.marks
    yield from _topics(leaflet, inner, top + BAND + CODE + 4.5 * MM)
    yield from _foot(leaflet, inner, top + 112 * MM)


def _topics(leaflet: Leaflet, left: float, top: float) -> Iterator[Mark]:
    column = Column(left, top, ROOM)
    column.text(leaflet.topics, 10, ink=BRAND, bold=True)
    yield from column.marks
    for place, (word, gives) in enumerate(leaflet.keywords[:SHOWN]):
        down = column.y + 0.5 * MM + place * 5.1 * MM
        yield from key(word, (left, down), 7.5, 24 * MM, 4.3 * MM)
        told = Column(left + 26 * MM, down + 0.8 * MM, ROOM - 26 * MM)
        told.text(gives, fitting(gives, 8.5, told.room))
        yield from told.marks


def _foot(leaflet: Leaflet, left: float, top: float) -> Iterator[Mark]:
    column = Column(left, top, ROOM)
    column.text(leaflet.emergency, 7, ink=ALARM_INK, bold=True, leading=1.2)
    column.gap(0.8 * MM)
    column.text(leaflet.small_print, 6.3, ink=SOFT, leading=1.18)
    yield from column.marks


def _cuts() -> Iterator[Mark]:
    """At the edges of the sheet, where the lines between the cards end, and where they cross."""
    right, low = A4
    middle, half = right / 2, low / 2
    for start, end in (
        ((middle, 0), (middle, _CUT)),
        ((middle, low - _CUT), (middle, low)),
        ((0, half), (_CUT, half)),
        ((right - _CUT, half), (right, half)),
        ((middle, half - _CUT / 2), (middle, half + _CUT / 2)),
        ((middle - _CUT / 2, half), (middle + _CUT / 2, half)),
    ):
        yield Rule(start, end, _HAIR, RULE)
