"""What a drawing is made of: lines with round ends, and dots; each in an ink that a palette gives a colour."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from messages.skeleton import Point

PAPER, NEAR, FAR, TRUNK, PROP, MARK = INKS = ("paper", "near", "far", "trunk", "prop", "mark")
WIDTH, HEIGHT = 240.0, 160.0  # of a drawing; x grows to the right, y downwards

Palette = Mapping[str, str]

LIGHT: Palette = {
    PAPER: "#fbfaf7",
    NEAR: "#1d2421",
    FAR: "#7b8983",
    TRUNK: "#0b6b5c",
    PROP: "#9a7a4e",
    MARK: "#b8480b",
}
DARK: Palette = {
    PAPER: "#151a18",
    NEAR: "#eceeea",
    FAR: "#7a8781",
    TRUNK: "#5cc4ad",
    PROP: "#ab8b5c",
    MARK: "#ffab5e",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Through all its points, with round ends and joins. A filled one is closed, with its inside in the same ink."""

    points: tuple[Point, ...]
    width: float
    ink: str
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    center: Point
    radius: float
    ink: str


Shape = Line | Dot
Box = tuple[float, float, float, float]  # left, low y, right, high y


def bounds(shapes: Iterable[Shape]) -> Box:
    """The smallest box around all that is inked."""
    edges = [_edges(shape) for shape in shapes if shape.ink != PAPER]
    lefts, lows, rights, highs = zip(*edges, strict=True)
    return min(lefts), min(lows), max(rights), max(highs)


def _edges(shape: Shape) -> Box:
    points, margin = (
        ((shape.center,), shape.radius)
        if isinstance(shape, Dot)
        else (shape.points, shape.width / 2)
    )
    xs, ys = zip(*points, strict=True)
    return min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin


def placed(shape: Shape, scale: float, at: Point) -> Shape:
    """From a figure's units, y upwards, into the drawing, where (0, 0) lies at `at`."""

    def moved(point: Point) -> Point:
        return at[0] + scale * point[0], at[1] - scale * point[1]

    if isinstance(shape, Dot):
        return replace(shape, center=moved(shape.center), radius=shape.radius * scale)
    points = tuple(moved(point) for point in shape.points)
    return replace(shape, points=points, width=shape.width * scale)
