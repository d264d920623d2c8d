"""The picture of a stretch: SVG for pages, PNG for MMS and chats; on light ground and on dark."""

from functools import lru_cache

from messages.figures import drawing
from messages.language import Stretch
from messages.png import png
from messages.shapes import DARK, LIGHT
from messages.svg import svg

_KEPT = 512  # all stretches in a few languages on both grounds


@lru_cache(maxsize=_KEPT)
def svg_of(stretch: Stretch, language: str, *, dark: bool = False) -> str:
    """Read aloud in the words of the language: what it shows, then how to do it."""
    palette = DARK if dark else LIGHT
    return svg(drawing(stretch.id), palette, language, stretch.picture, stretch.text)


@lru_cache(maxsize=_KEPT)
def png_of(stretch_id: str, *, dark: bool = False) -> bytes:
    """480 by 320 pixels. It can't carry words: send the stretch's `picture` along."""
    return png(drawing(stretch_id), DARK if dark else LIGHT)
