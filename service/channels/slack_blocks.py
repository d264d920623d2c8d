"""A text as Slack shows it: blocks whose characters mean nothing but themselves.

Plain text knows no `_`, `*` or :smile:; &, < and > are written as Slack wants them everywhere.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.channels.fitting import fitting
from service.envelopes import Picture, Press

SECTION = "section"
LONGEST = 12_000  # characters of a message; its blocks may hold about 13,000
_NOTICE = 4_000  # characters of what notifications show, and screen readers read
_PIECE, _MOST = 1_500, 3_000  # characters of a block, before they are escaped and afterwards
_BUTTONS = 25  # in a row of them
_LABEL = 75  # characters of a button
_ALT = 2_000  # characters that tell what a picture shows
_ONCE, _WORD = "once", "word"
_HALF = re.compile(r"&[a-z]*…$")  # of an escaped character, whose end was cut off
_ESCAPED = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def escaped(text: str) -> str:
    for character, code in _ESCAPED:
        text = text.replace(character, code)
    return text


def plain(text: str) -> str:
    """The text as it was before it was escaped."""
    for character, code in reversed(_ESCAPED):
        text = text.replace(code, character)
    return text


def message(
    text: str,
    *,
    choices: Sequence[str] = (),
    once: bool = False,
    picture: Picture | None = None,
    under: Press | None = None,
) -> dict[str, Any]:
    """A text as arguments of a call; `under`: it is written below the text of this button."""
    before = sections(fitting(under.text, _PIECE)) if under else []
    blocks = [*before, *sections(text)]
    if picture and picture.url:
        blocks.append({"type": "image", "image_url": picture.url, "alt_text": _alt(picture.alt)})
    blocks += buttons(choices, once=once)
    return {"text": escaped(fitting(text, _NOTICE)), "blocks": blocks}


def sections(text: str) -> list[dict[str, Any]]:
    return [
        {"type": SECTION, "text": _plain_text(piece)} for piece in _pieces(fitting(text, LONGEST))
    ]


def buttons(choices: Sequence[str], *, once: bool = False) -> list[dict[str, Any]]:
    """A row of them, or none. A word that is too long for one can still be typed; cut, it couldn't."""
    words = [word for word in choices if len(escaped(word)) <= _LABEL]
    elements = [
        {
            "type": "button",
            "action_id": f"{_ONCE if once else _WORD}:{number}",
            "text": _plain_text(word),
            "value": word,
        }
        for number, word in enumerate(words[:_BUTTONS])
    ]
    return [{"type": "actions", "elements": elements}] if elements else []


def word_of(action: Mapping[str, Any]) -> tuple[str, bool]:
    """The word for which a pressed button stands, and whether its buttons are used up now."""
    value, named = action.get("value"), action.get("action_id")
    kind = named.partition(":")[0] if isinstance(named, str) else ""
    if kind not in {_ONCE, _WORD} or not isinstance(value, str):
        return "", False
    return plain(value), kind == _ONCE


def _alt(text: str) -> str:
    return _HALF.sub("…", fitting(escaped(text), _ALT))


def _plain_text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": escaped(text), "emoji": False}


def _pieces(text: str) -> Iterator[str]:
    """Cut between lines, or words, where that loses nothing but the break."""
    while text:
        room = _PIECE
        while len(escaped(text[:room]).encode("utf-16-le")) > _MOST * 2:
            room //= 2
        if len(text) <= room:
            yield text
            return
        line, blank = text.rfind("\n", 1, room), text.rfind(" ", 1, room)
        cut = line if line > 0 else blank
        yield text[:cut] if cut > 0 else text[:room]
        text = text[cut + 1 :] if cut > 0 else text[room:]
