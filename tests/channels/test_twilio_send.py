"""Sends over real HTTP: what Twilio is told, and what each of its answers means."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from service.channels import twilio_wire
from service.channels.twilio import Twilio
from service.envelopes import SendFailed, Sent, State, Verdict
from tests.channels.twilio_line import OUTGOING, channel, send
from tests.loopback import Act, Loopback, loopback, refused
from tests.signed import ACCOUNT

SERVICE = "MG" + "0" * 32
PROBLEM = {"type": "https://x", "title": "No", "status": 400, "code": 21610}


@pytest.fixture
def api() -> Iterator[Loopback]:
    with loopback() as served:
        yield served


def failure(twilio: Twilio) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        send(twilio)
    return caught.value


def test_a_text_is_handed_over(api: Loopback) -> None:
    sent = send(channel(api_url=api.url))
    assert sent == Sent(api.messages[0]["sid"], State.SENT, segments=1)
    assert api.asked[0].path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert api.asked[0].headers["authorization"].startswith("Basic ")
    assert api.sent == [
        {
            "To": "+12125550123",
            "From": "+14155550100",
            "Body": "Upright: stand up & stretch.",
            "StatusCallback": "https://sms.example.org/status/twilio?attempt=a1b2#rc=2&rp=ct,rt,5xx",
            "ValidityPeriod": "600",
        }
    ]


def test_a_messaging_service_chooses_the_sender(api: Loopback) -> None:
    sent = send(channel(api_url=api.url, service_sid=SERVICE))
    assert sent.segments is None  # not known before the sender is
    assert api.sent[0]["MessagingServiceSid"] == SERVICE
    assert "From" not in api.sent[0]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (timedelta(0), "10"),
        (timedelta(minutes=9, milliseconds=1), "540"),
        (timedelta(days=2), "36000"),
    ],
)
def test_the_validity_stays_within_twilios_limits(
    api: Loopback, wanted: timedelta, told: str
) -> None:
    send(channel(api_url=api.url), replace(OUTGOING, valid_for=wanted))
    assert api.sent[0]["ValidityPeriod"] == told


def test_an_answer_that_does_not_come_in_time_leaves_the_text_in_doubt(
    api: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_wire, "TIMEOUT", aiohttp.ClientTimeout(total=0.1))
    api.script(Act(delay=0.4))
    assert failure(channel(api_url=api.url)).verdict is Verdict.DOUBTFUL


@pytest.mark.parametrize(
    ("act", "verdict", "code"),
    [
        (refused(21610), Verdict.OPTED_OUT, "21610"),
        (refused(21211), Verdict.DEAD, "21211"),
        (refused(21606), Verdict.SET_UP, "21606"),
        (refused(21617), Verdict.REFUSED, "21617"),
        (refused(20003, 401), Verdict.SET_UP, "20003"),
        (refused(99999), Verdict.REFUSED, "99999"),
        (Act(400, PROBLEM), Verdict.OPTED_OUT, "21610"),
        (Act(403, text="<html>"), Verdict.SET_UP, "403"),
        (Act(302, text="", headers={"Location": "/"}), Verdict.SET_UP, "302"),
        (refused(20429, 429), Verdict.SLOW_DOWN, "20429"),
        (refused(20500, 500), Verdict.DOUBTFUL, "20500"),
        (refused(21610, 500), Verdict.DOUBTFUL, "21610"),
        (Act(503, text="<html>Service Unavailable"), Verdict.DOUBTFUL, "503"),
        (Act(201, text="{not json"), Verdict.DOUBTFUL, "unreadable"),
        (Act(201, text="[]"), Verdict.DOUBTFUL, "unreadable"),
        (Act(201, json={"status": "queued"}), Verdict.DOUBTFUL, "unreadable"),
        (
            Act(201, text="\ud7ff", headers={"Content-Encoding": "gzip"}),
            Verdict.DOUBTFUL,
            "no_answer",
        ),
        (Act(drop=True), Verdict.DOUBTFUL, "no_answer"),
    ],
)
def test_each_answer_asks_one_decision(
    api: Loopback, act: Act, verdict: Verdict, code: str
) -> None:
    api.script(act)
    failed = failure(channel(api_url=api.url))
    assert (failed.verdict, failed.code) == (verdict, code)
    assert len(api.sent) == 1  # nothing is tried again below the outbox


def test_a_failure_never_names_the_recipient(api: Loopback) -> None:
    api.script(refused(21211))
    failed = failure(channel(api_url=api.url))
    assert "555" not in f"{failed} {failed.reason}"
    assert failed.__context__ is None


@pytest.mark.parametrize(("header", "wait"), [("7", 7.0), ("", 0.0), ("Mon, 02 Mar 2026", 0.0)])
def test_twilio_says_how_long_to_hold_back(api: Loopback, header: str, wait: float) -> None:
    api.script(Act(429, json={"code": 20429}, headers={"Retry-After": header}))
    assert failure(channel(api_url=api.url)).wait == wait


def test_nothing_was_sent_when_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        failed = failure(channel(api_url=f"http://127.0.0.1:{free.getsockname()[1]}"))
    assert (failed.verdict, failed.code) == (Verdict.RETRY, "unreachable")


def test_many_sends_share_few_connections(api: Loopback) -> None:
    twilio = channel(api_url=api.url)

    async def three() -> None:
        for _ in range(3):
            await twilio.send(OUTGOING)
        await twilio.close()

    asyncio.run(three())
    assert len({asked.connection for asked in api.asked}) == 1


def test_each_event_loop_has_its_own_connections(api: Loopback) -> None:
    twilio = channel(api_url=api.url)
    send(twilio)
    send(twilio)
    assert len(api.sent) == 2


def test_closing_before_the_first_send_is_fine() -> None:
    asyncio.run(channel().close())


def test_twilios_own_environment_is_not_read(
    api: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    send(channel(api_url=api.url))
    assert len(api.sent) == 1


def test_no_number_and_no_text_is_logged(api: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(channel(api_url=api.url))
    assert "2125550123" not in caplog.text
    assert "stretch" not in caplog.text
