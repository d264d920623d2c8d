"""Which stretch comes next: pure, and the same for the same person, day and slot."""

import hashlib
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from messages.language import Stretch

# What the article is about: at least half of a day's moves work here.
SUBJECT = frozenset({"upper back", "mid back", "chest", "neck", "shoulders"})
LIFTING = "lifting"
STRENGTH = "strength"
# Beside the everyday moves a week brings these, each on a day of its own.
_WEEK = (STRENGTH, STRENGTH, LIFTING)
_ROOM_FOR_SPECIAL = 4  # slots a day; with fewer, half of them would no longer fit the subject
_REST_DAYS = (3, 2, 1)  # days with moves before one comes back, as many as the choice allows

Wish = Callable[[Stretch], bool]


@dataclass(frozen=True, slots=True)
class _Slot:
    """A slot and what came before it."""

    history: Sequence[tuple[date, str]]
    today: date
    person: int
    place: int
    of: int
    kinds: dict[str, Stretch]

    @property
    def ends_day(self) -> bool:
        return self.place == 0 or self.place >= self.of - 1

    @property
    def earlier_today(self) -> list[Stretch]:
        return [
            self.kinds[key] for day, key in self.history if day == self.today and key in self.kinds
        ]


def pick(
    stretches: Sequence[Stretch],
    history: Sequence[tuple[date, str]],
    today: date,
    person: int,
    *,
    place: int,
    of: int,
    seated: bool = False,
    discreet: bool = False,
    left_out: AbstractSet[str] = frozenset(),
    gentle: bool = False,
    among: Sequence[Stretch] = (),
) -> Stretch:
    """The stretch for slot `place` (from 0) of `of` today; `history` is (local day, id), newest last.

    `stretches` are all there are, so that the history is understood; `among` are those to choose from
    when not all will do (a text that has to be short).

    A week of history is enough. The person's own limits choose the pool (see _pool). Then each
    wish narrows it, in this order, and is passed over where it would leave nothing:
    not the area of the last move, not a move of today, the day's ends as they should be, the week's
    strength and lifting, three days of rest for a move, half of the day for the article's subject.
    """
    pool = _pool(among or stretches, seated, discreet, left_out, gentle)
    slot = _Slot(history, today, person, place, of, {move.id: move for move in stretches})
    special = "" if gentle else _special(slot)
    for wish in _wishes(slot, special):
        pool = [move for move in pool if wish(move)] or pool
    return pool[_draw(len(pool), person, today, place, "move")]


def _pool(
    stretches: Sequence[Stretch],
    seated: bool,
    discreet: bool,
    left_out: AbstractSet[str],
    gentle: bool,
) -> list[Stretch]:
    """What this person can do.

    When nothing is left, limits go one by one: first what merely shows comes back, then what isn't
    gentle (strength last), then the areas left out (gentle moves first); standing up last of all.
    """

    def sits(move: Stretch) -> bool:
        return move.seated or not seated

    def hides(move: Stretch) -> bool:
        return move.discreet or not discreet

    def spares(move: Stretch) -> bool:
        return left_out.isdisjoint(move.areas)

    def eases(move: Stretch) -> bool:
        return move.gentle or not gentle

    def spends_little(move: Stretch) -> bool:
        return not (gentle and _kind(move))

    def mild(move: Stretch) -> bool:
        return move.gentle

    limits: tuple[tuple[Wish, ...], ...] = (
        (sits, spares, eases, hides),
        (sits, spares, eases),
        (sits, spares, spends_little),
        (sits, spares),
        (sits, mild, hides),
        (sits, mild),
        (sits,),
        (mild,),
    )
    for wanted in limits:
        pool = [move for move in stretches if all(wish(move) for wish in wanted)]
        if pool:
            return pool
    return list(stretches)


def _wishes(slot: _Slot, special: str) -> list[Wish]:
    known = next((key for _, key in reversed(slot.history) if key in slot.kinds), None)
    last_area = slot.kinds[known].area if known else ""
    done = {key for day, key in slot.history if day == slot.today}
    wanted = special if slot.place >= _special_place(slot) else ""
    wishes: list[Wish] = [
        lambda move: move.area != last_area,
        lambda move: move.id not in done,
        lambda move: move.ends_day == slot.ends_day,
        lambda move: _kind(move) == (wanted if not slot.ends_day else ""),
    ]
    rests = _rested(slot)
    wishes.append(rests[0])
    if _subject_due(slot, special, wanted):
        wishes.append(lambda move: move.area in SUBJECT)
    return wishes + rests[1:]


def _kind(move: Stretch) -> str:
    if move.area == LIFTING:
        return LIFTING
    return STRENGTH if move.strength else ""


def _rested(slot: _Slot) -> list[Wish]:
    """Not done on any of the last days that had moves, for each of _REST_DAYS."""
    last: dict[str, date] = {}
    for day, key in slot.history:
        if day < slot.today and day > last.get(key, date.min):
            last[key] = day
    before = sorted({day for day, _ in slot.history if day < slot.today})

    def rested(days: int) -> Wish:
        since = before[-days:][0] if before else date.max
        return lambda move: last.get(move.id, date.min) < since

    return [rested(days) for days in _REST_DAYS]


def _special(slot: _Slot) -> str:
    """What the week still owes on a day that had none of it: strength, lifting or nothing."""
    if slot.of < _ROOM_FOR_SPECIAL or any(_kind(move) for move in slot.earlier_today):
        return ""
    week = slot.today.isocalendar()[:2]
    turn = _draw(
        len(_WEEK), slot.person
    )  # the same each week: LF1 alone must rest from week to week
    owed = [*_WEEK[turn:], *_WEEK[:turn]]
    for day, key in slot.history:
        kind = _kind(slot.kinds[key]) if key in slot.kinds else ""
        if kind in owed and day.isocalendar()[:2] == week:
            owed.remove(kind)
    return owed[0] if owed else ""


def _special_place(slot: _Slot) -> int:
    """The place from which today's special move may come, never an end of the day."""
    return 1 + _draw(max(1, slot.of - 2), slot.person, slot.today, "special")


def _subject_due(slot: _Slot, special: str, wanted: str) -> bool:
    """Would half of the day be missed if this slot went elsewhere? The last slot isn't counted on."""
    so_far = sum(move.area in SUBJECT for move in slot.earlier_today)
    owed = (slot.of + 1) // 2 - so_far
    later = max(0, slot.of - 2 - slot.place)
    if special and not wanted:
        later -= 1
    return owed > later


def _draw(choices: int, *seed: object) -> int:
    """A number below `choices`, the same for the same seed in every process."""
    digest = hashlib.blake2b(repr(seed).encode(), digest_size=8).digest()
    return int.from_bytes(digest) % choices
