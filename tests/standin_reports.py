"""What the stand-in reports about the texts it took: signed status callbacks, in disorder and twice."""

import asyncio
import base64
import hashlib
import hmac
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp

ACCOUNT = "AC" + "1" * 32
AT_ONCE = 16  # reports on their way
TRIES = 3  # as our callback address asks: rc=2
_DELIVERED = ({"MessageStatus": "sent"}, {"MessageStatus": "delivered"})
_NOT_DELIVERED = ({"MessageStatus": "sent"}, {"MessageStatus": "undelivered", "ErrorCode": "30003"})
_PATIENCE = aiohttp.ClientTimeout(total=15)


@dataclass
class Reports:
    """`share`: of texts that are reported on; `answers`: how many reports were answered with what."""

    share: float
    token: str
    seed: int = 1
    spread: float = 0.4  # seconds between two reports on one text, at most
    pause: float = 1.0  # seconds before one that wasn't taken comes again
    answers: Counter[str] = field(default_factory=Counter)
    _http: aiohttp.ClientSession | None = None
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    def begin(self, callback: str, sid: str, to: str) -> None:
        if self._chance.random() < self.share:
            task = asyncio.create_task(self._report(callback.partition("#")[0], sid, to))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def settled(self) -> None:
        await asyncio.gather(*self._running)

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    async def _report(self, address: str, sid: str, to: str) -> None:
        first, last = _NOT_DELIVERED if self._chance.random() < 0.1 else _DELIVERED
        news = [first, last, last]
        self._chance.shuffle(news)
        for fields in news:
            await asyncio.sleep(self._chance.random() * self.spread)
            about = {"MessageSid": sid, "To": to, "From": "+14155550100", "AccountSid": ACCOUNT}
            await self._told(address, about | fields)

    async def _told(self, address: str, fields: Mapping[str, str]) -> None:
        signed = {"X-Twilio-Signature": signature(self.token, address, fields)}
        for _ in range(TRIES):
            answer = await self._post(address, fields, signed)
            self.answers[answer] += 1
            if answer.startswith("2"):
                return
            await asyncio.sleep(self.pause)

    async def _post(
        self, address: str, fields: Mapping[str, str], signed: Mapping[str, str]
    ) -> str:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                timeout=_PATIENCE, connector=aiohttp.TCPConnector(limit=AT_ONCE)
            )
        try:
            async with self._http.post(address, data=fields, headers=signed) as answer:
                return str(answer.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            return type(error).__name__


def signature(token: str, address: str, fields: Mapping[str, str]) -> str:
    """As Twilio signs a form: the address, then names and values by name, under the account's token."""
    signed = address + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()
