"""Which stretch comes next: pure, and the same for the same person, day and slot."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from messages.language import Stretch

# What the article is about: at least half of a day's moves work here.
SUBJECT = frozenset({"upper back", "mid back", "chest", "neck", "shoulders"})
LIFTING = "lifting"
STRENGTH = "strength"
# Beside the everyday moves a week brings these, each on a day of its own.
_WEEK = (STRENGTH, STRENGTH, LIFTING)
_ROOM_FOR_SPECIAL = 4  # slots a day; with fewer, half of them would no longer fit the subject
_REST_DAYS = (3, 2, 1)  # days with moves before one comes back, as many as the choice allows

Limit = Callable[[Stretch], bool]
Wish = AbstractSet[Stretch]  # those that fit it


@dataclass(frozen=True, slots=True)
class _Repertoire:
    """All moves, sorted by what is wished of them: that takes longer than a choice among them."""

    by_id: Mapping[str, Stretch]
    all: frozenset[Stretch]
    elsewhere: Mapping[str, Wish]  # than in this area
    ends_day: Mapping[bool, Wish]
    of_kind: Mapping[str, Wish]
    of_subject: Wish
    off_subject: Wish


@dataclass(frozen=True, slots=True)
class _Slot:
    """A slot and what came before it."""

    history: Sequence[tuple[date, str]]
    today: date
    person: int
    place: int
    of: int
    moves: _Repertoire

    @property
    def ends_day(self) -> bool:
        return self.place == 0 or self.place >= self.of - 1

    @property
    def earlier_today(self) -> list[Stretch]:
        known = self.moves.by_id
        return [known[key] for day, key in self.history if day == self.today and key in known]


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

    `stretches` are all there are, so that the history is understood; `among`, the very same objects, are
    those to choose from when not all will do (a text that has to be short).

    A week of history is enough. The person's own limits choose the pool (see _pool). Then each
    wish narrows it, in this order, and is passed over where it would leave nothing:
    not the area of the last move, not a move of today, the day's ends as they should be, the week's
    strength and lifting, three days of rest for a move, half of the day for the article's subject and
    no more than that.
    """
    pool = _pool(tuple(among or stretches), seated, discreet, frozenset(left_out), gentle)
    slot = _Slot(history, today, person, place, of, _repertoire(tuple(stretches)))
    special = "" if gentle else _special(slot)
    for wish in _wishes(slot, special):
        pool = [move for move in pool if move in wish] or pool
    return pool[_draw(len(pool), person, today, place, "move")]


@lru_cache(maxsize=64)
def _repertoire(stretches: tuple[Stretch, ...]) -> _Repertoire:
    every = frozenset(stretches)
    areas, kinds = {move.area for move in every}, {"", *_WEEK}
    return _Repertoire(
        by_id={move.id: move for move in stretches},
        all=every,
        elsewhere={"": every}
        | {area: frozenset(move for move in every if move.area != area) for area in areas},
        ends_day={
            ends: frozenset(move for move in every if move.ends_day == ends)
            for ends in (False, True)
        },
        of_kind={kind: frozenset(move for move in every if _kind(move) == kind) for kind in kinds},
        of_subject=frozenset(move for move in every if move.area in SUBJECT),
        off_subject=frozenset(move for move in every if move.area not in SUBJECT),
    )


@lru_cache(maxsize=1024)
def _pool(
    stretches: tuple[Stretch, ...],
    seated: bool,
    discreet: bool,
    left_out: frozenset[str],
    gentle: bool,
) -> Sequence[Stretch]:
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

    limits: tuple[tuple[Limit, ...], ...] = (
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
        pool = [move for move in stretches if all(limit(move) for limit in wanted)]
        if pool:
            return pool
    return stretches


def _wishes(slot: _Slot, special: str) -> list[Wish]:
    moves = slot.moves
    known = next((key for _, key in reversed(slot.history) if key in moves.by_id), None)
    last_area = moves.by_id[known].area if known else ""
    wanted = special if slot.place >= _special_place(slot) else ""
    rests = _rested(slot)
    return [
        moves.elsewhere[last_area],
        moves.all.difference(slot.earlier_today),
        moves.ends_day[slot.ends_day],
        moves.of_kind["" if slot.ends_day else wanted],
        rests[0],
        *_subject(slot, special, wanted),
        *rests[1:],
    ]


def _kind(move: Stretch) -> str:
    if move.area == LIFTING:
        return LIFTING
    return STRENGTH if move.strength else ""


def _rested(slot: _Slot) -> list[Wish]:
    """Not done on any of the last days that had moves, for each of _REST_DAYS."""
    before = [(day, key) for day, key in slot.history if day < slot.today]
    days = sorted({day for day, _ in before})
    known = slot.moves.by_id

    def rested(count: int) -> Wish:
        since = (days[-count:] or [date.max])[0]
        return slot.moves.all.difference(
            known[key] for day, key in before if day >= since and key in known
        )

    return [rested(count) for count in _REST_DAYS]


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
        kind = _kind(slot.moves.by_id[key]) if key in slot.moves.by_id else ""
        if kind in owed and day.isocalendar()[:2] == week:
            owed.remove(kind)
    return owed[0] if owed else ""


def _special_place(slot: _Slot) -> int:
    """The place from which today's special move may come, never an end of the day."""
    return 1 + _draw(max(1, slot.of - 2), slot.person, slot.today, "special")


def _subject(slot: _Slot, special: str, wanted: str) -> Sequence[Wish]:
    """The article's subject where half of the day would be missed if this slot went elsewhere (the last
    slot isn't counted on); where it has its half, what is left of it is for tomorrow.
    """
    so_far = sum(move.area in SUBJECT for move in slot.earlier_today)
    owed = (slot.of + 1) // 2 - so_far
    later = max(0, slot.of - 2 - slot.place)
    if special and not wanted:
        later -= 1
    if owed > later:
        return (slot.moves.of_subject,)
    return () if owed > 0 else (slot.moves.off_subject,)


def _draw(choices: int, *seed: object) -> int:
    """A number below `choices`, the same for the same seed in every process."""
    digest = hashlib.blake2b(repr(seed).encode(), digest_size=8).digest()
    return int.from_bytes(digest) % choices
