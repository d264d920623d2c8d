"""Each channel's way to its provider, beside the bare asyncio client of the provider's own SDK.

Both hand the same texts to the same stand-in on loopback, from one event loop, with the same number in
flight; what our channel does more is what it makes of the answer, and of a text before it goes.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter, process_time

from aiohttp import web

from benchmarks import channel_pairs
from benchmarks.channel_pairs import PAIRS, Pair
from benchmarks.table import Row, spread

RUNS = 9
TEXTS = 3_000
WARM_UP = 200
IN_FLIGHT = 64


def measure() -> list[Row]:
    rates: dict[tuple[str, bool], list[float]] = defaultdict(list)
    costs: dict[tuple[str, bool], list[float]] = defaultdict(list)
    with _provider() as url:
        for pair in PAIRS:
            for ours in (True, False):
                asyncio.run(_send(pair, url, ours, WARM_UP))
        for run in range(RUNS):
            for pair in PAIRS:
                for ours in (True, False) if run % 2 else (False, True):
                    began, used = perf_counter(), process_time()
                    asyncio.run(_send(pair, url, ours, TEXTS))
                    rates[pair.name, ours].append(TEXTS / (perf_counter() - began))
                    costs[pair.name, ours].append(process_time() - used)
    return [row for pair in PAIRS for row in _rows(pair, rates, costs)]


def _rows(
    pair: Pair,
    rates: dict[tuple[str, bool], list[float]],
    costs: dict[tuple[str, bool], list[float]],
) -> Iterator[Row]:
    for ours, name in ((True, f"Upright, {pair.name}"), (False, pair.peer)):
        yield Row(name, "texts/s", spread(rates[pair.name, ours], ",.0f"))
        milliseconds = [cost * 1000 / TEXTS for cost in costs[pair.name, ours]]
        yield Row("", "CPU ms a text", spread(milliseconds, ".2f"))
    ratios = [a / b for a, b in zip(rates[pair.name, True], rates[pair.name, False], strict=True)]
    yield Row(f"Upright, {pair.name} / {pair.peer}", "ratio of texts/s", spread(ratios, ".2f"))


async def _send(pair: Pair, url: str, ours: bool, count: int) -> None:
    async with (pair.ours if ours else pair.bare)(url) as send:
        numbers = iter(range(count))
        await asyncio.gather(*(_line(send, numbers) for _ in range(IN_FLIGHT)))


async def _line(send: Callable[[int], Awaitable[None]], numbers: Iterator[int]) -> None:
    for number in numbers:
        await send(number)


@contextmanager
def _provider() -> Iterator[str]:
    """A process that answers every call as the provider that it is meant for does."""
    processes = get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        ours.send(None)
        process.join(10)


def _serve(told: Connection) -> None:
    asyncio.run(_until_told(told))


async def _until_told(told: Connection) -> None:
    answers = {path: json.dumps(answer).encode() for path, answer in channel_pairs.ANSWERS.items()}

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        name = request.path.rpartition("/")[2]
        status = 201 if name == channel_pairs.TWILIO else 200
        return web.Response(body=answers[name], status=status, content_type="application/json")

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    told.send(runner.addresses[0][1])
    await asyncio.to_thread(told.recv)
    await runner.cleanup()
