"""The poster: one A4 sheet to hang up."""

from collections.abc import Iterator

from messages.figures import drawing
from messages.paper.faces import width
from messages.paper.ink import (
    A4,
    ALARM,
    ALARM_EDGE,
    ALARM_INK,
    BRAND,
    MM,
    NOTE,
    NOTE_INK,
    RULE,
    SHEET,
    SOFT,
    WHITE,
    Art,
    Box,
    Code,
    Mark,
    Sheet,
    Text,
)
from messages.paper.leaflet import Leaflet
from messages.paper.setting import Column, fitting, key

MARGIN = 15 * MM
ROOM = A4[0] - 2 * MARGIN
BAND = 92 * MM  # how far down the coloured part goes
PICTURE, CODE = 112 * MM, 60 * MM  # widths
_ASIDE = A4[0] - MARGIN - CODE


def poster(leaflet: Leaflet) -> Sheet:
    marks: list[Mark] = [
        *_band(leaflet),
        *_move(leaflet),
        *_way_in(leaflet),
        *_topics(leaflet),
        *_foot(leaflet),
    ]
    return Sheet(leaflet.title, leaflet.language, leaflet.programme, marks)


def _band(leaflet: Leaflet) -> Iterator[Mark]:
    yield Box((0, 0), A4[0], BAND, BRAND)
    column = Column(MARGIN, 14 * MM, ROOM)
    column.text(leaflet.programme, 17, ink=WHITE, bold=True)
    column.gap(4 * MM)
    size = fitting(leaflet.headline, 50, ROOM, bold=True)
    column.text(leaflet.headline, size, ink=WHITE, bold=True, leading=1.12)
    column.gap(5 * MM)
    column.text(leaflet.lead, 15, ink=WHITE, leading=1.4)
    yield from column.marks
    yield from sample(leaflet, A4[0] - MARGIN, 13 * MM, 12)


def sample(leaflet: Leaflet, right: float, top: float, size: float) -> Iterator[Mark]:
    """Nobody shall hang up what leads to a demo."""
    if leaflet.sample:
        broad, tall = width(leaflet.sample, size, bold=True) + 2 * size, 2 * size
        yield Box((right - broad, top), broad, tall, NOTE, NOTE_INK, size / 2)
        at = (right - broad + size, top + 1.35 * size)
        yield Text(leaflet.sample, at, size, NOTE_INK, bold=True)


def _move(leaflet: Leaflet) -> Iterator[Mark]:
    top = BAND + 8 * MM
    tall = PICTURE * 2 / 3
    yield Box((MARGIN, top), PICTURE, tall, SHEET, RULE, 9)
    inset = 2 * MM
    yield Art(drawing(leaflet.move.id), (MARGIN + inset, top + inset), PICTURE - 2 * inset)
    column = Column(MARGIN, top + tall + 2.5 * MM, PICTURE)
    column.text(leaflet.move_name, 12, bold=True)
    column.text(leaflet.move_text, 10.5, ink=SOFT)
    yield from column.marks


def _way_in(leaflet: Leaflet) -> Iterator[Mark]:
    top = BAND + 8 * MM
    yield Box((_ASIDE, top), CODE, CODE, WHITE, BRAND, 9)
    yield Code(leaflet.link, (_ASIDE + 2 * MM, top + 2 * MM), CODE - 4 * MM)
    column = Column(_ASIDE, top + CODE + 3.5 * MM, CODE)
    column.text(leaflet.scan, 15, centred=True)
    column.gap(1 * MM)
    column.key(leaflet.word, 21, centred=True)
    column.gap(2.5 * MM)
    column.text(leaflet.scan_end, 15, bold=True, centred=True)
    yield from column.marks


def _topics(leaflet: Leaflet) -> Iterator[Mark]:
    column = Column(MARGIN, 199 * MM, ROOM)
    column.text(leaflet.topics, 17, ink=BRAND, bold=True)
    top = column.y + 2 * MM
    yield from column.marks
    rows = -(-len(leaflet.keywords) // 2)
    for place, (word, gives) in enumerate(leaflet.keywords):
        left = MARGIN + place // rows * (ROOM / 2 + 2 * MM)
        down = top + place % rows * 9.5 * MM
        yield from key(word, (left, down), 11, 29 * MM, 7 * MM)
        told = Column(left + 31 * MM, down + 1.5 * MM, ROOM / 2 - 33 * MM)
        told.text(gives, fitting(gives, 11.5, told.room))
        yield from told.marks


def _foot(leaflet: Leaflet) -> Iterator[Mark]:
    top = 251 * MM
    alarm = Column(MARGIN + 4 * MM, top + 2.5 * MM, ROOM - 8 * MM)
    alarm.text(leaflet.emergency, 11, ink=ALARM_INK, bold=True)
    yield Box((MARGIN, top), ROOM, alarm.y - top + 1.5 * MM, ALARM, ALARM_EDGE, 6)
    yield from alarm.marks
    small = Column(MARGIN, alarm.y + 4 * MM, ROOM)
    small.text(leaflet.small_print, 8.5, ink=SOFT, leading=1.25)
    yield from small.marks
