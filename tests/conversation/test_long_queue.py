"""Nobody waits for an answer because much is queued for others."""

import pytest

from tests.outbox.queues import queue
from tests.phone import Phone
from tests.store.steps import counting

TEXTS = (
    ["STOP"],
    ["DONE"],
    ["SNOOZE 10"],
    ["SKIP"],
    ["PAUSE 2 hours"],
    ["EVERY 2 hours"],
    ["STATUS"],
    ["STRETCH"],
    ["chest pain"],
    ["DELETE", "YES"],
)


@pytest.mark.parametrize("texts", TEXTS, ids=" ".join)
def test_a_text_costs_the_same_with_a_long_queue(phone: Phone, texts: list[str]) -> None:
    other = Phone(phone.runtime, phone.wall, "+12125550199").join()
    costs = []
    for number, slots in (("+12125550101", range(500)), ("+12125550102", range(500, 5_000))):
        queue(phone.runtime.store, other.person.id, slots, phone.wall.moment)
        person = Phone(phone.runtime, phone.wall, number).join()
        with counting(phone.runtime.store) as steps:
            person.texts(*texts)
        costs.append(len(steps))
    assert costs[1] <= 1.3 * costs[0] + 5, costs
