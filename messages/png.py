"""A drawing as PNG, for MMS and chats that show no SVG."""

from collections.abc import Iterable
from io import BytesIO
from itertools import pairwise
from math import hypot

from PIL import Image, ImageDraw

from messages.shapes import HEIGHT, WIDTH, Dot, Line, Palette, Shape
from messages.skeleton import Point

SIZE = (480, 320)
_FINER = 4  # drawn so much larger, for Pillow draws without smoothing
_SCALE = _FINER * SIZE[0] / WIDTH
_COLOURS = 64  # six inks and what lies between them at their edges


def png(shapes: Iterable[Shape], palette: Palette) -> bytes:
    whole = (round(WIDTH * _SCALE), round(HEIGHT * _SCALE))
    image = Image.new("RGB", whole, palette["paper"])
    pen = ImageDraw.Draw(image)
    for shape in shapes:
        colour = palette[shape.ink]
        if isinstance(shape, Dot):
            _dot(pen, shape.center, shape.radius, colour)
        else:
            _line(pen, shape, colour)
    file = BytesIO()
    small = image.reduce(_FINER)
    # An octree takes a fifth of the time that the default's medians take.
    few = small.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(file, "PNG")
    return file.getvalue()


def _line(pen: ImageDraw.ImageDraw, line: Line, colour: str) -> None:
    points = (*line.points, line.points[0]) if line.filled else line.points
    if line.filled:
        pen.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=colour)
    for start, end in pairwise(points):
        pen.polygon(_band(start, end, line.width / 2), fill=colour)
    for point in line.points:
        _dot(pen, point, line.width / 2, colour)


def _band(start: Point, end: Point, half: float) -> list[Point]:
    """The rectangle that a stroke between two points covers; joins and ends are dots."""
    right, down = end[0] - start[0], end[1] - start[1]
    long = hypot(right, down) or 1
    x, y = -down / long * half, right / long * half
    corners = (
        (start[0] + x, start[1] + y),
        (end[0] + x, end[1] + y),
        (end[0] - x, end[1] - y),
        (start[0] - x, start[1] - y),
    )
    return [(x * _SCALE, y * _SCALE) for x, y in corners]


def _dot(pen: ImageDraw.ImageDraw, center: Point, radius: float, colour: str) -> None:
    x, y, r = (value * _SCALE for value in (*center, radius))
    pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)
