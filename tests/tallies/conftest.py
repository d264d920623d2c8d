"""A house whose texts are counted, with the clock in the test's hand."""

from datetime import timedelta

import pytest

from service.counting import Counting
from service.store.engine import Store
from service.timekeeper import Timekeeper
from tests.outbox.line import House


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


@pytest.fixture
def counting(house: House) -> Counting:
    return another(house)


def another(house: House, history: int = 90) -> Counting:
    """Of another process, on the same database."""
    clock = Timekeeper(movable=True, wall=house.clock)
    return Counting(house.store, clock, timedelta(days=history))
