"""How long the dashboard's pages take over 100,000 people and ten million texts, and over none.

Only by its name: it takes some ten minutes and 20 GB of disk.
"""

import os
import re
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
from service.web import charts
from service.web.dashboard.desk import SECTIONS
from service.web.numbers.figures import FIGURES, Shape
from service.web.numbers.period import DAYS
from tests import history
from tests.web.operators import Desk, signed_in

PEOPLE = 100_000
ENTRIES = int(os.environ.get("BENCH_ENTRIES", "10000000"))
RUNS = 15
NEW = "/dashboard/messages/broadcasts/new"
NOW = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
SEARCHES = (  # of people and of texts: where who looks has something in mind
    "/dashboard/people?find=%2B12000050000",
    "/dashboard/people?find=00",
    "/dashboard/people?state=stopped&order=silent",
    "/dashboard/people?language=zh&channel=telegram&silent=2026-01-20",
    "/dashboard/people?plan=7",
    "/dashboard/people?find=nobody",
    "/dashboard/messages?state=failed",
    "/dashboard/messages?kind=emergency&channel=whatsapp",
    "/dashboard/messages?day=2026-02-20&from=9&to=10&state=expired",
    "/dashboard/messages?error=30004",
    "/dashboard/messages?error=nobody",
    "/dashboard/messages?person=50001",
    "/dashboard/messages/broadcasts",
    "/dashboard/rehearsal?days=14&language=es",
    "/dashboard/people/imports",
    "/dashboard/words?language=zh",
)
ONE = ("/dashboard/people/50001", "/dashboard/people/50001/numbers", "/dashboard/messages/501")


@dataclass(frozen=True)
class Site:
    runtime: Runtime
    desk: Desk

    @property
    def client(self) -> FlaskClient:
        return self.desk.client

    def draft(self) -> str:
        """The page of a broadcast to everybody, which says how many they are and what it costs."""
        form = self.client.get(NEW).text
        token = re.search(r'name="token" value="([^"]+)"', form)
        assert token
        made = self.desk.post(
            NEW, NEW, token=token[1], text_en="We are closed on Friday.", fallback="en", whom="group",
            days="1", until="20:00", rest_days="7", service="yes",
        )  # fmt: skip
        assert made.status_code == 303, made.text
        return made.headers["Location"]

    def page(self, path: str) -> Sequence[float]:
        """Milliseconds of some visits, after a first one. Charts are drawn anew each time."""
        took = []
        for _ in range(RUNS + 1):
            charts.draw.cache_clear()
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
        for path in (*ONE, full.draft()):
            yield Row(f"{name}, {ENTRIES:,} texts: {path}", "ms", spread(full.page(path), ".0f"))


def _paths(client: FlaskClient) -> Sequence[str]:
    """Every section of the bar, the overview in each of its periods, and what it asks for."""
    with client.application.test_request_context():
        sections = [client.application.url_for(endpoint) for endpoint, _ in SECTIONS]
    asked = [f"/dashboard?days={days}" for days in DAYS]
    live = ["/dashboard/live?days=90", "/dashboard/live?days=90&figures"]
    drawn = [name for name, figure in FIGURES.items() if figure.shape is not Shape.HEAT]
    images = [f"/dashboard/charts/{name}.svg?days=90" for name in drawn]
    return [
        *sections,
        *SEARCHES,
        *asked,
        *live,
        *images,
        "/dashboard/numbers/reminders.csv?days=90",
    ]


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
        yield Site(runtime, signed_in(runtime)), took
        runtime.close()
