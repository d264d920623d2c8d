"""A server that holds its connections and says nothing keeps nobody waiting for ever."""

import time
from collections.abc import Callable, Iterator

import pytest

from service.store import postgresql
from service.store.engine import Store, StoreFailed, open_store
from tests.store.frozen import Way, way_to
from tests.store.notes import names, put
from tests.store.statements import FIND

pytestmark = pytest.mark.server("postgresql")
WAIT = 0.1  # seconds; a statement has one second at least


@pytest.fixture
def way(server_store: Store, server_url: str) -> Iterator[Way]:
    with way_to(server_url) as way:
        yield way


@pytest.fixture
def store(way: Way, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(postgresql, "_GRACE", 0.0)
    store = open_store(way.url)
    yield store
    store.close()


def write(store: Store) -> None:
    with store.write(wait=WAIT):
        pass


def ask(store: Store) -> None:
    store.ask(FIND, {"the_name": "a"}, WAIT)


def test_who_has_little_patience_is_told_soon_on_a_connection_of_who_had_more(
    store: Store, way: Way
) -> None:
    """Five seconds of patience are ten for a statement."""
    store.ask(FIND, {"the_name": "a"}, 5.0)
    way.open.clear()
    began = time.monotonic()
    with pytest.raises(StoreFailed):
        ask(store)
    assert time.monotonic() - began < 5
    way.open.set()


@pytest.mark.parametrize("use", [write, ask])
def test_a_frozen_server_is_given_up_and_used_again_once_it_answers(
    store: Store, way: Way, use: Callable[[Store], None]
) -> None:
    put(store, "a")
    use(store)
    way.open.clear()
    with pytest.raises(StoreFailed, match="can't be reached"):
        use(store)
    way.open.set()
    put(store, "b")
    assert sorted(names(store)) == ["a", "b"]
