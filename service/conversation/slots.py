"""Settings inside a whole sentence: "can you do 8 to 4 mondays to thursdays instead".

A sentence is read as a row of items (spans, times of day, days, intervals) with words around
them: "before" and "after", "start" and "finish", "not" and "only" say what an item is for.
Whoever acts on it says back what was understood.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time

from messages.timewords import TimeWords
from service.conversation.clocks import DAY, NOON, Clock, clock_time
from service.conversation.intervals import length_at
from service.conversation.sentence import Sentence
from service.conversation.sightings import Item, near, past_ignored, sightings
from service.conversation.times import span_of, spans_of
from service.conversation.tokens import tokens, word_at
from service.hours import Span, minute_of

_LONGEST = 480  # characters: three text messages; who wants a setting says so before
_ALL_DAYS = "1111111"
_LONGEST_LUNCH = 3 * 60  # minutes, as all that follow
_LUNCH = 60  # where only its beginning is said
_SHORTEST_DAY = 60
_VAGUE = 3 * 60
_MIDDAY = (10 * 60, 16 * 60)  # where a span without texts is a lunch break


@dataclass(frozen=True, slots=True)
class Slots:
    """What a sentence wants changed; None where it says nothing."""

    hours: tuple[Span, ...] | None = None
    opens: time | None = None  # only a start: "not before ten"
    closes: time | None = None  # only an end: "nothing after 4"
    lunch: Span | None = None
    every: int | None = None  # minutes
    days: str | None = None  # seven digits from Monday
    days_off: str | None = None  # the days that are excluded, where only those are named


NOTHING = Slots()


def find(text: str, words: TimeWords) -> Slots:
    """The settings in a sentence. Never raises."""
    said = tokens(text[:_LONGEST], words, sentence=True)
    found = sightings(said, words)
    if not found:
        return NOTHING
    sentence = _Wishes(said, found, words)
    items = [item for item in found if not sentence.dropped(item)]
    lunch = sentence.lunch(items)
    hours, opens, closes = sentence.hours(items)
    days, days_off = sentence.days(items)
    every = next((item.every for item in items if item.every and not item.negated), None)
    return Slots(hours, opens, closes, lunch or sentence.gap(items), every, days, days_off)


class _Wishes(Sentence):
    """What the items of a sentence are for."""

    def lunch(self, items: list[Item]) -> Span | None:
        """The break that is called lunch; its item is used up."""
        spans = [item for item in items if item.clocks]
        for side in (self.behind, self.ahead):
            for item in spans:
                span = self._break(item) if side(item, self.words.slots.lunch) else None
                if span:
                    items.remove(item)
                    return span
        return None

    def _break(self, item: Item) -> Span | None:
        opens, *rest = (_midday(clock) for clock in item.clocks)
        if rest:
            closes = rest[0]
        else:
            place = past_ignored(self.said, item.end, self.words.ignored)
            found = length_at(self.said, place, self.words)
            closes = opens + (found[0] if found else _LUNCH)
        if not 0 < closes - opens <= _LONGEST_LUNCH:
            return None
        return Span(clock_time(opens), clock_time(closes))

    def gap(self, items: Sequence[Item]) -> Span | None:
        """A short span in the middle of the day in which no texts are wanted."""
        for item in items:
            if len(item.clocks) < 2 or not item.negated:
                continue
            opens, closes = (_midday(clock) for clock in item.clocks)
            if _MIDDAY[0] <= opens < closes <= _MIDDAY[1] and closes - opens <= _LONGEST_LUNCH:
                return Span(clock_time(opens), clock_time(closes))
        return None

    def hours(
        self, items: Sequence[Item]
    ) -> tuple[tuple[Span, ...] | None, time | None, time | None]:
        pairs = [_pair(item) for item in items if len(item.clocks) == 2 and not item.negated]
        opens, closes = self._ends(items)
        spans = spans_of(pairs) if pairs else _without(items)
        if spans and any(_minutes(span) < _SHORTEST_DAY for span in spans):
            spans = None
        if spans and len(pairs) == 1 and self._vague(spans[0], items):
            spans = None
        if spans:
            return _clipped(spans, opens, closes), None, None
        if opens and closes:
            both = span_of(opens, closes)
            if both:
                return (Span(clock_time(both[0]), clock_time(both[1])),), None, None
        return (
            None,
            clock_time(_opening(opens)) if opens else None,
            clock_time(_close(closes)) if closes else None,
        )

    def _vague(self, span: Span, items: Sequence[Item]) -> bool:
        """Two low numbers close together, which may count anything: "3 to 5 episodes"."""
        item = next(item for item in items if len(item.clocks) == 2 and not item.negated)
        if _minutes(span) >= _VAGUE or any(clock.exact for clock in item.clocks):
            return False
        slots = self.words.slots
        before = near(self.said, item.start, self.words)
        return not (before & slots.since or before & slots.between)

    def _ends(self, items: Sequence[Item]) -> tuple[Clock | None, Clock | None]:
        """The first time of day that opens the hours, and the first that closes them."""
        opens: Clock | None = None
        closes: Clock | None = None
        for item in items:
            end = self._end(item) if len(item.clocks) == 1 else ""
            if end == "opens":
                opens = opens or item.clocks[0]
            elif end == "closes":
                closes = closes or item.clocks[0]
        return opens, closes

    def _end(self, item: Item) -> str:
        """Does this time of day open the hours, close them, or neither?"""
        slots = self.words.slots
        related = self.behind(item, slots.relations)
        behind = self.ahead(item, slots.trailing)
        early = related in slots.before or behind in slots.before_last
        late = related in slots.after or behind in slots.after_last
        verb = self.behind(item, slots.verbs)
        verb = verb or ("" if related else self.ahead(item, slots.verbs))
        if verb in slots.start and verb:
            return "opens"
        if verb and not ((early or late) and verb in slots.negative):
            return "closes"
        early = early or related in slots.until
        late = late or related in slots.since
        if early == late:
            return ""
        return "opens" if late != item.negated else "closes"

    def days(self, items: Sequence[Item]) -> tuple[str | None, str | None]:
        wanted, off = "", ""
        for item in items:
            if not item.days or self._one_off(item) or self.around(item, self.words.slots.also):
                continue
            if item.negated:
                off = _both(off, item.days) if item.days != _ALL_DAYS else off
            elif self._meant(item, items):
                wanted = _both(wanted, item.days)
        if wanted and off:
            kept = "".join(str(int(a > b)) for a, b in zip(wanted, off, strict=True))
            return (kept, None) if "1" in kept else (None, None)
        return wanted or None, off or None

    def _one_off(self, item: Item) -> bool:
        """ "this friday", "until friday", "friday next week" """
        once = self.words.slots.once
        return (
            bool(near(self.said, item.start, self.words) & once)
            or word_at(self.said, item.end) in self.words.next_week
        )

    def _meant(self, item: Item, items: Sequence[Item]) -> bool:
        """Are these the days someone wants, rather than when something happens?"""
        many = item.days.count("1")
        if item.days == _ALL_DAYS:  # "every day from 9 to 5" is said of a working week, too
            numbers = any(token.hour for token in self.said)
            return not numbers and not any(other.clocks or other.every for other in items)
        if self.around(item, self.words.slots.only):
            return True
        if many > 2 or item.days == "0000011":
            return True
        return many == 2 and not any(len(other.clocks) == 1 for other in items)


def _pair(item: Item) -> tuple[Clock, Clock]:
    return item.clocks[0], item.clocks[1]


def _without(items: Sequence[Item]) -> tuple[Span, ...] | None:
    """The day around a night without texts: "nothing between 8pm and 7am"."""
    for item in items:
        if len(item.clocks) == 2 and item.negated:
            night = span_of(*_pair(item))
            if night and night[1] > DAY:
                return (Span(clock_time(night[1]), clock_time(night[0])),)
    return None


def _minutes(span: Span) -> int:
    opens, closes = span.minutes
    return closes - opens


def _clipped(
    spans: tuple[Span, ...], opens: Clock | None, closes: Clock | None
) -> tuple[Span, ...]:
    """9 to 5, but nothing before 10."""
    first, last = spans[0], spans[-1]
    if opens and clock_time(_opening(opens)) in first:
        spans = (replace(first, opens=clock_time(_opening(opens))), *spans[1:])
        last = spans[-1]
    if closes and minute_of(last.opens) < _close(closes) and clock_time(_close(closes)) in last:
        spans = (*spans[:-1], replace(last, closes=clock_time(_close(closes))))
    return spans


def _opening(clock: Clock) -> int:
    """A working day may begin at five in the morning, but not at four."""
    return clock.later_half() if clock.at < 5 * 60 else clock.at


def _close(clock: Clock) -> int:
    return clock.later_half()


def _midday(clock: Clock) -> int:
    return clock.at + NOON if clock.bare and clock.at < 9 * 60 else clock.at


def _both(one: str, other: str) -> str:
    return "".join(max(pair) for pair in zip(one or "0" * 7, other, strict=True))
