"""The provider stand-in, asked by the service's own Twilio channel over real connections."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from service.channels.twilio import Twilio
from service.envelopes import SendFailed, Sent, Verdict
from tests import standin
from tests.channels.twilio_line import OUTGOING, channel
from tests.processes import answers, free_port
from tests.standin import Provider
from tests.standin_reports import Reports

ROOT = Path(__file__).parent.parent


def played(
    provider: Provider, scene: Callable[[Twilio], Awaitable[Any]], public: str = "http://127.0.0.1"
) -> Any:
    """Play a scene with a channel that sends to `provider`."""

    async def on_stage() -> Any:
        port = free_port()
        runner = await standin.listen(provider, port)
        twilio = channel(api_url=f"http://127.0.0.1:{port}", public_url=public)
        try:
            return await scene(twilio)
        finally:
            await twilio.close()
            if provider.reports:
                await provider.reports.close()
            await runner.cleanup()

    return asyncio.run(on_stage())


async def sent(twilio: Twilio) -> Sent | SendFailed:
    try:
        return await twilio.send(OUTGOING)
    except SendFailed as failed:
        return failed


def test_what_it_takes_is_counted_by_attempt_and_found_again() -> None:
    provider = Provider()

    async def scene(twilio: Twilio) -> tuple[Sent, Sent | None]:
        outgoing = replace(OUTGOING, started_at=datetime.now(UTC))
        return await twilio.send(outgoing), await asyncio.to_thread(twilio.look_up, outgoing, [])

    taken, found = played(provider, scene)
    assert taken == found == Sent(provider.accepted[0].sid, segments=1)
    assert [text.attempt for text in provider.accepted] == [OUTGOING.attempt]


@pytest.mark.parametrize(
    ("kind", "verdict", "taken"),
    [
        ("too_many", Verdict.SLOW_DOWN, 0),
        ("broken", Verdict.DOUBTFUL, 0),
        ("broken_after_all", Verdict.DOUBTFUL, 1),
        ("unreachable_number", Verdict.DEAD, 0),
        ("opted_out", Verdict.OPTED_OUT, 0),
        ("reset", Verdict.DOUBTFUL, 0),
        ("reset_after_all", Verdict.DOUBTFUL, 1),
    ],
)
def test_each_fault_is_what_the_service_takes_it_for(
    kind: str, verdict: Verdict, taken: int
) -> None:
    provider = Provider(faults=1.0, kinds=[kind])
    failed = played(provider, sent)
    assert (failed.verdict, len(provider.accepted)) == (verdict, taken)


def test_a_late_answer_is_an_acceptance() -> None:
    provider = Provider(faults=1.0, slow=0.01, kinds=["late"])
    assert played(provider, sent) == Sent(provider.accepted[0].sid, segments=1)


def test_who_gets_no_answer_gives_up_though_the_text_was_taken() -> None:
    provider = Provider(faults=1.0, kinds=["silent"])

    async def scene(twilio: Twilio) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(twilio.send(OUTGOING), 0.1)

    played(provider, scene)
    assert len(provider.accepted) == 1


def test_faults_are_the_same_with_the_same_seed() -> None:
    async def scene(twilio: Twilio) -> list[str]:
        return [str(await sent(twilio)) for _ in range(20)]

    kinds = ["broken", "unreachable_number"]
    said = [
        [text.partition("SM")[0] for text in played(Provider(0.5, kinds=kinds, seed=seed), scene)]
        for seed in (1, 1, 2)
    ]
    assert said[0] == said[1] != said[2]


@dataclass
class Listener:
    """The address that reports are sent to; `busy`: answers that are a 503."""

    busy: int = 0
    heard: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        if self.busy:
            self.busy -= 1
            return web.Response(status=503)
        fields = {name: str(value) for name, value in (await request.post()).items()}
        self.heard.append((request.path_qs, fields, request.headers["X-Twilio-Signature"]))
        return web.Response(status=204)


def reported(listener: Listener, reports: Reports) -> str:
    """Send one text, and hear all that is reported on it; the public address."""
    port = free_port()
    public = f"http://127.0.0.1:{port}"

    async def scene(twilio: Twilio) -> None:
        runner = web.ServerRunner(web.Server(listener.answer))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await twilio.send(OUTGOING)
        await reports.settled()
        await runner.cleanup()

    played(Provider(reports=reports), scene, public)
    return public


def test_reports_come_signed_and_the_last_word_twice() -> None:
    listener = Listener()
    public = reported(listener, Reports(1.0, "token", spread=0.01, pause=0.01))
    words = [fields["MessageStatus"] for _, fields, _ in listener.heard]
    assert sorted(words) == ["delivered", "delivered", "sent"]
    for path, fields, signed in listener.heard:
        assert RequestValidator("token").validate(public + path, fields, signed)
        assert path.endswith(f"?attempt={OUTGOING.attempt}")


def test_a_report_that_is_not_taken_comes_again() -> None:
    listener = Listener(busy=1)
    reports = Reports(1.0, "token", spread=0.01, pause=0.01)
    reported(listener, reports)
    assert len(listener.heard) == 3
    assert reports.answers == {"204": 3, "503": 1}


def test_it_runs_as_a_process_of_its_own_and_tells_what_it_counted() -> None:
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "tests.standin", "--port", str(port), "--delay", "0.001"]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            assert answers(port)
            asyncio.run(_post(f"{here}/2010-04-01/Accounts/AC1/Messages.json"))
            with urllib.request.urlopen(f"{here}/counts", timeout=5) as told:
                counts = json.load(told)
        finally:
            process.terminate()
    assert (counts["accepted"], counts["twice"]) == (1, 0)
    assert process.returncode == 0


async def _post(url: str) -> None:
    form = {"To": "+12125550123", "Body": "Stretch", "StatusCallback": "http://x/?attempt=a1"}
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
        assert answer.status == 201
