"""Reminders from the outbox to the provider, beside Celery with a task a message.

Upright claims, asks the gate, chooses and writes the words, sends and records what came of it; the peer only
sends. Its tasks lie ready in Redis as our rows do in the outbox. The provider is a stand-in on loopback.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import lanes
from benchmarks.lanes import Lane, Result
from benchmarks.table import Row, spread
from tests import servers

RUNS = 5
WARM_UP = 400
LATENCY = 0.05  # seconds that the slow provider takes
BOUND = 64 / LATENCY  # messages a second that no sender with 64 in flight can pass
MANY, FEW = 4_000, 100
ONE, TWO, PEER = "one `upright worker`, PostgreSQL", "two", "Celery, prefork 2"
ALONE = "`upright clock`, SQLite"
Results = Mapping[tuple[str, float], Sequence[Result]]


def measure() -> list[Row]:
    absent = {"postgresql", "redis"} & set(servers.absent())
    if absent:
        return [Row(f"left out: needs {' and '.join(sorted(absent))} (tests/servers.py)", "", "")]
    results: dict[tuple[str, float], list[Result]] = defaultdict(list)
    with TemporaryDirectory(prefix="upright-bench-") as folder, ExitStack() as running:
        started = {}
        for name, latency, count, starting in _lanes(Path(folder)):
            lane = running.enter_context(starting)
            lane.run(min(WARM_UP, count))
            started[name, latency] = lane, count
        for _ in range(RUNS):
            for key, (lane, count) in started.items():
                results[key].append(lane.run(count))
    return [*_instant(results), *_slow(results)]


def _lanes(folder: Path) -> Iterator[tuple[str, float, int, AbstractContextManager[Lane]]]:
    for latency, few in ((0.0, MANY // 2), (LATENCY, FEW)):
        yield ALONE, latency, MANY, lanes.on_sqlite(folder, latency, MANY)
        yield ONE, latency, MANY, lanes.on_postgresql(folder, latency, MANY)
        yield PEER, latency, few, lanes.on_celery(folder, latency)
    yield TWO, LATENCY, 2 * MANY, lanes.on_postgresql(folder, LATENCY, 2 * MANY, workers=2)


def _instant(results: Results) -> Iterator[Row]:
    peer = results[PEER, 0.0]
    for name in (ALONE, ONE, PEER):
        yield from _rows(f"provider answers at once: {name}", results[name, 0.0])
    for name in (ALONE, ONE):
        yield _ratio(f"{name} / {PEER}", results[name, 0.0], peer)


def _slow(results: Results) -> Iterator[Row]:
    for name in (ALONE, ONE, TWO, PEER):
        yield from _rows(f"provider takes 50 ms: {name}", results[name, LATENCY])
    for name in (ALONE, ONE):
        shares = [result.rate / BOUND for result in results[name, LATENCY]]
        yield Row(f"{name}, of what 64 in flight could", "share", spread(shares, ".2f"))
    yield _ratio("two workers / one", results[TWO, LATENCY], results[ONE, LATENCY])


def _rows(name: str, results: Sequence[Result]) -> list[Row]:
    return [
        Row(name, "messages/s", spread([result.rate for result in results], ",.0f")),
        Row("", "CPU s per 1,000", spread([result.cost for result in results], ".2f")),
    ]


def _ratio(name: str, ours: Sequence[Result], theirs: Sequence[Result]) -> Row:
    ratios = [our.rate / their.rate for our, their in zip(ours, theirs, strict=True)]
    return Row(name, "ratio of rates", spread(ratios, ".2f"))
