"""A load generator: keep-alive connections that send prepared requests one after the other."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles

CONNECTIONS = 16
SECONDS = 2.5
PATIENCE = 15.0  # for the last answers, as long as Twilio would wait


@dataclass(frozen=True)
class Result:
    """One run: answers a second, and how long they took, in milliseconds."""

    rate: float
    p50: float
    p99: float
    worst: float


class BadAnswer(Exception):
    """The server answered something else than 200: the run would measure the wrong thing."""


def run(port: int, requests: Sequence[bytes], seconds: float = SECONDS) -> Result:
    """Send requests for some seconds, closed loop. Each connection waits for its answer."""
    return asyncio.run(_run(port, iter(requests), seconds))


async def _run(port: int, requests: Iterator[bytes], seconds: float) -> Result:
    took: list[float] = []
    began = time.perf_counter()
    lanes = (_lane(port, requests, began + seconds, took) for _ in range(CONNECTIONS))
    await asyncio.wait_for(asyncio.gather(*lanes), seconds + PATIENCE)
    elapsed = time.perf_counter() - began
    cuts = quantiles(took, n=100)
    return Result(len(took) / elapsed, cuts[49] * 1000, cuts[98] * 1000, max(took) * 1000)


async def _lane(port: int, requests: Iterator[bytes], until: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in requests:
            began = time.perf_counter()
            writer.write(request)
            await _answer(reader)
            ended = time.perf_counter()
            took.append(ended - began)
            if ended >= until:
                break
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not head.startswith(b"http/1.1 200"):
        raise BadAnswer(head.split(b"\r\n", 1)[0].decode())
    length = head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
    await reader.readexactly(int(length))
