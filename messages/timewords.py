"""Words about time in one language: what `conversation.times` reads hours, days and spans with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Folded words. Weekdays count from Monday = 0; `units` are minutes."""

    weekdays: Mapping[str, int]
    day_sets: Mapping[str, str]  # weekdays -> 1111100
    months: Mapping[str, int]
    numbers: Mapping[str, float]  # one, an, half
    units: Mapping[str, int]  # minutes in it: h -> 60, day -> 1440
    clocks: Mapping[str, str]  # noon -> 12:00
    am: frozenset[str]
    pm: frozenset[str]
    to: frozenset[str]  # between the two ends of a span: to, until
    joins: frozenset[str]  # and, between spans or days
    until: frozenset[str]
    ignored: frozenset[str]  # for, every, from
    other: frozenset[str]  # every other hour: twice the unit
    excepting: frozenset[str]
    days_off: Mapping[str, int]  # today -> 1 (until the start of tomorrow), tomorrow -> 1
    next_week: frozenset[str]  # phrases for "until Monday"
    ordinals: frozenset[str]  # 14th


def read_times(table: Mapping[str, Any]) -> TimeWords:
    """The [times] table of keywords.toml. Raises KeyError for a missing key."""
    return TimeWords(
        weekdays={word: day for day, many in enumerate(table["weekdays"]) for word in many},
        day_sets=table["day_sets"],
        months={word: month for month, many in enumerate(table["months"], 1) for word in many},
        numbers=table["numbers"],
        units=table["units"],
        clocks=table["clocks"],
        am=frozenset(table["am"]),
        pm=frozenset(table["pm"]),
        to=frozenset(table["to"]),
        joins=frozenset(table["joins"]),
        until=frozenset(table["until"]),
        ignored=frozenset(table["ignored"]),
        other=frozenset(table["other"]),
        excepting=frozenset(table["excepting"]),
        days_off=table["days_off"],
        next_week=frozenset(table["next_week"]),
        ordinals=frozenset(table["ordinals"]),
    )
