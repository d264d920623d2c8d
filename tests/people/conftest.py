"""A house with a migrated database of its own."""

import pytest

from service.store.engine import Store
from tests.outbox.line import House


@pytest.fixture
def house(store: Store) -> House:
    return House(store)
