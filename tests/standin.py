"""A provider to send to: Twilio's message API as a process of its own, with faults by a seeded share.

    python -m tests.standin --port 9100 --delay 0.1 --faults 0.1 --reports 0.5

GET /accepted lists what it took: of each text the attempt, the number, when it came and when it was
taken. GET /counts adds it up.
"""

import argparse
import asyncio
import json
import random
import signal
import socket
import struct
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from tests.standin_reports import Reports

RETRY_AFTER = 1  # seconds
SILENCE = 60.0  # seconds until a connection without an answer is dropped; clients give up before
_HOST = "127.0.0.1"
_WAITING = 4096  # connections that may wait to be taken
_SENT_ALREADY = 100  # texts in one page of a look-up

Form = Mapping[str, str]


@dataclass(slots=True)
class Message:
    sid: str
    attempt: str
    to: str
    body: str
    came: float
    at: float

    def shown(self) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "body": self.body,
            "to": self.to,
            "status": "queued",
            "direction": "outbound-api",
            "num_segments": "1",
            "date_created": formatdate(self.at),
            "error_code": None,
        }


@dataclass
class Provider:
    """`faults`: the share of sends that go wrong, in one of `kinds`; `delay`: seconds before any answer."""

    faults: float = 0.0
    delay: float = 0.0
    slow: float = 1.0  # seconds until a late answer
    kinds: Sequence[str] = ()
    seed: int = 1
    reports: Reports | None = None
    accepted: list[Message] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    _by_number: dict[str, list[Message]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self.kinds = self.kinds or KINDS

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "POST":
            return await self._create(request)
        if request.path == "/accepted":
            return web.json_response(
                [[text.attempt, text.to, text.came, text.at] for text in self.accepted]
            )
        if request.path == "/counts":
            return web.json_response(self._counts())
        return self._listed(request)

    async def _create(self, request: web.BaseRequest) -> web.StreamResponse:
        came = time.time()
        form = dict(parse_qsl((await request.read()).decode()))
        if "To" not in form:
            return _refusal(400, 21604)
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.faults and self._chance.random() < self.faults:
            kind = self._chance.choice(self.kinds)
            self.asked[kind] += 1
            return await _FAULTS[kind](self, request, form, came)
        self.asked["well"] += 1
        return self.take(form, came)

    def take(self, form: Form, came: float) -> web.Response:
        callback = form.get("StatusCallback", "")
        attempt = dict(parse_qsl(urlsplit(callback).query)).get("attempt", "")
        text = Message(
            f"SM{len(self.accepted):032x}",
            attempt,
            form["To"],
            form.get("Body", ""),
            came,
            time.time(),
        )
        self.accepted.append(text)
        self._by_number.setdefault(text.to, []).append(text)
        if self.reports and callback:
            self.reports.begin(callback, text.sid, text.to)
        return _json(201, text.shown())

    def _listed(self, request: web.BaseRequest) -> web.Response:
        found = self._by_number.get(request.query.get("To", ""), [])
        page = {"first_page_uri": request.path, "next_page_uri": None, "page": 0}
        messages = [text.shown() for text in found[: -_SENT_ALREADY - 1 : -1]]
        self.asked["looks"] += 1
        return _json(200, {"messages": messages, "page_size": _SENT_ALREADY, **page})

    def _counts(self) -> dict[str, Any]:
        times = Counter(text.attempt for text in self.accepted)
        return {
            "accepted": len(self.accepted),
            "attempts": len(times),
            "twice": sum(count > 1 for attempt, count in times.items() if attempt),
            "asked": self.asked,
            "reports": self.reports.answers if self.reports else {},
        }


async def _too_many(
    provider: Provider, _request: web.BaseRequest, _form: Form, _came: float
) -> web.StreamResponse:
    """Twilio names a wait seldom."""
    named = provider.asked["too_many"] % 10 == 0
    return _refusal(429, 20429, {"Retry-After": str(RETRY_AFTER)} if named else None)


async def _broken(
    _provider: Provider, _request: web.BaseRequest, _form: Form, _came: float
) -> web.StreamResponse:
    return _refusal(500, 20500)


async def _broken_after_all(
    provider: Provider, _request: web.BaseRequest, form: Form, came: float
) -> web.StreamResponse:
    provider.take(form, came)
    return _refusal(503, 20503)


async def _unreachable_number(
    _provider: Provider, _request: web.BaseRequest, _form: Form, _came: float
) -> web.StreamResponse:
    return _refusal(400, 21614)


async def _opted_out(
    _provider: Provider, _request: web.BaseRequest, _form: Form, _came: float
) -> web.StreamResponse:
    return _refusal(400, 21610)


async def _reset(
    _provider: Provider, request: web.BaseRequest, _form: Form, _came: float
) -> web.StreamResponse:
    return _hang_up(request)


async def _reset_after_all(
    provider: Provider, request: web.BaseRequest, form: Form, came: float
) -> web.StreamResponse:
    provider.take(form, came)
    return _hang_up(request)


async def _late(
    provider: Provider, _request: web.BaseRequest, form: Form, came: float
) -> web.StreamResponse:
    await asyncio.sleep(provider.slow)
    return provider.take(form, came)


async def _silent(
    provider: Provider, request: web.BaseRequest, form: Form, came: float
) -> web.StreamResponse:
    provider.take(form, came)
    await asyncio.sleep(SILENCE)
    return _hang_up(request)


_Fault = Callable[[Provider, web.BaseRequest, Form, float], Awaitable[web.StreamResponse]]
_FAULTS: Mapping[str, _Fault] = {
    "too_many": _too_many,
    "broken": _broken,
    "broken_after_all": _broken_after_all,
    "unreachable_number": _unreachable_number,
    "opted_out": _opted_out,
    "reset": _reset,
    "reset_after_all": _reset_after_all,
    "late": _late,
    "silent": _silent,
}
KINDS = tuple(_FAULTS)


def _json(status: int, body: object, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        status=status,
        body=json.dumps(body).encode(),
        content_type="application/json",
        headers=headers,
    )


def _refusal(status: int, code: int, headers: Mapping[str, str] | None = None) -> web.Response:
    said = {"code": code, "message": "refused", "more_info": "", "status": status}
    return _json(status, said, headers)


def _hang_up(request: web.BaseRequest) -> web.StreamResponse:
    """A reset, not a polite end."""
    if request.transport is not None:
        line = request.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response(status=500)


async def listen(provider: Provider, port: int) -> web.ServerRunner:
    """Take requests until the runner's `cleanup`. Without routing, which would be half the cost."""
    server = web.Server(provider.answer, access_log=None)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, _HOST, port, backlog=_WAITING).start()
    return runner


async def _serve(provider: Provider, port: int) -> None:
    ended = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, ended.set)
    runner = await listen(provider, port)
    await ended.wait()
    await runner.cleanup()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--port", type=int, required=True)
    asked.add_argument("--delay", type=float, default=0.0, help="seconds before any answer")
    asked.add_argument("--faults", type=float, default=0.0, help="share of sends that go wrong")
    asked.add_argument("--kinds", nargs="*", choices=KINDS, default=[], help="of faults")
    asked.add_argument("--reports", type=float, default=0.0, help="share of texts reported on")
    asked.add_argument("--token", default="token", help="signs the reports")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    reports = Reports(given.reports, given.token, given.seed) if given.reports else None
    provider = Provider(
        given.faults, given.delay, kinds=given.kinds, seed=given.seed, reports=reports
    )
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(provider, given.port))


if __name__ == "__main__":
    main()
