"""A text as Slack shows it: blocks whose characters mean nothing but themselves.

Plain text knows no `_`, `*` or :smile:; &, < and > are written as Slack wants them everywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.envelopes import Picture, Press

SECTION = "section"
LONGEST = 12_000  # characters of a message; its blocks may hold about 13,000
_PIECE = 1_500  # characters of a block: 3,000 even where each counts as two
_BUTTONS = 25  # in a row of them
_LABEL = 75  # characters of a button
_ALT = 2_000  # characters that tell what a picture shows
_ONCE, _WORD = "once", "word"
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
    before = sections(_fitting(under.text)[:_PIECE]) if under else []
    blocks = [*before, *sections(text)]
    if picture and picture.url:
        blocks.append(
            {"type": "image", "image_url": picture.url, "alt_text": escaped(picture.alt[:_ALT])}
        )
    if choices:
        blocks.append(buttons(choices, once=once))
    # What notifications show, and screen readers read.
    return {"text": escaped(_fitting(text)), "blocks": blocks}


def sections(text: str) -> list[dict[str, Any]]:
    return [{"type": SECTION, "text": _plain_text(piece)} for piece in _pieces(_fitting(text))]


def buttons(choices: Sequence[str], *, once: bool = False) -> dict[str, Any]:
    elements = [
        {
            "type": "button",
            "action_id": f"{_ONCE if once else _WORD}:{number}",
            "text": _plain_text(word[:_LABEL]),
            "value": word,
        }
        for number, word in enumerate(choices[:_BUTTONS])
    ]
    return {"type": "actions", "elements": elements}


def word_of(action: Mapping[str, Any]) -> tuple[str, bool]:
    """The word for which a pressed button stands, and whether its buttons are used up now."""
    value, named = action.get("value"), action.get("action_id")
    kind = named.partition(":")[0] if isinstance(named, str) else ""
    if kind not in {_ONCE, _WORD} or not isinstance(value, str):
        return "", False
    return plain(value), kind == _ONCE


def _plain_text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": escaped(text), "emoji": False}


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _pieces(text: str) -> Iterator[str]:
    """Cut between lines, or words, where that loses nothing but the break."""
    while len(text) > _PIECE:
        line, blank = text.rfind("\n", 1, _PIECE), text.rfind(" ", 1, _PIECE)
        cut = line if line > 0 else blank
        if cut <= 0:
            yield text[:_PIECE]
            text = text[_PIECE:]
        else:
            yield text[:cut]
            text = text[cut + 1 :]
    if text:
        yield text
