"""Fixtures that every feature uses: a migrated database, a service on it, and a phone to text with."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from config.settings import Settings
from messages.catalogue import Catalogue
from service.runtime import Runtime, build
from service.store.migrate import migrate
from tests.phone import Phone, Wall
from tests.vocabulary import CATALOGUE

# The machine may be busy: a slow example is no failure. In CI the same examples are tried each time.
hypothesis.settings.register_profile("upright", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("upright")

KEYS = {"secret_key": "test-secret", "suppression_key": "test-suppression"}


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("store") / "upright.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return CATALOGUE


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    shutil.copy(migrated, tmp_path / "upright.db")
    return Settings(data_dir=tmp_path, **KEYS)  # type: ignore[arg-type]


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def service(
    settings: Settings, wall: Wall, catalogue: Catalogue
) -> Iterator[Callable[..., Runtime]]:
    """A maker of services with other settings; each is closed at the end."""
    made: list[Runtime] = []

    def make(**changes: object) -> Runtime:
        made.append(build(settings.model_copy(update=changes), wall, catalogue))
        return made[-1]

    yield make
    for runtime in made:
        runtime.close()


@pytest.fixture
def phone(service: Callable[..., Runtime], wall: Wall) -> Phone:
    return Phone(service(), wall)
