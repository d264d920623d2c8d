"""The stretches that a person gets, played over weeks."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from messages.catalogue import Catalogue, Stretch
from messages.rotation import SUBJECT, pick

MONDAY = date(2026, 1, 5)
LIMITS: list[dict[str, Any]] = [
    {},
    {"seated": True},
    {"discreet": True},
    {"seated": True, "discreet": True},
    {"gentle": True},
    {"left_out": frozenset({"back"})},
    {"left_out": frozenset({"neck", "legs"})},
]


@pytest.fixture(scope="module")
def moves(catalogue: Catalogue) -> tuple[Stretch, ...]:
    return catalogue.stretches()


def play(
    moves: Sequence[Stretch], person: int, weeks: int = 3, of: int = 7, **limits: Any
) -> list[tuple[date, list[Stretch]]]:
    """The moves of each workday."""
    history: list[tuple[date, str]] = []
    days = []
    for day in _workdays(weeks):
        recent = [(when, key) for when, key in history if when >= day - timedelta(days=7)]
        today = []
        for place in range(of):
            move = pick(moves, recent, day, person, place=place, of=of, **limits)
            today.append(move)
            recent.append((day, move.id))
        history += [(day, move.id) for move in today]
        days.append((day, today))
    return days


def _workdays(weeks: int) -> Iterator[date]:
    for number in range(7 * weeks):
        day = MONDAY + timedelta(days=number)
        if day.weekday() < 5:
            yield day


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("of", [1, 3, 7, 8])
def test_never_the_same_area_twice_in_a_row_even_over_night(
    moves: tuple[Stretch, ...], of: int, limits: dict[str, Any]
) -> None:
    areas = [move.area for _, day in play(moves, 11, of=of, **limits) for move in day]
    assert all(one != next_ for one, next_ in pairwise(areas))


@settings(max_examples=15, deadline=None)
@given(person=st.integers(0, 10**9), of=st.integers(6, 8))
@example(person=42971, of=8)
def test_an_ordinary_day_repeats_nothing_and_keeps_to_the_subject(
    moves: tuple[Stretch, ...], person: int, of: int
) -> None:
    for _, day in play(moves, person, weeks=2, of=of):
        assert len({move.id for move in day}) == of
        assert 2 * sum(move.area in SUBJECT for move in day) >= of
        assert day[0].ends_day
        assert day[-1].ends_day


@settings(max_examples=15, deadline=None)
@given(person=st.integers(0, 10**9))
def test_a_move_rests_for_three_workdays(moves: tuple[Stretch, ...], person: int) -> None:
    """But for the first and last of a day: there are four such moves and two such places."""
    days = [{move.id for move in day[1:-1]} for _, day in play(moves, person)]
    for place, today in enumerate(days):
        assert today.isdisjoint(set().union(*days[max(0, place - 3) : place]))


@settings(max_examples=15, deadline=None)
@given(person=st.integers(0, 10**9))
def test_a_week_brings_strength_twice_and_lifting_once(
    moves: tuple[Stretch, ...], person: int
) -> None:
    days = play(moves, person)
    for week in range(3):
        of_week = [move for _, day in days[5 * week : 5 * week + 5] for move in day]
        assert sum(move.strength for move in of_week) == 2
        assert sum(move.area == "lifting" for move in of_week) == 1


@pytest.mark.parametrize(
    ("limits", "kept"),
    [
        ({"seated": True}, lambda move: move.seated),
        ({"discreet": True}, lambda move: move.discreet),
        ({"seated": True, "discreet": True}, lambda move: move.seated and move.discreet),
        ({"gentle": True}, lambda move: move.gentle),
        ({"left_out": {"neck"}}, lambda move: "neck" not in move.areas),
        ({"left_out": {"back"}}, lambda move: "back" not in move.areas),
        ({"seated": True, "left_out": {"hips"}}, lambda move: move.seated),
    ],
)
def test_a_person_gets_only_what_they_asked_for(
    moves: tuple[Stretch, ...], limits: dict[str, Any], kept: Any
) -> None:
    assert all(kept(move) for _, day in play(moves, 5, weeks=1, **limits) for move in day)


def test_with_everything_left_out_a_gentle_move_still_comes(moves: tuple[Stretch, ...]) -> None:
    everything = frozenset(area for move in moves for area in move.areas)
    standing = play(moves, 5, weeks=1, left_out=everything)
    assert all(move.gentle for _, day in standing for move in day)
    seated = play(moves, 5, weeks=1, seated=True, left_out=everything, gentle=True)
    assert all(move.seated for _, day in seated for move in day)


def test_after_a_strain_no_strength_comes_even_when_little_is_left(
    moves: tuple[Stretch, ...],
) -> None:
    days = play(moves, 9, weeks=1, gentle=True, seated=True, left_out=frozenset({"back"}))
    assert not any(move.strength for _, day in days for move in day)


def test_the_same_person_day_and_slot_always_get_the_same_move(
    moves: tuple[Stretch, ...],
) -> None:
    first, again, other = (play(moves, person, weeks=1) for person in (7, 7, 8))
    assert first == again
    assert first != other


def test_a_single_move_is_given_again_and_again(moves: tuple[Stretch, ...]) -> None:
    assert pick(moves[:1], [(MONDAY, moves[0].id)], MONDAY, 1, place=1, of=7) == moves[0]


def test_a_history_of_moves_that_are_gone_does_no_harm(moves: tuple[Stretch, ...]) -> None:
    assert pick(moves, [(MONDAY, "XX9")], MONDAY, 1, place=9, of=7).ends_day


def test_a_choice_among_short_moves_still_knows_what_came_before(
    moves: tuple[Stretch, ...],
) -> None:
    by_id = {move.id: move for move in moves}
    night_before = [(MONDAY, "UB3")]  # a long text, so it isn't among the short ones
    among = [by_id["UB6"], by_id["SH1"]]
    tuesday = MONDAY + timedelta(days=1)
    chosen = {
        pick(moves, night_before, tuesday, person, place=1, of=7, among=among).id
        for person in range(20)
    }
    assert chosen == {"SH1"}
