"""The geometry of a figure: where its joints are for a pose."""

from math import hypot

import pytest

from messages.poses import figures
from messages.skeleton import (
    ARM,
    BASES,
    FOOT,
    FOREARM,
    FRONT,
    LOWER_SPINE,
    SEAT,
    SHIN,
    SIDE,
    SIT,
    STAND,
    THIGH,
    UPPER_SPINE,
    Pose,
    away,
    joints,
)

POSES = [
    pytest.param(pose, id=f"{key} {name}")
    for key, figure in figures().items()
    for name, pose in (("start", figure.start), ("end", figure.end))
]
FEET = ("ankle_l", "ankle_r", "toe_l", "toe_r")


def pose(view: str, base: str, **values: float) -> Pose:
    return Pose(view, base, **{**BASES[view, base], **values})


@pytest.mark.parametrize(
    ("angle", "point"), [(0, (0, 1)), (90, (1, 0)), (180, (0, -1)), (270, (-1, 0)), (-90, (-1, 0))]
)
def test_angles_go_clockwise_from_straight_up(angle: float, point: tuple[float, float]) -> None:
    assert away((0, 0), angle, 1) == pytest.approx(point)


def test_a_plain_standing_figure_is_one_vertical_line() -> None:
    found = joints(pose(SIDE, STAND))
    line = [found[name] for name in ("ankle_r", "knee_r", "hip", "waist", "neck", "head")]
    assert [x for x, _ in line] == pytest.approx([0] * 6)
    assert [y for _, y in line] == pytest.approx([0, 26, 52, 72, 94, 109])


def test_a_sitting_figure_has_its_hips_on_the_seat_and_its_feet_on_the_ground() -> None:
    found = joints(pose(SIDE, SIT))
    assert found["hip"] == (0, SEAT)
    assert found["ankle_l"] == pytest.approx((THIGH, 0))


@pytest.mark.parametrize("posed", POSES)
def test_nobody_floats_or_sinks(posed: Pose) -> None:
    found = joints(posed)
    assert min(found[foot][1] for foot in FEET) == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize("posed", POSES)
def test_limbs_keep_their_lengths(posed: Pose) -> None:
    found = joints(posed)

    def length(start: str, end: str) -> float:
        (x1, y1), (x2, y2) = found[start], found[end]
        return hypot(x2 - x1, y2 - y1)

    assert length("hip", "waist") == pytest.approx(LOWER_SPINE * posed.spine_scale)
    assert length("waist", "neck") == pytest.approx(UPPER_SPINE * posed.spine_scale)
    for side in ("l", "r"):
        assert length(f"shoulder_{side}", f"elbow_{side}") == pytest.approx(ARM)
        assert length(f"elbow_{side}", f"hand_{side}") == pytest.approx(FOREARM)
        thigh, shin = (getattr(posed, f"{limb}_{side}_scale") for limb in ("thigh", "shin"))
        assert length(f"hip_{side}", f"knee_{side}") == pytest.approx(THIGH * thigh)
        assert length(f"knee_{side}", f"ankle_{side}") == pytest.approx(SHIN * shin)


def test_lifted_heels_raise_the_whole_figure_and_leave_the_toes_down() -> None:
    flat, lifted = joints(pose(SIDE, STAND)), joints(pose(SIDE, STAND, heel=5))
    assert lifted["head"][1] - flat["head"][1] == pytest.approx(5)
    assert lifted["toe_r"][1] == pytest.approx(0)
    assert lifted["ankle_r"][1] == pytest.approx(5)


def test_toes_go_up_with_the_heel_on_the_ground() -> None:
    found = joints(pose(SIDE, STAND, toes_r=1))
    assert found["ankle_r"][1] == pytest.approx(0)
    assert found["toe_r"][1] > FOOT / 3
    assert found["toe_l"][1] == pytest.approx(0)


def test_a_turned_trunk_has_narrower_shoulders_and_still_hips() -> None:
    square, turned = joints(pose(FRONT, STAND)), joints(pose(FRONT, STAND, turn=1))

    def width(found: dict[str, tuple[float, float]]) -> float:
        return found["shoulder_r"][0] - found["shoulder_l"][0]

    assert width(turned) == pytest.approx(width(square) / 2)
    assert turned["shoulder_r"][0] + turned["shoulder_l"][0] > 0
    assert [turned[f"hip_{side}"] for side in "lr"] == [square[f"hip_{side}"] for side in "lr"]


def test_lifted_shoulders_come_nearer_to_the_head() -> None:
    found = joints(pose(FRONT, STAND, shoulder_lift=9))
    assert found["shoulder_l"][1] - found["neck"][1] == pytest.approx(9)
    assert found["head"] == joints(pose(FRONT, STAND))["head"]
