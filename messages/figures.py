"""Line drawings of the stretches: how one begins, an arrow, and how it ends."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from math import sin

from messages.marks import head, mark_shapes
from messages.poses import Figure, Mark, figures
from messages.props import prop_shapes
from messages.shapes import (
    FAR,
    HEIGHT,
    NEAR,
    PAPER,
    PROP,
    TRUNK,
    WIDTH,
    Dot,
    Line,
    Shape,
    bounds,
    placed,
)
from messages.skeleton import FOOT, FRONT, HEAD, SIDES, SIT, Point, Pose, away, joints

GROUND = 141.0  # in the drawing
ARM_WIDTH, LEG_WIDTH, NECK_WIDTH, SPINE = 5.4, 6.6, 5.0, 13.0
_EYE, _NOSE, _SMILE = 1.25, 1.7, 1.3
_HALO = 1.5  # of paper around what lies in front of something else
_MARGIN, _BETWEEN, _LARGEST, _GROUND_WIDTH = 6.0, 26.0, 1.35, 2.0
_ARROW, _ARROW_WIDTH = 16.0, 3.4
_NUMBERS = (  # 1 and 2, for where to begin; units around their middle, y upwards
    ((-1.3, 1.7), (0.4, 3.0), (0.4, -3.0)),
    (
        (-1.9, 1.5),
        (-1.3, 2.6),
        (0, 3.0),
        (1.4, 2.6),
        (1.8, 1.4),
        (1.3, 0.1),
        (-2.0, -3.0),
        (2.1, -3.0),
    ),
)


@lru_cache(maxsize=64)
def drawing(stretch: str) -> tuple[Shape, ...]:
    """All shapes of a stretch's picture, the hindmost first. KeyError where it has no figure."""
    return draw(figures()[stretch])


def draw(figure: Figure) -> tuple[Shape, ...]:
    """Start and end side by side, as large as they fit, on one ground."""
    poses = (
        (*prop_shapes(figure.prop), *pose_shapes(pose), *_marks(figure.marks, name, pose))
        for name, pose in (("start", figure.start), ("end", figure.end))
    )
    start, end = (tuple(shapes) for shapes in poses)
    return tuple(_side_by_side(start, end))


def _side_by_side(start: tuple[Shape, ...], end: tuple[Shape, ...]) -> Iterator[Shape]:
    boxes = [bounds(shapes) for shapes in (start, end)]
    widths = [right - left for left, _, right, _ in boxes]
    scale = min(
        (WIDTH - 2 * _MARGIN - _BETWEEN) / sum(widths),
        (GROUND - _GROUND_WIDTH / 2 - _MARGIN) / (max(high for *_, high in boxes) + LEG_WIDTH / 2),
        _LARGEST,
    )
    spare = (WIDTH - scale * sum(widths) - _BETWEEN) / 4
    ground = Line(((_MARGIN, GROUND), (WIDTH - _MARGIN, GROUND)), _GROUND_WIDTH, PROP)
    left = spare
    for number, (shapes, box, width) in enumerate(zip((start, end), boxes, widths, strict=True)):
        at = (left - scale * box[0], GROUND - scale * LEG_WIDTH / 2 - _GROUND_WIDTH / 2)
        yield from (placed(shape, scale, at) for shape in shapes)
        yield from _number(number, (left + scale * width / 2, (GROUND + HEIGHT) / 2 + 0.5))
        left += scale * width + _BETWEEN + 2 * spare
    middle = spare + scale * widths[0] + spare + _BETWEEN / 2
    yield from _arrow(middle)
    yield ground


def _arrow(middle: float) -> Iterator[Shape]:
    path = ((middle - _ARROW / 2, GROUND / 2), (middle + _ARROW / 2, GROUND / 2))
    yield Line(path, _ARROW_WIDTH, PROP)
    yield Line(head(path, _ARROW * 0.5), _ARROW_WIDTH, PROP)


def _number(number: int, at: Point) -> Iterator[Shape]:
    yield Dot(at, 6.2, PROP)
    yield placed(Line(_NUMBERS[number], 1.4, PAPER), 1, at)


def _marks(marks: tuple[Mark, ...], name: str, pose: Pose) -> Iterator[Shape]:
    found = joints(pose)
    for mark in marks:
        if mark.on == name:
            yield from _in_front(mark_shapes(mark, found))


def pose_shapes(pose: Pose) -> Iterator[Shape]:
    """A person in the pose's units, y upwards."""
    found = joints(pose)
    if pose.view == FRONT:
        yield from _from_the_front(pose, found)
    else:
        yield from _from_the_side(pose, found)


def _from_the_side(pose: Pose, found: Mapping[str, Point]) -> Iterator[Shape]:
    yield from _limb(found, "arm", "l", FAR)
    yield from _limb(found, "leg", "l", FAR)
    yield from _limb(found, "leg", "r", NEAR)
    yield Line(_back(found), SPINE, TRUNK)
    yield Line((found["neck"], found["head"]), NECK_WIDTH, NEAR)
    yield Dot(found["head"], HEAD, NEAR)
    yield Dot(away(found["head"], pose.neck + 97, HEAD), _NOSE, NEAR)
    yield Dot(away(found["head"], pose.neck + 72, HEAD * 0.55), _EYE, PAPER)
    yield from _in_front(_limb(found, "arm", "r", NEAR))


def _from_the_front(pose: Pose, found: Mapping[str, Point]) -> Iterator[Shape]:
    # A leg that is laid over the other one comes last.
    sides = sorted(SIDES, key=lambda side: found[f"ankle_{side}"][1])
    legs = [shape for side in sides for shape in _leg_from_the_front(found, side)]
    trunk = Line(_chest(found), LEG_WIDTH, TRUNK, filled=True)
    yield Line((found["neck"], found["head"]), NECK_WIDTH, NEAR)
    # Whoever sits has the thighs in front of the trunk.
    yield from (trunk, *legs) if pose.base == SIT else (*legs, trunk)
    yield Dot(found["head"], HEAD + _HALO, PAPER)
    yield Dot(found["head"], HEAD, NEAR)
    yield from _face(pose, found["head"])
    for side in SIDES:
        yield from _in_front(_limb(found, "arm", side, NEAR))


def _leg_from_the_front(found: Mapping[str, Point], side: str) -> Iterator[Shape]:
    leg = tuple(_limb(found, "leg", side, NEAR))
    yield from _in_front(leg)
    if found[f"ankle_{side}"][1] > FOOT:
        yield from _in_front([replace(line, points=line.points[1:]) for line in leg])


def _face(pose: Pose, head: Point) -> Iterator[Shape]:
    """On a ball that turns: the nose shows beside it, and an eye goes out of sight."""

    def on_the_ball(turned: float, up: float, radius: float = HEAD) -> Point:
        return away(away(head, pose.neck, up), pose.neck + 90, radius * sin(pose.face + turned))

    yield Dot(on_the_ball(0, 0, HEAD + 1.4), _NOSE, NEAR)
    for eye in (-0.42, 0.42):
        if abs(pose.face + eye) < 1:
            yield Dot(on_the_ball(eye, 1.6), _EYE, PAPER)
    smile = [
        on_the_ball(0.13 * step, 0.16 * step * step - 3.6)
        for step in range(-3, 4)
        if abs(pose.face + 0.13 * step) < 1
    ]
    yield Line(tuple(smile), _SMILE, PAPER)


def _chest(found: Mapping[str, Point]) -> tuple[Point, ...]:
    """Within the shoulders, for the arms hang outside."""
    left, right = found["shoulder_l"], found["shoulder_r"]
    inset = tuple((right[axis] - left[axis]) * 0.15 for axis in (0, 1))
    return (
        (left[0] + inset[0], left[1] + inset[1]),
        found["neck"],
        (right[0] - inset[0], right[1] - inset[1]),
        found["hip_r"],
        found["hip_l"],
    )


_JOINTS = {"arm": ("shoulder", "elbow", "hand"), "leg": ("hip", "knee", "ankle", "toe")}
_WIDTHS = {"arm": ARM_WIDTH, "leg": LEG_WIDTH}


def _limb(found: Mapping[str, Point], limb: str, side: str, ink: str) -> Iterator[Line]:
    points = tuple(found[f"{joint}_{side}"] for joint in _JOINTS[limb])
    yield Line(points, _WIDTHS[limb], ink)


def _in_front(lines: Iterable[Line]) -> Iterator[Shape]:
    """Set off by a rim of paper from what lies behind."""
    for line in lines:
        yield Line(line.points, line.width + 2 * _HALO, PAPER)
        yield line


def _back(found: Mapping[str, Point]) -> tuple[Point, ...]:
    """From the hip over the waist to below the neck as one curve, for a back has no corner."""
    hip, waist, neck = (found[name] for name in ("hip", "waist", "neck"))
    pull = tuple(2 * waist[axis] - (hip[axis] + neck[axis]) / 2 for axis in (0, 1))
    steps = [step / 9 for step in range(9)]
    return tuple(
        (
            (1 - t) ** 2 * hip[0] + 2 * t * (1 - t) * pull[0] + t * t * neck[0],
            (1 - t) ** 2 * hip[1] + 2 * t * (1 - t) * pull[1] + t * t * neck[1],
        )
        for t in steps
    )
