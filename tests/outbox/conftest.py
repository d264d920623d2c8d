"""A house with a migrated database of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store.engine import open_store
from tests.outbox.line import House


@pytest.fixture
def house(tmp_path: Path, migrated: Path) -> Iterator[House]:
    path = shutil.copy(migrated, tmp_path / "upright.db")
    store = open_store(f"sqlite:///{path}")
    yield House(store)
    store.close()
