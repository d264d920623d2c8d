"""A load generator: keep-alive connections that send prepared requests one after the other."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles

CONNECTIONS = 16
KEPT = 25  # requests on a connection
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
    """The server answered something else than 200 or 204: the run would measure the wrong thing."""


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
    """One connection after the other. A server's processes share connections, not requests: on
    sixteen that stayed, one process could have most of the work, by luck.
    """
    loop = asyncio.get_running_loop()
    while time.perf_counter() < until:
        _, line = await loop.create_connection(
            lambda: Line(requests, until, took), "127.0.0.1", port
        )
        if not await line.ended:
            break


class Line(asyncio.Protocol):
    """A connection. Streams would cost as much as the server that is measured on the same cores."""

    def __init__(self, requests: Iterator[bytes], until: float, took: list[float]) -> None:
        self.ended: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._requests, self._until, self._took = requests, until, took
        self._answer = b""
        self._left = KEPT
        self._more = True  # requests

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        request = next(self._requests, None) if self._left else None
        if request is None:
            self._more = not self._left
            self._transport.close()
            return
        self._left -= 1
        self._began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not _whole(self._answer):
            return
        if not self._answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 204")):
            self._end(BadAnswer(self._answer.split(b"\r\n", 1)[0].decode()))
            return
        self._answer = b""
        ended = time.perf_counter()
        self._took.append(ended - self._began)
        if ended < self._until:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error or (BadAnswer("the connection was closed") if self._answer else None))

    def _end(self, error: Exception | None) -> None:
        if self.ended.done():
            return
        if error:
            self.ended.set_exception(error)
            self._transport.close()
        else:
            self.ended.set_result(self._more)


def _whole(answer: bytes) -> bool:
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found or head.startswith(b"HTTP/1.1 204"):
        return bool(found)
    length = head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
    return len(body) >= int(length)
