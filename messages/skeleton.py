"""From a pose to joints: where the limbs of a figure are, in units of its own. Pure geometry.

Angles are absolute, in degrees clockwise from straight up: 90 points right, 180 down. x grows to the right,
y upwards from the ground. From the side a figure looks to the right, and its left limbs are the far ones; from
the front, left and right are the viewer's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin

Point = tuple[float, float]

LOWER_SPINE, UPPER_SPINE, NECK, HEAD = 20.0, 22.0, 7.0, 8.0
ARM, FOREARM, THIGH, SHIN, FOOT = 18.0, 20.0, 26.0, 26.0, 7.0  # a forearm with its hand
SHOULDERS, HIPS = 12.0, 6.0  # to either side of the spine
SEAT = 26.0
FRONT_FOOT = 5.0  # a foot seen from its toes
SIDES = {"l": -1, "r": 1}
_TOES_UP, _LEVEL, _HANGING = 58.0, 90.0, 112.0  # where a foot points


@dataclass(frozen=True, slots=True)
class Pose:
    """One posture. Directions of limbs, then shifts in units; a scale draws a limb short, as seen from its end."""

    view: str
    base: str
    lower_spine: float = 0
    upper_spine: float = 0
    neck: float = 0
    arm_l: float = 0
    arm_r: float = 0
    forearm_l: float = 0
    forearm_r: float = 0
    thigh_l: float = 0
    thigh_r: float = 0
    shin_l: float = 0
    shin_r: float = 0
    spine_scale: float = 1
    thigh_l_scale: float = 1
    thigh_r_scale: float = 1
    shin_l_scale: float = 1
    shin_r_scale: float = 1
    shoulder_lift: float = 0
    turn: float = 0  # of the trunk seen from the front, -1 to 1
    face: float = 0  # where the nose points, -1 to 1
    head_x: float = 0
    hip_x: float = 0
    hip_y: float = 0
    heel: float = 0  # how high the heels are
    toes_l: float = 0  # 1: toes up, the heel on the ground
    toes_r: float = 0


SIDE, FRONT, STAND, SIT = "side", "front", "stand", "sit"


def pair(limb: str, left: float, right: float) -> dict[str, float]:
    """arms -> arm_l and arm_r."""
    return {f"{limb}_l": left, f"{limb}_r": right}


# How each base stands or sits where a pose says nothing else.
BASES: Mapping[tuple[str, str], Mapping[str, float]] = {
    (SIDE, STAND): {
        **pair("arm", 180, 180), **pair("forearm", 176, 176), **pair("thigh", 180, 180), **pair("shin", 180, 180),
    },
    (SIDE, SIT): {
        **pair("arm", 186, 186), **pair("forearm", 150, 150), **pair("thigh", 90, 90), **pair("shin", 180, 180),
    },
    (FRONT, STAND): {
        **pair("arm", 194, 166), **pair("forearm", 188, 172),
        **pair("thigh", 184, 176), **pair("shin", 181, 179),
    },
    (FRONT, SIT): {
        **pair("arm", 200, 160), **pair("forearm", 158, 202),
        **pair("thigh", 200, 160), **pair("shin", 180, 180), "thigh_l_scale": 0.35, "thigh_r_scale": 0.35,
    },
}  # fmt: skip


def away(start: Point, angle: float, length: float) -> Point:
    """The point at `length` from `start` in the direction `angle`."""
    turned = radians(angle)
    return start[0] + length * sin(turned), start[1] + length * cos(turned)


def joints(pose: Pose) -> dict[str, Point]:
    """Joint -> where it is. The lower foot stands on the ground, or the hips sit on the seat."""
    hip = (pose.hip_x, _hip_height(pose) + pose.hip_y)
    waist = away(hip, pose.lower_spine, LOWER_SPINE * pose.spine_scale)
    neck = away(waist, pose.upper_spine, UPPER_SPINE * pose.spine_scale)
    head = away((neck[0] + pose.head_x, neck[1]), pose.neck, NECK + HEAD)
    found = {"hip": hip, "waist": waist, "neck": neck, "head": head}
    for side in SIDES:
        found |= _leg(pose, hip, side)
        found |= _arm(pose, neck, side)
    return found


def _hip_height(pose: Pose) -> float:
    if (pose.view, pose.base) == (SIDE, SIT):
        return SEAT
    feet = [_leg(pose, (0, 0), side)[f"ankle_{side}"][1] for side in SIDES]
    return pose.heel - min(feet)


def _leg(pose: Pose, hip: Point, side: str) -> dict[str, Point]:
    apart = HIPS * SIDES[side] if pose.view == FRONT else 0
    top = (hip[0] + apart, hip[1])
    thigh, shin = getattr(pose, f"thigh_{side}"), getattr(pose, f"shin_{side}")
    knee = away(top, thigh, THIGH * getattr(pose, f"thigh_{side}_scale"))
    ankle = away(knee, shin, SHIN * getattr(pose, f"shin_{side}_scale"))
    return {
        f"hip_{side}": top,
        f"knee_{side}": knee,
        f"ankle_{side}": ankle,
        f"toe_{side}": _toe(pose, ankle, side),
    }


def _toe(pose: Pose, ankle: Point, side: str) -> Point:
    if pose.view == FRONT:
        resting = ankle[1] < FOOT
        return away(
            ankle,
            90 if resting else getattr(pose, f"shin_{side}"),
            FRONT_FOOT * (SIDES[side] if resting else 1),
        )
    if getattr(pose, f"toes_{side}"):
        return away(ankle, _TOES_UP, FOOT)
    if ankle[1] >= FOOT:
        return away(ankle, _HANGING, FOOT)
    # A heel just above the ground is lifted: the toes stay down.
    return away(ankle, _LEVEL + degrees(asin(max(0, ankle[1]) / FOOT)), FOOT)


def _arm(pose: Pose, neck: Point, side: str) -> dict[str, Point]:
    shoulder = away(neck, pose.upper_spine, pose.shoulder_lift)
    if pose.view == FRONT:
        apart = SHOULDERS * (1 - abs(pose.turn) / 2) * SIDES[side] + 3 * pose.turn
        shoulder = away(shoulder, pose.upper_spine + 90, apart)
    elbow = away(shoulder, getattr(pose, f"arm_{side}"), ARM)
    hand = away(elbow, getattr(pose, f"forearm_{side}"), FOREARM)
    return {f"shoulder_{side}": shoulder, f"elbow_{side}": elbow, f"hand_{side}": hand}
