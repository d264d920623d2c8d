"""Arrows and ticks: how what moves is shown."""

from collections.abc import Mapping
from math import asin, atan2, cos, hypot, pi, sin

from messages.poses import BOTH_WAYS, TICKS, Mark
from messages.shapes import MARK, Line
from messages.skeleton import Point

_WIDTH = 2.6
_BARB, _SPREAD = 5.5, 0.6  # of an arrow's head: length, and half its angle
_FAN = 0.5  # between two ticks
_STEPS = 14


def mark_shapes(mark: Mark, joints: Mapping[str, Point]) -> tuple[Line, ...]:
    x, y = joints[mark.joint]
    tail, tip = ((x + right, y + up) for right, up in (mark.tail, mark.tip))
    if mark.kind == TICKS:
        return tuple(
            Line((_turned(tail, (x, y), turn), _turned(tip, (x, y), turn)), _WIDTH, MARK)
            for turn in (-_FAN, 0, _FAN)
        )
    path = arc(tail, tip, mark.bend)
    heads = [path, path[::-1]] if mark.kind == BOTH_WAYS else [path]
    return (Line(path, _WIDTH, MARK), *(Line(head(way), _WIDTH, MARK) for way in heads))


def head(path: tuple[Point, ...], barb: float = _BARB) -> tuple[Point, ...]:
    """Two barbs at the end of a path, in line with where it comes from about a barb before."""
    tip = path[-1]
    before = next(
        (
            point
            for point in reversed(path)
            if hypot(tip[0] - point[0], tip[1] - point[1]) >= barb * 0.7
        ),
        path[0],
    )
    back = atan2(before[1] - tip[1], before[0] - tip[0])
    left, right = (
        (tip[0] + barb * cos(back + turn), tip[1] + barb * sin(back + turn))
        for turn in (-_SPREAD, _SPREAD)
    )
    return left, tip, right


def arc(tail: Point, tip: Point, bend: float) -> tuple[Point, ...]:
    """A straight line, or a piece of a circle whose middle lies `bend` to the left of the line."""
    if not bend:
        return tail, tip
    right, up = tip[0] - tail[0], tip[1] - tail[1]
    chord = hypot(right, up)
    radius = (chord * chord / 4 + bend * bend) / (2 * abs(bend))
    # The centre lies on the other side of the line than the bend, unless it is more than half a circle.
    off = (abs(bend) - radius) * (1 if bend > 0 else -1)
    center = (
        (tail[0] + tip[0]) / 2 - up / chord * off,
        (tail[1] + tip[1]) / 2 + right / chord * off,
    )
    half = asin(min(1, chord / 2 / radius))
    if abs(bend) > radius:
        half = pi - half
    sweep = 2 * half * (-1 if bend > 0 else 1)
    first = atan2(tail[1] - center[1], tail[0] - center[0])
    return tuple(
        (center[0] + radius * cos(angle), center[1] + radius * sin(angle))
        for angle in (first + sweep * step / _STEPS for step in range(_STEPS + 1))
    )


def _turned(point: Point, about: Point, turn: float) -> Point:
    x, y = point[0] - about[0], point[1] - about[1]
    return about[0] + x * cos(turn) - y * sin(turn), about[1] + x * sin(turn) + y * cos(turn)
