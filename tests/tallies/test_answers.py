"""What answers cost is told by the day, though no budget counts it."""

from datetime import date, datetime, timedelta

import pytest

from service.counting import Counting
from service.envelopes import State
from service.people import directory
from service.store.tables import Entry, Person
from service.tallies import sent
from service.web.numbers import money
from tests.channels.stages import STAGES
from tests.outbox.line import NOON, House

DAY = NOON.date()


def answers(house: House, since: date = DAY) -> dict[date, int]:
    with house.store.read() as session:
        return dict(money.answered(session, since))


def answer(house: House, person: int, state: State = State.SENT, **changes: object) -> int:
    entry = house.put(person, **{"kind": "reply", "segments": 2} | changes)  # type: ignore[arg-type]
    before = (State.DOUBTFUL,) if state is State.LOST else ()
    with house.store.write() as session:
        row = session.get_one(Entry, entry)
        for each in (State.SENDING, *before, state):
            row.state = each
            session.flush()
    return entry


def test_segments_of_every_kind_of_answer_are_told(house: House, counting: Counting) -> None:
    person = house.person()
    answer(house, person)
    answer(house, person, kind="emergency", segments=3)
    answer(house, person, kind="consent", segments=1)
    house.put(person)  # a reminder: counted as it is spent
    counting.roll(NOON)
    assert answers(house) == {DAY: 6}


@pytest.mark.parametrize("state", [State.DELIVERED, State.UNDELIVERED, State.DOUBTFUL, State.LOST])
def test_what_may_have_gone_has_cost(house: House, counting: Counting, state: State) -> None:
    answer(house, house.person(), state)
    counting.roll(NOON)
    assert answers(house) == {DAY: 2}


@pytest.mark.parametrize("state", [State.FAILED, State.EXPIRED])
def test_what_never_went_cost_nothing(house: House, counting: Counting, state: State) -> None:
    answer(house, house.person(), state)
    house.put(house.person(), "reply")
    counting.roll(NOON)
    assert answers(house) == {}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_channel_counts_as_its_budget_does(
    house: House, counting: Counting, stage: object
) -> None:
    channel = stage.name  # type: ignore[attr-defined]
    answer(house, house.person(), channel=channel, segments=3)
    counting.roll(NOON)
    assert answers(house) == {"sms": {DAY: 3}, "whatsapp": {DAY: 1}}.get(channel, {})


def test_a_late_receipt_takes_nothing_twice(house: House, counting: Counting) -> None:
    entry = answer(house, house.person())
    counting.roll(NOON)
    with house.store.write() as session:
        session.get_one(Entry, entry).state = State.DELIVERED
    counting.roll(NOON + timedelta(hours=20))
    assert answers(house) == {DAY: 2}


@pytest.mark.parametrize("counted", [True, False], ids=["after a count", "before any"])
def test_what_an_erased_person_cost_stays_told(
    house: House, counting: Counting, counted: bool
) -> None:
    person = house.person()
    answer(house, person)
    answer(house, house.person())
    if counted:
        counting.roll(NOON)
    with house.store.write() as session:
        directory.erase(session, session.get_one(Person, person), ["key"], NOON)
    for minutes in (1, 200):
        counting.roll(NOON + timedelta(minutes=minutes))
        assert answers(house) == {DAY: 4}


def test_a_days_hours_are_summed_up(house: House, counting: Counting) -> None:
    person = house.person()
    for hours in range(3):
        answer(house, person, not_before=NOON + timedelta(hours=hours))
    counting.roll(NOON + timedelta(hours=2) + sent.OPEN + sent.HOUR)
    counting.roll(NOON + timedelta(days=9))
    assert answers(house) == {DAY: 6}
    assert answers(house, DAY + timedelta(days=1)) == {}


def test_a_clock_that_was_days_ahead_is_counted_by_again(house: House, counting: Counting) -> None:
    entry = answer(house, house.person(), State.DOUBTFUL)
    counting.roll(NOON + timedelta(days=10))
    with house.store.write() as session:
        session.get_one(Entry, entry).state = State.FAILED
    counting.roll(NOON + timedelta(minutes=10))
    assert answers(house) == {}


def test_a_day_is_that_of_the_universal_clock(house: House, counting: Counting) -> None:
    late = datetime.combine(DAY, datetime.max.time(), NOON.tzinfo)
    answer(house, house.person(), not_before=late)
    counting.roll(late + timedelta(seconds=1))
    assert answers(house) == {DAY: 2}
