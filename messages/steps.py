"""A stretch as a page tells it: one step a sentence, and apart from them when to stop."""

import re

from messages.language import Stretch

_ENDS = re.compile(r"(?<=[.!])\s+|(?<=[。！])(?=.)")  # noqa: RUF001 -- Chinese sentences end so


def steps(stretch: Stretch) -> tuple[str, ...]:
    """What to do, in order."""
    return tuple(_ENDS.split(stretch.written)[:-1])


def stop_note(stretch: Stretch) -> str:
    """When to stop: the sentence with which each stretch ends."""
    return _ENDS.split(stretch.written)[-1]
