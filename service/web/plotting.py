"""pygal, and what drawings of its kind share: the colours of the pages, and what a drawing may do."""

import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pygal
from pygal.style import Style

__all__ = ["POLICY", "STATIC", "Style", "palette", "pygal"]

STATIC = Path(__file__).parent / "static"
# What a drawing may do when it is opened by itself: have its own colours, and nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

# For maps, which we don't draw, pygal puts a finder among Python's own, of a kind that Python 3.11 warns
# of at every import that follows.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]


@cache
def palette(*, dark: bool) -> Mapping[str, str]:
    """The colours of palette.css by their names: what it says for the night stands behind the day."""
    day, _, night = (STATIC / "palette.css").read_text("utf-8").partition("@media")
    return _colours(day) | (_colours(night) if dark else {})


def _colours(sheet: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+);", sheet))
