"""A house with a broadcast's words, on each database."""

import pytest

from service.store.engine import Store
from tests.broadcasts.group import Group


@pytest.fixture
def group(store: Store) -> Group:
    return Group(store)
