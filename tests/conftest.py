"""Fixtures that every feature uses: a migrated database, a service on it, and a phone to text with."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from config.settings import Settings
from messages.catalogue import Catalogue
from service.runtime import Runtime, build
from service.store.engine import Store, open_store
from service.store.migrate import migrate
from tests import servers
from tests.databases import Database, drop_forgotten, made
from tests.phone import Phone, Wall
from tests.vocabulary import CATALOGUE

# The machine may be busy: a slow example is no failure. In CI the same examples are tried each time.
hypothesis.settings.register_profile("upright", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("upright")

NEEDS_POSTGRESQL, NEEDS_REDIS, NEEDS_RABBITMQ, NEEDS_OWN_SERVERS = (
    pytest.mark.server(name)
    for name in ("postgresql", "redis", "rabbitmq", "servers of a test's own")
)
BOTH = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=NEEDS_POSTGRESQL)]
)
_ABSENT = pytest.StashKey[Mapping[str, str]]()
KEYS = {"secret_key": "test-secret", "suppression_key": "test-suppression"}


def pytest_configure(config: pytest.Config) -> None:
    """Ask once a run which servers answer: the processes it is spread over must try the same tests."""
    sent = getattr(config, "workerinput", None)
    config.stash[_ABSENT] = absent = sent["absent"] if sent else servers.absent()
    if absent and "CI" in os.environ:
        raise pytest.UsageError(f"{_left_out(absent)} .ci/run starts them.")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["absent"] = node.config.stash[_ABSENT]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    absent = config.stash[_ABSENT]
    out = [item for item in items if any(m.args[0] in absent for m in item.iter_markers("server"))]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    absent = terminalreporter.config.stash[_ABSENT]
    if absent:
        terminalreporter.write_line(_left_out(absent))


def _left_out(absent: Mapping[str, str]) -> str:
    where = ", ".join(f"{name} ({setting})" for name, setting in absent.items())
    return f"Left out, since they don't answer: {where}."


@pytest.fixture
def thawed() -> Iterator[None]:
    """For tests that load a catalogue: a service keeps its one for good, and they would keep 50 MB each."""
    before = gc.get_freeze_count()
    yield
    if gc.get_freeze_count() > before:
        gc.unfreeze()
        gc.collect()
        gc.freeze()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("store") / "upright.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def on_server() -> Iterator[Database]:
    """One migrated database a test process, since making one takes longer than most tests."""
    drop_forgotten()
    with made("main") as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=NEEDS_POSTGRESQL)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database: every test that uses it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        migrated = request.getfixturevalue("migrated")
        yield f"sqlite:///{shutil.copy(migrated, tmp_path / 'upright.db')}"
    else:
        database = request.getfixturevalue("on_server")
        yield database.url
        database.empty()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=NEEDS_POSTGRESQL)])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        with made("bare") as url:
            yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = open_store(database_url)
    yield store
    store.close()


@pytest.fixture
def server_url(on_server: Database) -> Iterator[str]:
    """A migrated, empty database on PostgreSQL."""
    yield on_server.url
    on_server.empty()


@pytest.fixture
def server_store(server_url: str) -> Iterator[Store]:
    store = open_store(server_url)
    yield store
    store.close()


@pytest.fixture(
    params=[
        pytest.param(servers.REDIS, marks=NEEDS_REDIS, id="redis"),
        pytest.param(servers.RABBITMQ, marks=NEEDS_RABBITMQ, id="rabbitmq"),
    ]
)
def broker_url(request: pytest.FixtureRequest) -> str:
    """Each broker in turn. Others use it meanwhile: name queues after the test."""
    return str(request.param)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return CATALOGUE


@pytest.fixture
def database() -> str:
    """Which one the service has. On `BOTH` where its rules must be the same: whole conversations."""
    return "sqlite"


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, migrated: Path, database: str
) -> Iterator[Settings]:
    shutil.copy(migrated, tmp_path / "upright.db")
    given: dict[str, Any] = {"data_dir": tmp_path, **KEYS}
    if database == "sqlite":
        yield Settings(**given)
    else:
        server = request.getfixturevalue("on_server")
        yield Settings(database_url=server.url, **given)
        server.empty()


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def service(
    settings: Settings, wall: Wall, catalogue: Catalogue
) -> Iterator[Callable[..., Runtime]]:
    """A maker of services with other settings; each is closed at the end."""
    made: list[Runtime] = []

    def make(wall: Wall | None = wall, **changes: object) -> Runtime:
        made.append(build(settings.model_copy(update=changes), wall, catalogue))
        return made[-1]

    yield make
    for runtime in made:
        runtime.close()


@pytest.fixture
def phone(service: Callable[..., Runtime], wall: Wall) -> Phone:
    return Phone(service(), wall)
