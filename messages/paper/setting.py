"""Setting text: paragraphs in a column, and words as keys to press."""

from collections.abc import Iterator

from messages.paper.faces import lines, width
from messages.paper.ink import INK, RULE, SHEET, Box, Mark, Text

_RISE = 0.75  # of the size, from the top of a line to its baseline


class Column:
    """Takes one thing after another, and knows how far down it has come."""

    def __init__(self, left: float, top: float, room: float) -> None:
        self.left, self.y, self.room = left, top, room
        self.marks: list[Mark] = []

    def text(
        self,
        text: str,
        size: float,
        *,
        ink: str = INK,
        bold: bool = False,
        leading: float = 1.3,
        centred: bool = False,
    ) -> None:
        """A paragraph; nothing for ""."""
        for line in lines(text, size, self.room, bold=bold):
            spare = (self.room - width(line, size, bold=bold)) / 2 if centred else 0
            self.marks.append(
                Text(line, (self.left + spare, self.y + size * _RISE), size, ink, bold)
            )
            self.y += size * leading

    def gap(self, height: float) -> None:
        self.y += height

    def key(self, word: str, size: float, *, wide: float = 0, centred: bool = False) -> None:
        """A word that one texts, in a frame at least so wide."""
        size = fitting(word, size, self.room - size, bold=True)
        long = width(word, size, bold=True)
        broad, tall = max(wide, long + size), size * 1.65
        left = self.left + ((self.room - broad) / 2 if centred else 0)
        self.marks += key(word, (left, self.y), size, broad, tall)
        self.y += tall


def key(
    word: str, at: tuple[float, float], size: float, broad: float, tall: float
) -> Iterator[Mark]:
    yield Box(at, broad, tall, SHEET, RULE, size * 0.35)
    inset = (broad - width(word, size, bold=True)) / 2
    yield Text(word, (at[0] + inset, at[1] + tall / 2 + size * 0.35), size, bold=True)


def fitting(text: str, largest: float, room: float, *, bold: bool = False) -> float:
    """The largest size at which each line of a text, as it is broken by itself, fits the room."""
    longest = max(width(line, largest, bold=bold) for line in text.split("\n"))
    return min(largest, largest * room / longest * 0.99)
