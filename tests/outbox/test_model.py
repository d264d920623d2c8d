"""Whatever order claims, sends, crashes, sweeps, receipts and STOP come in: nothing twice, nothing lost."""

import itertools
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from service.outbox import policy
from tests.conftest import NEEDS_POSTGRESQL
from tests.outbox.model import Model


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=NEEDS_POSTGRESQL)])
def fresh(
    request: pytest.FixtureRequest, tmp_path: Path, migrated: Path
) -> Iterator[Callable[[], str]]:
    """Makes an empty database each time, or empties the one on the server."""
    numbers = itertools.count()

    def of_a_file() -> str:
        path = tmp_path / f"{next(numbers)}.db"
        return f"sqlite:///{shutil.copy(migrated, path)}"

    def on_a_server() -> str:
        database = request.getfixturevalue("on_server")
        database.empty()
        return str(database.url)

    if request.param == "sqlite":
        yield of_a_file
    else:
        yield on_a_server
        on_a_server()


def test_nothing_is_lost_and_nothing_comes_twice(
    fresh: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random()
    monkeypatch.setattr(policy, "_chance", chance)

    class OnItsDatabase(Model):
        def __init__(self) -> None:
            chance.seed(1)  # of waits: what is due after a step is the same when it is played again
            super().__init__(fresh())

    examples = 40 if fresh().startswith("sqlite") else 15  # each takes longer on a server
    rounds = settings(max_examples=examples, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(OnItsDatabase, settings=rounds)
