"""Telegram: who proves to be Telegram, what an update says, what each answer to a send means."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from service.channels import telegram
from service.channels.telegram import Telegram
from service.envelopes import (
    Address,
    Inbound,
    Knock,
    Outgoing,
    Reply,
    SendFailed,
    Sent,
    Unverified,
    Verdict,
)
from tests.channels.updates import BOT, CHAT, TOKEN, bot, knock, membership, message, refusal, taken
from tests.loopback import Act, Loopback, loopback

HERE = Address("telegram", str(CHAT))
HEARD = Inbound(HERE, "1", "LIFT")


def outgoing(text: str = "Stand up_ *now* <b>") -> Outgoing:
    return Outgoing(attempt="a1", address=HERE, text=text, valid_for=timedelta(minutes=10))


def send(channel: Telegram, what: Outgoing | None = None) -> Sent:
    async def once() -> Sent:
        try:
            return await channel.send(what or outgoing())
        finally:
            await channel.close()

    return asyncio.run(once())


def failure(channel: Telegram) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        send(channel)
    return caught.value


@pytest.fixture
def api() -> Iterator[Loopback]:
    with loopback() as served:
        yield served


def test_a_text_in_a_private_chat_is_read() -> None:
    assert bot().read(knock(message("  posture? 👍"))) == Inbound(
        HERE, f"{BOT}:1", "  posture? 👍", language="en"
    )


@pytest.mark.parametrize(
    "news",
    [
        {"forward_origin": {"type": "of_tomorrow"}},
        {"gift": {}},
        {"paid_media": {"paid_media": [{"type": "smell"}]}},
        {"story": 5, "poll": {"options": [{}]}},
        {"chat": {"id": CHAT, "type": "private", "of": "tomorrow"}},
    ],
)
def test_what_is_new_in_an_update_costs_nobody_their_stop(news: dict[str, Any]) -> None:
    inbound = bot().read(knock(message("STOP", **news)))
    assert inbound is not None
    assert inbound.text == "STOP"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/start", "START"),
        ("/start promo_2026", "START"),
        ("/start I can't feel my legs", "START I can't feel my legs"),
        ("/start\nstop", "START\nstop"),
        ("/stop", "STOP"),
        ("/stop\nThanks, Anna", "STOP\nThanks, Anna"),
        ("/stop I mean it", "STOP I mean it"),
        ("/and/or", "/and/or"),
        ("/posture@upright_bot", "POSTURE"),
        ("/hours 8-16", "HOURS 8-16"),
        ("/HELP\n", "HELP"),
        ("/every_90", "EVERY 90"),
        ("a/b", "a/b"),
        ("/", "/"),
    ],
)
def test_a_command_is_a_keyword(text: str, words: str) -> None:
    inbound = bot().read(knock(message(text)))
    assert inbound is not None
    assert inbound.text == words


def test_a_picture_is_read_by_its_caption_and_else_as_an_empty_text() -> None:
    for changes, words in [({"caption": "my back"}, "my back"), ({}, "")]:
        inbound = bot().read(knock(message(None, **changes)))
        assert inbound is not None
        assert inbound.text == words


@pytest.mark.parametrize(
    "update",
    [
        message("hello", chat={"id": -100, "type": "group", "title": "A"}),
        message("hello", **{"from": {"id": 9, "is_bot": True, "first_name": "B"}}),
        membership("member", "kicked"),
        membership("kicked", "member", kind="supergroup"),
        {"update_id": 4, "poll": {}},
        {"update_id": 5},
        {"message": {"text": "x"}},
        {"update_id": "6", "message": message("x")["message"]},
        {"update_id": 7, "message": {"text": "x", "chat": {"id": "a", "type": "private"}}},
        [],
        "x",
        None,
    ],
)
def test_what_wants_no_answer_gets_none(update: object) -> None:
    assert bot().read(knock(update)) is None


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 5000])
def test_a_body_that_is_no_update_is_taken_calmly(body: bytes) -> None:
    headers = knock(None).headers
    assert bot().read(Knock("/in/telegram", headers, body=body)) is None


def test_blocking_the_bot_is_an_opt_out() -> None:
    inbound = bot().read(knock(membership("kicked", "member")))
    assert inbound is not None
    assert (inbound.address, inbound.provider_said) == (HERE, "STOP")


@pytest.mark.parametrize("secret", ["", "another-long-random-text", "ä"])
def test_an_update_without_the_secret_is_refused(secret: str) -> None:
    with pytest.raises(Unverified, match="set-webhook"):
        bot().read(knock(message("hello"), secret))


def test_without_a_secret_of_ours_no_update_is_believed() -> None:
    with pytest.raises(Unverified, match="TELEGRAM_WEBHOOK_SECRET"):
        bot(secret="").read(knock(message("hello"), ""))


def test_a_text_is_handed_over_as_it_is(api: Loopback) -> None:
    api.script(taken(71))
    assert send(bot(api_url=api.url)) == Sent(f"{CHAT}:71")
    assert api.asked[0].path == f"/bot{TOKEN}/sendMessage"
    sent = api.sent[0]
    assert (sent["chat_id"], sent["text"]) == (str(CHAT), "Stand up_ *now* <b>")
    assert "parse_mode" not in sent  # so that no character means anything
    assert json.loads(sent["link_preview_options"]) == {"is_disabled": True}


def test_a_text_is_never_longer_than_telegram_takes(api: Loopback) -> None:
    api.script(taken())
    send(bot(api_url=api.url), outgoing("a" * 5000))
    assert len(api.sent[0]["text"]) == telegram.LONGEST


REFUSALS: dict[str, tuple[Act, Verdict, float]] = {
    "blocked": (
        refusal(403, "Forbidden: bot was blocked by the user"), Verdict.OPTED_OUT, 0,
    ),
    "deactivated": (refusal(403, "Forbidden: user is deactivated"), Verdict.DEAD, 0),
    "never met": (
        refusal(403, "Forbidden: bot can't initiate conversation with a user"), Verdict.DEAD, 0,
    ),
    "not now": (refusal(403, "Forbidden: something new"), Verdict.REFUSED, 0),
    "no chat": (refusal(400, "Bad Request: chat not found"), Verdict.DEAD, 0),
    "our fault": (refusal(400, "Bad Request: message is too long"), Verdict.REFUSED, 0),
    "token": (refusal(401, "Unauthorized"), Verdict.SET_UP, 0),
    "no bot": (refusal(404, "Not Found"), Verdict.SET_UP, 0),
    "too many": (refusal(429, "Too Many Requests: retry after 7", retry_after=7), Verdict.SLOW_DOWN, 7),
    "no wait named": (refusal(429, "Too Many Requests"), Verdict.SLOW_DOWN, 0),
    "their fault": (refusal(500, "Internal Server Error"), Verdict.DOUBTFUL, 0),
    "a proxy": (Act(502, text="<html>", taken=False), Verdict.DOUBTFUL, 0),
    "a proxy's json": (Act(502, {"error": "down"}, taken=False), Verdict.DOUBTFUL, 0),
    "no json": (Act(200, text="<html>", taken=False), Verdict.DOUBTFUL, 0),
    "something new": (refusal(418, "I'm a teapot"), Verdict.REFUSED, 0),
    "cut off": (Act(drop=True, taken=False), Verdict.DOUBTFUL, 0),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSALS)
def test_what_each_refusal_means(api: Loopback, what: str) -> None:
    act, verdict, wait = REFUSALS[what]
    api.script(act)
    failed = failure(bot(api_url=api.url))
    assert (failed.verdict, failed.wait) == (verdict, wait)
    assert len(api.asked) == 1  # never tried again by itself
    assert "Stand up" not in f"{failed} {failed.reason}"
    assert TOKEN not in f"{failed} {failed.reason}"


def test_an_answer_that_takes_too_long_leaves_the_text_in_doubt(
    api: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram, "TIMEOUT", 0.05)
    api.script(Act(200, {"ok": True, "result": True}, delay=0.3, taken=False))
    assert failure(bot(api_url=api.url)).verdict is Verdict.DOUBTFUL


def test_telegram_tells_nothing_of_what_was_sent() -> None:
    assert bot().look_up(outgoing(), []) is None
    with pytest.raises(Unverified):
        bot().read_receipt(knock({}))


def called(body: str) -> Any:
    return json.loads(body)


def test_all_texts_go_as_one_in_the_answer_to_the_update() -> None:
    answer = bot().answer([Reply("Call 112 now.", "a1"), Reply("By mistake? MENU", "a2")], HEARD)
    assert answer.content_type == "application/json"
    assert called(answer.body) == {
        "method": "sendMessage",
        "chat_id": str(CHAT),
        "text": "Call 112 now.\n\nBy mistake? MENU",
    }
    assert bot().answer([], HEARD).body == ""
