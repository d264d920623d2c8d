"""pygal, less the finder that it puts among Python's own for maps that we don't draw.

It is of a kind that Python 3.11 warns of at every import that follows.
"""

import sys

import pygal
from pygal.style import Style

__all__ = ["Style", "pygal"]

sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]
