"""The words around what could be a setting, and whether they turn it into its opposite."""

from collections.abc import Collection, Sequence
from itertools import pairwise

from messages.timewords import TimeWords
from service.conversation.sightings import Item
from service.conversation.tokens import Token

REACH, NEAR = 5, 3  # so far before and behind an item a word may stand that belongs to it
_LISTING = frozenset("/\u3001")


class Sentence:
    """The items of a text among its other words."""

    def __init__(self, said: Sequence[Token], items: Sequence[Item], words: TimeWords) -> None:
        self.said = said
        self.words = words
        self._used: set[int] = set()  # words that an item has already taken for itself
        self._bound(items)
        self._negate(items)

    def _bound(self, items: Sequence[Item]) -> None:
        """How far the words around each item reach."""
        ends = [0, *(item.end for item in items)]
        starts = [*(item.start for item in items[1:]), len(self.said)]
        for item, left, right in zip(items, ends, starts, strict=False):
            item.left, item.right = item.start, item.end
            while item.left > left and not self._breaks(item.left - 1):
                item.left -= 1
            while item.right < right and not self._breaks(item.right):
                item.right += 1
            item.last = item.right < right or right == len(self.said)

    def _breaks(self, at: int) -> bool:
        token = self.said[at]
        return token.mark in {",", ";"} or bool(token.stop) or token.word in self.words.slots.breaks

    def _negate(self, items: Sequence[Item]) -> None:
        """Words between two items belong to the second; "or" hands them on."""
        for item in items:
            item.negated = self.has(self._negatives, item.left, item.start) or (
                item.last and self.has(self._negatives, item.end, item.right)
            )
        for first, second in pairwise(items):
            if self._linked(first, second):
                first.negated = second.negated = first.negated or second.negated

    @property
    def _negatives(self) -> frozenset[str]:
        return self.words.slots.negative

    def _linked(self, first: Item, second: Item) -> bool:
        """ "before 10 or after 4" """
        slots, words = self.words.slots, self.words
        joined = False
        for at in range(first.end, second.start):
            token = self.said[at]
            word = token.word
            if token.mark in _LISTING or word in slots.alternatives or word in words.joins:
                joined = True
            elif word not in slots.linking:
                return False
        return joined

    def has(self, wanted: Collection[str], start: int, end: int) -> bool:
        return any(self.said[at].word in wanted for at in range(start, end))

    def around(self, item: Item, wanted: Collection[str]) -> bool:
        return self.has(wanted, item.left, item.start) or self.has(wanted, item.end, item.right)

    def dropped(self, item: Item) -> bool:
        """ "instead of 9 to 5" """
        return self.has(self.words.slots.dropped, max(item.left, item.start - REACH), item.start)

    def behind(self, item: Item, wanted: Collection[str]) -> str:
        """The nearest of these words before an item that no other item has taken."""
        for at in range(item.start - 1, max(item.left, item.start - REACH) - 1, -1):
            if self.said[at].word in wanted and at not in self._used:
                self._used.add(at)
                return self.said[at].word
        return ""

    def ahead(self, item: Item, wanted: Collection[str]) -> str:
        for at in range(item.end, min(item.right, item.end + NEAR)):
            if self.said[at].word in wanted and at not in self._used:
                self._used.add(at)
                return self.said[at].word
        return ""
