"""What we start costs no more than a day and a month may; operators hear of it in time."""

from collections import deque
from datetime import timedelta

import pytest

from service.envelopes import Verdict
from service.outbox.budget import Budget
from service.store.engine import Store
from service.store.tables import Spending
from tests.outbox.line import NOON, House, Line, failed


def remind(house: House, count: int, budget: Budget, kind: str = "reminder") -> list[str]:
    """So many texts of a kind, one due after the other, sent as far as the budget goes: their states."""
    due = [house.clock.now - timedelta(seconds=ago) for ago in reversed(range(count))]
    rows = [house.put(house.person(), kind, not_before=moment) for moment in due]
    house.deliver(budget=budget, in_flight=1)
    return [house.entry(row).state for row in rows]


def spent(house: House) -> int:
    with house.store.read() as session:
        return sum(row.segments for row in session.query(Spending))


def test_a_spent_day_expires_reminders_until_the_next(house: House) -> None:
    budget = Budget(daily=2)
    assert remind(house, 3, budget) == ["sent", "sent", "expired"]
    assert remind(house, 2, budget, "emergency") == ["sent", "sent"]
    house.clock.forward(days=1)
    assert remind(house, 1, budget) == ["sent"]


def test_the_tighter_of_two_limits_holds(house: House) -> None:
    assert remind(house, 3, Budget(daily=10, monthly=1)).count("sent") == 1


@pytest.mark.parametrize(
    ("budget", "name"), [(Budget(daily=10), "day"), (Budget(monthly=10), "month")]
)
def test_operators_hear_once_before_and_once_when_it_is_used_up(
    house: House, budget: Budget, name: str
) -> None:
    heard = []
    for _ in range(11):
        remind(house, 1, budget)
        heard.append(len(house.alerts))
    assert heard == [0] * 7 + [1, 1, 2, 2]
    assert house.alerts == [f"the {name}'s budget runs out", f"the {name}'s budget is used up"]


def test_operators_hear_of_both_where_one_batch_uses_it_up(house: House) -> None:
    for _ in range(5):
        house.put(house.person())
    house.deliver(budget=Budget(daily=5), in_flight=5)
    assert house.alerts == ["the day's budget runs out", "the day's budget is used up"]


def test_answers_are_not_counted(house: House) -> None:
    remind(house, 3, Budget(daily=1), "reply")
    assert remind(house, 1, Budget(daily=1)) == ["sent"]


@pytest.mark.parametrize(("channel", "sent"), [("sms", 1), ("whatsapp", 2)])
def test_where_each_text_is_billed_as_one_its_length_does_not_count(
    store: Store, channel: str, sent: int
) -> None:
    house = House(store, line=Line(name=channel, silent=True), segments=2)
    for _ in range(2):
        house.put(house.person(channel=channel))
    house.deliver(budget=Budget(daily=2))
    assert house.states().count("sent") == sent
    assert spent(house) == 2


@pytest.mark.parametrize(
    ("verdict", "cost"),
    [(Verdict.REFUSED, 0), (Verdict.RETRY, 0), (Verdict.SET_UP, 0), (Verdict.DOUBTFUL, 1)],
)
def test_what_was_not_sent_is_not_spent(house: House, verdict: Verdict, cost: int) -> None:
    house.line.script = deque([failed(verdict)])
    remind(house, 1, Budget(daily=5))
    assert spent(house) == cost


def test_two_workers_share_one_budget(house: House) -> None:
    for _ in range(6):
        house.put(house.person())
    budget = Budget(monthly=4)
    house.deliver(budget=budget, in_flight=3)
    house.deliver(budget=budget, in_flight=3)
    assert house.states().count("sent") == spent(house) == 4


def test_the_phone_page_costs_nothing(house: House) -> None:
    house.line.name = "simulator"
    for _ in range(2):
        house.put(house.person(channel="simulator"))
    house.deliver(budget=Budget(monthly=1))
    assert house.states() == ["sent", "sent"]
    assert spent(house) == 0


def test_a_text_of_two_segments_needs_two(house: House) -> None:
    house.segments, house.line.silent = 2, True  # known only once it has words
    assert remind(house, 3, Budget(daily=3)).count("sent") == 1
    assert spent(house) == 2


def test_what_the_budget_doesnt_reach_says_nothing(house: House) -> None:
    """Words that never went would count as a move that the person had."""
    remind(house, 2, Budget(daily=1))
    assert [house.entry(row).text for row in (1, 2)] == ["stretch for 1", ""]


def test_spending_is_of_the_utc_day(house: House) -> None:
    house.clock.now = NOON.replace(hour=19, minute=59)
    remind(house, 1, Budget(daily=1))
    with house.store.read() as session:
        assert [row.day for row in session.query(Spending)] == [(NOON + timedelta(0)).date()]
