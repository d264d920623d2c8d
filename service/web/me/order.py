"""In which order several changes of a rhythm are texted, so that none of them undoes another.

Each text is answered by itself. One that asks for more reminders than were agreed to opens a question,
which the next one overtakes; one that leaves no room for a reminder is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, permutations

from service.hours import Span
from service.reminders.rhythm import Rhythm
from service.web.me.texting import DAYS, OFF


def in_order(
    chosen: Mapping[str, str], shown: Mapping[str, str], rhythm: Rhythm, agreed: int
) -> Sequence[str]:
    """The names of `chosen`, each with its new value: only the last may ask for more than was agreed to.

    `shown`: what the form showed of each, so that the same form is sent in the same order again.
    """
    names = tuple(chosen)
    if len(names) < 2:
        return names
    rhythm = _steps(tuple(shown), shown, rhythm)[-1]
    _, *steps = _steps(names, chosen, rhythm)
    for order in permutations(names):
        _, *before, last = _steps(order, chosen, rhythm)
        if last == steps[-1] and all(0 < each.a_day() <= agreed for each in before):
            return order
    return names


def _steps(order: Sequence[str], chosen: Mapping[str, str], rhythm: Rhythm) -> list[Rhythm]:
    """The rhythm as it is, and after each text."""
    return list(
        accumulate(order, lambda each, name: _with(each, name, chosen[name]), initial=rhythm)
    )


def _with(rhythm: Rhythm, name: str, value: str) -> Rhythm:
    """As the text changes it; what can't be read changes nothing."""
    try:
        return _read(rhythm, name, value)
    except ValueError:
        return rhythm


def _read(rhythm: Rhythm, name: str, value: str) -> Rhythm:
    if name == "hours":
        spans = tuple(map(Span.parse, value.split())) or rhythm.hours
        return replace(rhythm, hours=spans, lunch=rhythm.lunch if len(spans) == 1 else None)
    if name == "lunch":
        return replace(rhythm, lunch=None if value == OFF else Span.parse(value))
    if name == "days":
        return replace(rhythm, days="".join(str(int(day in value.split())) for day in DAYS))
    return replace(rhythm, every=int(value) or rhythm.every)
