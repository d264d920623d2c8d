"""What load balancers and monitors are told."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from service.app import create_app
from service.heartbeat import HEARTBEAT
from service.runtime import Runtime
from service.store.sqlite import SqliteStore
from service.store.tables import Setting


def beat(runtime: Runtime, ago: timedelta) -> None:
    with runtime.store.write() as session:
        moment = runtime.clock.now() - ago
        session.merge(Setting(name=HEARTBEAT, value=moment.isoformat()))


def ask(runtime: Runtime, path: str = "/ready") -> tuple[int, str]:
    response = create_app(runtime).test_client().get(path)
    assert response.headers["Cache-Control"] == "no-store"
    return response.status_code, response.text


def spoil(runtime: Runtime) -> None:
    """Something else stands where the database was."""
    runtime.store.engine.dispose()
    assert isinstance(runtime.store, SqliteStore)
    assert runtime.store.path
    for path in runtime.store.path.parent.glob("upright.db*"):
        path.write_text("not a database, but a text of some length" * 100)


def test_a_process_that_answers_is_live(service: Callable[..., Runtime]) -> None:
    runtime = service()
    spoil(runtime)
    assert ask(runtime, "/live") == (200, "ok\n")


@pytest.mark.parametrize(
    ("ago", "answer"), [(1, (200, "ok\n")), (119, (200, "ok\n")), (121, (503, "clock\n"))]
)
def test_ready_means_that_the_clock_ticks(
    service: Callable[..., Runtime], ago: int, answer: tuple[int, str]
) -> None:
    runtime = service()
    beat(runtime, timedelta(seconds=ago))
    assert ask(runtime) == answer


def test_a_clock_that_never_ticked_is_not_ready(service: Callable[..., Runtime]) -> None:
    assert ask(service()) == (503, "clock\n")


def test_a_web_process_beside_a_clock_answers_for_itself(service: Callable[..., Runtime]) -> None:
    assert ask(service(background=False)) == (200, "ok\n")


def test_without_its_database_it_is_not_ready(service: Callable[..., Runtime]) -> None:
    runtime = service(background=False)
    spoil(runtime)
    assert ask(runtime) == (503, "database\n")
