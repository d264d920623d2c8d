"""Texts that come at their own rate, whether or not the ones before them were answered."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from benchmarks.load import BadAnswer
from benchmarks.texts import request

TEXTS = ("POSTURE", "LIFT", "FEVER", "MENU", "my lower back hurts", "STATUS", "Lifting?", "postre")
PEOPLE = 4_000  # so that nobody texts often enough to be braked
PATIENCE = 15.0  # for the last answers, as long as Twilio would wait


@dataclass(frozen=True)
class Text:
    """When it came (monotonic), and how many seconds its answer took from then."""

    came: float
    took: float


def requests(account: str, token: str, public_url: str) -> Iterator[bytes]:
    """Signed webhooks without end, each from one of many people and with an id of its own."""
    for number in count():
        sender, words = f"+1212555{number % PEOPLE:04}", TEXTS[number % len(TEXTS)]
        yield request(sender, words, account, token, public_url)


class Texts:
    """A stream of texts to one port; runs on an event loop of its own."""

    def __init__(self, port: int, waiting: Iterator[bytes], rate: float) -> None:
        self._port = port
        self._waiting = waiting
        self._rate = rate
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._texts: list[Text] = []

    def run(self, until: Callable[[], bool]) -> list[Text]:
        """Until `until` says so (asked between two texts), and all are answered."""
        return asyncio.run(self._run(until))

    async def _run(self, until: Callable[[], bool]) -> list[Text]:
        began = time.monotonic()
        under_way: list[asyncio.Task[None]] = []
        for number in count():
            due = began + number / self._rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if until():
                break
            under_way.append(asyncio.create_task(self._send(next(self._waiting), due)))
        await asyncio.wait_for(asyncio.gather(*under_way), PATIENCE)
        for _, writer in self._free:
            writer.close()
        return self._texts

    async def _send(self, request: bytes, due: float) -> None:
        line = self._free.pop() if self._free else None
        reader, writer = line or await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise BadAnswer(head.split(b"\r\n", 1)[0].decode())
        length = head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
        await reader.readexactly(int(length))
        self._texts.append(Text(due, time.monotonic() - due))
        self._free.append((reader, writer))
