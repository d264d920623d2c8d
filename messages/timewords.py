"""Words about time in one language: what `conversation.times` reads hours, days and spans with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SETS = (
    "am", "pm", "oclock", "and_half", "to", "joins", "until", "ignored", "other", "excepting", "next_week", "ordinals",
)  # fmt: skip
_MAPPINGS = ("counts", "rates")
_HAN = "\u3400"  # from here on words are written without spaces


@dataclass(frozen=True, slots=True)
class SlotWords:
    """What `conversation.slots` finds settings in a whole sentence with."""

    every: frozenset[str]
    times: frozenset[str]  # "3 times", behind a number
    counts: Mapping[str, int]  # once, twice
    per: frozenset[str]  # twice an hour
    rates: Mapping[str, int]  # hourly -> 60
    between: frozenset[str]  # "and" joins two ends after it
    before: frozenset[str]  # in front of a time of day
    after: frozenset[str]
    since: frozenset[str]
    until: frozenset[str]
    before_last: frozenset[str]  # behind a time of day
    after_last: frozenset[str]
    start: frozenset[str]
    finish: frozenset[str]
    lunch: frozenset[str]
    negative: frozenset[str]
    dropped: frozenset[str]  # instead of: what follows isn't wanted and says nothing else
    neutral: frozenset[str]  # sayings that hold a word of another list and don't mean it
    only: frozenset[str]
    also: frozenset[str]
    once: frozenset[str]  # before a weekday: this one alone is meant
    breaks: frozenset[str]  # but: a new clause
    alternatives: frozenset[str]  # or
    counted: frozenset[str]  # after a number: it is no time of day
    weak: frozenset[str]  # short names of days that mean something else inside a sentence
    weak_alone: frozenset[str]  # the same unless another day stands beside
    relations: frozenset[str]  # before, after, since and until
    trailing: frozenset[str]  # both that stand behind
    verbs: frozenset[str]  # start and finish
    linking: frozenset[str]  # what may stand between two times of day that share a "not"
    openers: frozenset[str]  # words that something to be found begins with


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Folded words and phrases. Weekdays count from Monday = 0; `units` are minutes."""

    weekdays: Mapping[str, int]
    week_days: Mapping[str, int]  # of this week (0-6) or of the next (7-13)
    weekday_tails: Mapping[str, int]  # what may stand for a weekday right after another one
    day_sets: Mapping[str, str]  # weekdays -> 1111100
    months: Mapping[str, int]
    numbers: Mapping[str, float]  # one, an, half
    figures: Mapping[str, int]  # those of them that may be an hour or its minutes
    numerals: Mapping[str, int]  # characters that make up a number
    units: Mapping[str, int]  # minutes in it: h -> 60, day -> 1440
    clocks: Mapping[str, str]  # noon -> 12:00
    am: frozenset[str]
    pm: frozenset[str]
    parts: Mapping[str, int]  # in the evening -> the hour from which its twelve hours run
    parts_lead: bool  # they stand before the hour
    oclock: frozenset[str]
    past: Mapping[str, int]  # minutes that are said after the hour
    leading: Mapping[str, int]  # and before it: half past -> 30
    and_half: frozenset[str]  # one and a half
    to: frozenset[str]  # between the two ends of a span: to, until
    joins: frozenset[str]  # and, between spans or days
    until: frozenset[str]
    ignored: frozenset[str]  # for, every, from
    other: frozenset[str]  # every other hour: twice the unit
    excepting: frozenset[str]
    days_off: Mapping[str, int]  # today -> 1 (until the start of tomorrow), tomorrow -> 1
    next_week: frozenset[str]  # phrases for "until Monday"
    ordinals: frozenset[str]  # 14th
    slots: SlotWords
    halves: frozenset[str]  # am and pm
    ranging: frozenset[str]  # `to` without what only joins
    light: frozenset[str]  # words to pass over: ignored, joins
    between: frozenset[str]  # those and `to`
    measures: frozenset[str]  # after a number they make it a time, a length or a date
    phrases: Mapping[str, Sequence[tuple[str, ...]]]  # by first word, the longest first
    sentence_phrases: Mapping[str, Sequence[tuple[str, ...]]]  # those of `slots` among them
    known: frozenset[str]  # words to split unspaced text into
    longest: int
    beginnings: frozenset[str]  # first characters of `known`


def read_times(table: Mapping[str, Any]) -> TimeWords:
    """The tables of times.toml. Raises KeyError for a missing key."""
    sets = {name: frozenset(table[name]) for name in _SETS}
    weekdays = {word: day for day, many in enumerate(table["weekdays"]) for word in many}
    week_days = _week_days(table, weekdays)
    sentences = {*_strings(table), *week_days}
    everything = {*_strings({**table, "slots": {}}), *week_days}
    known = frozenset(word for word in sentences if max(word, default="") >= _HAN)
    return TimeWords(
        **sets,
        weekdays=weekdays,
        week_days=week_days,
        weekday_tails={tail: day for day, tail in enumerate(table.get("weekday_tails", ()))},
        day_sets=table["day_sets"],
        months={word: month for month, many in enumerate(table["months"], 1) for word in many},
        numbers={**table["numbers"], **table["amounts"]},
        figures=table["numbers"],
        numerals=table.get("numerals", {}),
        units=table["units"],
        clocks=table["clocks"],
        parts=table["parts"],
        parts_lead=table.get("parts_lead", False),
        past=table["past"],
        leading=table["leading"],
        days_off=table["days_off"],
        slots=_slots(table["slots"], table, weekdays),
        halves=sets["am"] | sets["pm"],
        ranging=sets["to"] - sets["joins"],
        light=sets["ignored"] | sets["joins"],
        between=sets["ignored"] | sets["joins"] | sets["to"],
        measures=sets["oclock"].union(sets["ordinals"], sets["and_half"], table["units"]),
        phrases=_phrases(everything),
        sentence_phrases=_phrases(sentences),
        known=known,
        longest=max(map(len, known), default=0),
        beginnings=frozenset(word[0] for word in known),
    )


def _week_days(table: Mapping[str, Any], weekdays: Mapping[str, int]) -> dict[str, int]:
    return {
        f"{prefix}{word}": day + 7 * week
        for week, key in enumerate(("weekday_this", "weekday_next"))
        for prefix in table.get(key, ())
        for word, day in weekdays.items()
    }


def _slots(
    table: Mapping[str, Any], times: Mapping[str, Any], weekdays: Iterable[str]
) -> SlotWords:
    words = {name: frozenset(many) for name, many in table.items() if name not in _MAPPINGS}
    relations = words["before"] | words["after"] | words["since"] | words["until"]
    trailing = words["before_last"] | words["after_last"]
    named = ("day_sets", "numbers", "amounts", "units", "clocks", "leading", "parts")
    return SlotWords(
        **words,
        counts=table["counts"],
        rates=table["rates"],
        relations=relations,
        trailing=trailing,
        verbs=words["start"] | words["finish"],
        linking=words["alternatives"].union(
            times["joins"],
            times["ignored"],
            words["before"],
            words["after"],
            words["until"],
            trailing,
        ),
        openers=words["every"].union(weekdays, *(table[name] for name in _MAPPINGS))
        | frozenset(word for name in named for word in times[name]),
    )


def _strings(value: Any) -> Iterator[str]:
    """Every word of a table, the keys of the tables in it among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _phrases(words: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(words, key=lambda text: (-len(text.split()), text)):
        first, *rest = phrase.split()
        if rest:
            found.setdefault(first, []).append((first, *rest))
    return found
