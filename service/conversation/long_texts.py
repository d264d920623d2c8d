"""What a text of any length means: chats bring some that are far longer than any SMS.

Danger and leaving count wherever they stand; all else is what the text begins with.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from messages.folding import LONGEST, tidy
from messages.vocabulary import Vocabulary
from service.conversation import opt_out
from service.conversation.understand import understand
from service.envelopes import Reading

PIECES = 8  # that are read: each costs as much as a text message, some milliseconds
OVERLAP = 200  # characters that two pieces share, so that whatever the one cuts off the other has
_ALL = PIECES * (LONGEST - OVERLAP) + OVERLAP  # characters, at most
_SENTENCE = re.compile(r"[.!?。！？]\s*|\n\s*")  # noqa: RUF001 -- its end
_WORD = re.compile(r"\s+")
_UNREAD = Reading("ask", "ASK", "net", "", 0.0)


def understand_all(text: str, vocabulary: Vocabulary) -> Reading:
    """Never raises. Of a text that is too long to be read to its end, the person is asked."""
    if len(text) <= LONGEST:
        return understand(text, vocabulary)
    tidied = tidy(text, _ALL + 1)
    readings = [understand(piece, vocabulary) for piece in _pieces(tidied[:_ALL])]
    first = readings[0]
    found = _gravest(readings) or (first if len(tidied) <= _ALL else _unread(first))
    danger = next((reading.danger for reading in readings if reading.danger), "")
    return replace(found, danger=found.danger or danger, leaves=any(map(_leaves, readings)))


def _pieces(tidied: str) -> Iterator[str]:
    start = 0
    while len(tidied) - start > LONGEST:
        yield tidied[start : start + LONGEST]
        start = _start(tidied, start + LONGEST - OVERLAP)
    yield tidied[start:]


def _start(tidied: str, at: int) -> int:
    """Where the next piece begins: with a sentence if one does soon, for "never" mustn't be cut off
    before "text me again"; else with a word.
    """
    soon = tidied[at : at + OVERLAP // 2]
    found = _SENTENCE.search(soon) or _WORD.search(soon)
    return at + found.end() if found else at


def _gravest(readings: Sequence[Reading]) -> Reading | None:
    """The first in danger, perhaps in danger, leaving, perhaps leaving."""
    for grave in (_flagged, _asks, _leaves, _doubts):
        found = next(filter(grave, readings), None)
        if found is not None:
            return found
    return None


def _flagged(reading: Reading) -> bool:
    return reading.flag is not None


def _asks(reading: Reading) -> bool:
    return reading.intent == "ask"


def _leaves(reading: Reading) -> bool:
    return reading.leaves or (reading.intent == "stop" and not _doubts(reading))


def _doubts(reading: Reading) -> bool:
    return reading.topic == opt_out.DOUBT


def _unread(first: Reading) -> Reading:
    return replace(_UNREAD, language=first.language, spoken=first.spoken)
