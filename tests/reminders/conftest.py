"""A store with people on plans, without the rest of the service."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store.engine import Store, open_store


@pytest.fixture
def store(tmp_path: Path, migrated: Path) -> Iterator[Store]:
    path = shutil.copy(migrated, tmp_path / "upright.db")
    store = open_store(f"sqlite:///{path}")
    yield store
    store.close()
