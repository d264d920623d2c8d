"""The figures of the stretches, read from figures.toml: two poses, what stands by, and what is marked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from messages.props import PROPS
from messages.reading import Finding, TomlFile
from messages.skeleton import BASES, Point, Pose, joints

FILE = "figures.toml"
FOLDER = Path(__file__).parent
ARROW, BOTH_WAYS, TICKS = "arrow", "both_ways", "ticks"
_VIEWS, _STANCES = (tuple(dict.fromkeys(names)) for names in zip(*BASES, strict=True))
_FIELDS = {"view", "base", "prop", "start", "end", "marks"}
_MARK_FIELDS = {"kind", "on", "joint", "tail", "tip", "bend"}
_LIMBS = ("arm", "forearm", "thigh", "shin")
_VALUES = tuple(each.name for each in fields(Pose) if each.name not in {"view", "base"})
# How far from nothing a value may be: more is a slip of the finger.
_LIMITS = {
    "turn": 1,
    "face": 1,
    "toes_l": 1,
    "toes_r": 1,
    "heel": 7,
    "shoulder_lift": 12,
}
_SHIFTS = {"head_x": 10, "hip_x": 60, "hip_y": 20}
_FULL_TURN = 360
_FARTHEST = 60  # of a mark from its joint


@dataclass(frozen=True, slots=True)
class Mark:
    """What two poses don't show: an arrow or ticks near a joint, in units to its right and above it."""

    kind: str
    on: str  # the pose: start or end
    joint: str
    tail: Point
    tip: Point
    bend: float  # how far the middle of an arrow lies to its left


@dataclass(frozen=True, slots=True)
class Figure:
    """How a stretch begins and ends."""

    start: Pose
    end: Pose
    prop: str  # "" for none
    marks: tuple[Mark, ...]


@lru_cache(maxsize=1)
def figures() -> Mapping[str, Figure]:
    """By stretch. What is wrong with one is for `upright check` to say: here it is only left out."""
    return read_figures(FOLDER, [])


def read_figures(folder: Path, findings: list[Finding]) -> dict[str, Figure]:
    """Stretch -> figure. One that can't be drawn is left out and is a finding."""
    return _read(TomlFile(folder, FILE, findings), findings)


def _read(file: TomlFile, findings: list[Finding]) -> dict[str, Figure]:
    found = {}
    for key, table in file.table().items():
        before = len(findings)
        figure = _figure(file, key, table)
        if len(findings) == before:
            found[key] = figure
    return found


def check_figures(folder: Path, findings: list[Finding], stretches: Iterable[str]) -> None:
    """Besides what is wrong with one: stretches without a figure, and figures without a stretch."""
    file = TomlFile(folder, FILE, findings)
    _read(file, findings)
    known = set(stretches)
    if file.tables:
        for key in sorted(known - file.tables.keys()):
            file.wrong(key, "is missing: each stretch has a figure")
    for key in sorted(file.tables.keys() - known):
        file.wrong(key, "is a figure, but there is no such stretch")


def _figure(file: TomlFile, key: str, table: dict[str, Any]) -> Figure:
    _known(file, key, "", table, _FIELDS)
    view = _one_of(file, key, table, "view", _VIEWS)
    base = _one_of(file, key, table, "base", _STANCES)
    start, end = (_pose(file, key, table, name, view, base) for name in ("start", "end"))
    prop = _one_of(file, key, table, "prop", tuple(PROPS)) if "prop" in table else ""
    rows = table.get("marks", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        file.wrong(key, "marks must be a list of tables")
        rows = []
    marks = tuple(_mark(file, key, row, {"start": start, "end": end}) for row in rows)
    return Figure(start, end, prop, marks)


def _pose(file: TomlFile, key: str, table: dict[str, Any], name: str, view: str, base: str) -> Pose:
    given = table.get(name)
    if not isinstance(given, dict):
        file.wrong(key, f"{name} must be a pose such as {{ neck = 20 }}; {{}} for the base itself")
        given = {}
    if "base" in given:
        base = _one_of(file, key, given, "base", _STANCES)
    values = dict(BASES[view, base])
    plural = {f"{limb}s": limb for limb in _LIMBS} | {"toes": "toes"}
    _known(file, key, f"{name}: ", given, {"base", *plural, *_VALUES})
    for value in given.keys() & {*plural, *_VALUES}:
        limb = plural.get(value)
        names = (f"{limb}_l", f"{limb}_r") if limb else (value,)
        number = _number(file, key, f"{name}: {value}", given[value], _limit(names[0]))
        values |= dict.fromkeys(names, number)
    return Pose(view, base, **values)


def _limit(value: str) -> float:
    if value.endswith("_scale"):
        return 1
    return (_LIMITS | _SHIFTS).get(value, _FULL_TURN)


def _mark(file: TomlFile, key: str, row: dict[str, Any], poses: Mapping[str, Pose]) -> Mark:
    _known(file, key, "marks: ", row, _MARK_FIELDS)
    kind = _one_of(file, key, row, "kind", (ARROW, BOTH_WAYS, TICKS))
    on = _one_of(file, key, row, "on", tuple(poses))
    joint = _one_of(file, key, row, "joint", tuple(joints(poses[on])))
    tail, tip = (_point(file, key, row, field) for field in ("tail", "tip"))
    if tail == tip:
        file.wrong(key, "marks: tail and tip are the same")
    bend = _number(file, key, "marks: bend", row.get("bend", 0), _FARTHEST)
    return Mark(kind, on, joint, tail, tip, bend)


def _point(file: TomlFile, key: str, row: dict[str, Any], field: str) -> Point:
    pair = row.get(field)
    if not isinstance(pair, list) or len(pair) != 2:
        file.wrong(key, f"marks: {field} must be two numbers: units to the right, units up")
        return (0, 0)
    right, up = (_number(file, key, f"marks: {field}", value, _FARTHEST) for value in pair)
    return right, up


def _number(file: TomlFile, key: str, what: str, value: object, limit: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        file.wrong(key, f"{what} must be a number")
        return 0
    if not -limit <= value <= limit:  # also what is no number at all: nan
        file.wrong(key, f"{what} is {value}; it may be {-limit:g} to {limit:g}")
        return 0
    return value


def _one_of(
    file: TomlFile, key: str, table: dict[str, Any], field: str, choices: tuple[str, ...]
) -> str:
    """A field that must be one of a few words; the first of them and a finding when it isn't."""
    value = table.get(field)
    if value in choices:
        return str(value)
    file.wrong(key, f"{field} must be one of {', '.join(choices)}")
    return choices[0]


def _known(file: TomlFile, key: str, where: str, table: Mapping[str, Any], names: set[str]) -> None:
    for name in sorted(table.keys() - names):
        file.wrong(key, f"{where}{name} means nothing here: is it misspelt?")
