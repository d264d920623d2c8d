import shutil
from pathlib import Path

import pytest

from messages.catalogue import FOLDER, Catalogue, load


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of our messages that a test may break."""
    copy = tmp_path / "messages"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy
