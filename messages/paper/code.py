"""The QR code of a link: which modules are dark, as bars."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

import segno

QUIET = 4  # modules of white around it, as ISO 18004 wants
Bar = tuple[int, int, int]  # modules from the left, modules from the top, modules long


@lru_cache(maxsize=32)
def bars(link: str) -> tuple[int, tuple[Bar, ...]]:
    """How many modules wide it is with its quiet zone, and what is dark."""
    rows = [list(row) for row in segno.make_qr(link, error="m", boost_error=False).matrix]
    return len(rows) + 2 * QUIET, tuple(_bars(rows))


def _bars(rows: list[list[int]]) -> Iterator[Bar]:
    for down, row in enumerate(rows):
        right = 0
        for dark, run in groupby(row):
            long = len(list(run))
            if dark:
                yield right + QUIET, down + QUIET, long
            right += long
