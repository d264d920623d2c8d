"""What a figure sits on, holds or leans against, in the figure's units: it sits or stands at x = 0."""

from collections.abc import Mapping

from messages.shapes import PROP, Line, Shape
from messages.skeleton import SEAT, Point

Stroke = tuple[tuple[Point, ...], float]  # points and width

DESK_TOP = 63.5
_THICK, _THIN = 3.6, 2.6
_UNDER = 6.0  # a seat lies below the hips by half a thigh
_FLOOR = -2.0


def _stool() -> tuple[Stroke, ...]:
    seat = SEAT - _UNDER
    return (
        (((-9.5, seat), (10, seat)), _THICK),
        (((-8.5, seat), (-11, _FLOOR)), _THIN),
        (((8.5, seat), (10, _FLOOR)), _THIN),
    )


def _chair(back: float, top: float) -> tuple[Stroke, ...]:
    return (*_stool(), (((-9.5, SEAT - _UNDER), (back, top)), _THICK))


def _bricks(left: float, top: float) -> tuple[Stroke, ...]:
    """A few of a wall's bricks, in two courses."""
    low, lower = top - 7, top - 14
    lines = (
        ((left, top), (left + 16, top)),
        ((left - 4, low), (left + 16, low)),
        ((left - 4, lower), (left + 12, lower)),
        ((left + 6, top), (left + 6, low)),
        ((left + 12, low), (left + 12, lower)),
    )
    return tuple((line, 1.6) for line in lines)


PROPS: Mapping[str, tuple[Stroke, ...]] = {
    "stool": _stool(),
    "chair": _chair(-13, SEAT + 34),
    "chair_low": _chair(-10, SEAT + 19),
    "chair_front": (
        (((-15, 27), (15, 27)), _THICK),
        (((-13.5, 27), (-15, _FLOOR)), _THIN),
        (((13.5, 27), (15, _FLOOR)), _THIN),
        (((-17, 27), (-17, 66)), _THIN),
        (((17, 27), (17, 66)), _THIN),
        (((-17, 66), (17, 66)), _THICK),
    ),
    "desk": (
        (((10, DESK_TOP), (44, DESK_TOP)), _THICK),
        (((40, DESK_TOP), (40, _FLOOR)), _THIN),
        (((20, DESK_TOP), (20, DESK_TOP - 9), (40, DESK_TOP - 9)), _THIN),
    ),
    "wall": (
        (((-42, _FLOOR), (-42, 136), (42, 136), (42, _FLOOR)), _THIN),
        *_bricks(-34, 62), *_bricks(22, 40), *_bricks(20, 86),
    ),
    "frame": (
        (((-29, _FLOOR), (-29, 133), (36, 133), (36, _FLOOR)), _THICK),
    ),
    "box": (
        (((15, 0), (15, 22), (39, 22), (39, 0), (15, 0)), _THICK),
        (((27, 22), (27, 13)), _THIN),
    ),
}  # fmt: skip


def prop_shapes(prop: str) -> tuple[Shape, ...]:
    """Drawn behind the figure; nothing for ""."""
    return tuple(Line(points, width, PROP) for points, width in PROPS[prop]) if prop else ()
