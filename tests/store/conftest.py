"""A migrated SQLite file, where a test looks into it or breaks it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store.engine import Store, open_store


@pytest.fixture
def path(tmp_path: Path, migrated: Path) -> Path:
    return Path(shutil.copy(migrated, tmp_path / "upright.db"))


@pytest.fixture
def file_store(path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{path}")
    yield store
    store.close()
