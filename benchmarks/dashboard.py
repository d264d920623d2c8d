"""How long the dashboard's pages take over 100,000 people and ten million texts, and over none.

Only by its name: filling two databases takes a quarter of an hour and 20 GB of disk.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask.testing import FlaskClient
from pydantic import SecretStr

from benchmarks import subscribers
from benchmarks.table import NAMES, Row, spread
from config.settings import Settings
from service.runtime import Runtime, build
from service.web.dashboard.desk import SECTIONS
from service.web.numbers.figures import FIGURES, Shape
from service.web.numbers.period import DAYS
from tests import history
from tests.web.operators import signed_in

PEOPLE = 100_000
ENTRIES = int(os.environ.get("BENCH_ENTRIES", "10000000"))
RUNS = 15
NOW = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Site:
    runtime: Runtime
    client: FlaskClient

    def page(self, path: str) -> Sequence[float]:
        """Milliseconds of some visits, after a first one."""
        took = []
        for _ in range(RUNS + 1):
            began = time.perf_counter()
            answer = self.client.get(path)
            took.append(1000 * (time.perf_counter() - began))
            assert answer.status_code in {200, 304}, (path, answer.status_code)
        return took[1:]


def measure() -> list[Row]:
    return [row for database in subscribers.available() for row in _measured(database)]


def _measured(database: str) -> Iterator[Row]:
    name = NAMES[database]
    with _site(database) as (empty, _):
        paths = _paths(empty.client)
        bare = {path: empty.page(path) for path in paths}
    with _site(database, ENTRIES) as (full, rolled):
        yield Row(f"{name}: first roll-up of {ENTRIES:,} texts", "s", f"{rolled['first']:.0f}")
        yield Row(f"{name}: roll-up a minute later", "ms", f"{1000 * rolled['next']:.0f}")
        for path in paths:
            yield Row(f"{name}, {ENTRIES:,} texts: {path}", "ms", spread(full.page(path), ".0f"))
            yield Row(f"{name}, nobody: {path}", "ms", spread(bare[path], ".0f"))


def _paths(client: FlaskClient) -> Sequence[str]:
    """Every section of the bar, the overview in each of its periods, and what it asks for."""
    with client.application.test_request_context():
        sections = [client.application.url_for(endpoint) for endpoint, _ in SECTIONS]
    asked = [f"/dashboard?days={days}" for days in DAYS]
    live = ["/dashboard/live?days=90", "/dashboard/live?days=90&figures"]
    drawn = [name for name, figure in FIGURES.items() if figure.shape is not Shape.HEAT]
    charts = [f"/dashboard/charts/{name}.svg?days=90" for name in drawn]
    return [*sections, *asked, *live, *charts, "/dashboard/numbers/reminders.csv?days=90"]


@contextmanager
def _site(database: str, entries: int = 0) -> Iterator[tuple[Site, Mapping[str, float]]]:
    now = NOW
    with subscribers.empty(database, "dashboard") as url, TemporaryDirectory() as folder:
        keys: dict[str, Any] = {
            "secret_key": SecretStr("bench"),
            "suppression_key": SecretStr("bench"),
        }
        settings = Settings(data_dir=Path(folder), database_url=SecretStr(url), **keys)
        runtime = build(settings, lambda: now)
        if entries:
            history.fill(runtime.store, PEOPLE, entries, NOW)
            subscribers.settle_down(runtime.store)
        took = {}
        for name in ("first", "second", "next"):  # on PostgreSQL rows settle before they count
            began = time.perf_counter()
            runtime.counting.roll(now)
            took[name] = time.perf_counter() - began
            now += timedelta(minutes=1)
        yield Site(runtime, signed_in(runtime, "viewer").client), took
        runtime.close()
