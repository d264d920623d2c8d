"""Slack: what goes out is exact, each refusal means one thing, and what is in doubt is looked up."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp
import pytest

from service.channels import slack
from service.envelopes import (
    Address,
    Picture,
    Press,
    SendFailed,
    Sent,
    Verdict,
)
from tests.channels.slack_api import (
    CHAT,
    ODD,
    PERSON,
    TOKEN,
    SlackApi,
    app,
    failure,
    outgoing,
    refusal,
    send,
    slack_api,
)
from tests.loopback import Act


@pytest.fixture
def api() -> Iterator[SlackApi]:
    with slack_api() as served:
        yield served


def test_a_text_is_shown_letter_by_letter(api: SlackApi) -> None:
    (sent,) = send(app(api), outgoing(ODD))
    (told,) = api.calls("chat.postMessage")
    assert sent == Sent(f"{CHAT}:{api.shown[0]['ts']}")
    assert told["channel"] == PERSON
    (block,) = told["blocks"]
    exact = ODD.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert block["text"] == {"type": "plain_text", "text": exact, "emoji": False}
    assert (told["text"], told["mrkdwn"]) == (exact, False)
    assert told["metadata"]["event_payload"] == {"attempt": "a1"}
    assert (told["unfurl_links"], told["unfurl_media"]) == (False, False)
    assert api.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("text", ["word " * 1_000, "line\n" * 700, "字" * 4_000, "🙂" * 2_000])
def test_a_long_text_goes_in_pieces_that_slack_takes(api: SlackApi, text: str) -> None:
    send(app(api), outgoing(text))
    (told,) = api.calls("chat.postMessage")
    pieces = [block["text"]["text"] for block in told["blocks"]]
    assert len(pieces) > 1
    assert all(len(piece.encode("utf-16-le")) // 2 <= 3_000 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_text_is_never_longer_than_slack_takes(api: SlackApi) -> None:
    send(app(api), outgoing("a" * 50_000))
    (told,) = api.calls("chat.postMessage")
    assert sum(len(block["text"]["text"]) for block in told["blocks"]) == 12_000
    assert told["text"].endswith("…")


def picture(url: str = "https://back.example.org/p/1.png") -> Picture:
    return Picture("arms-up", "Arms up <high>", url, lambda: b"")


def test_a_picture_stands_under_the_text_where_it_can_be_fetched(api: SlackApi) -> None:
    channel = app(api, ticks=iter(range(0, 100, 5)).__next__)
    send(channel, outgoing(picture=picture()), outgoing(picture=picture("")))
    with_one, without = api.calls("chat.postMessage")
    assert with_one["blocks"][1] == {
        "type": "image",
        "image_url": "https://back.example.org/p/1.png",
        "alt_text": "Arms up &lt;high&gt;",
    }
    assert len(without["blocks"]) == 1


@pytest.mark.parametrize("cut", range(4))
def test_what_a_picture_shows_is_cut_between_characters(api: SlackApi, cut: int) -> None:
    shows = replace(picture(), alt="a" * (1_994 + cut) + "&&")
    send(app(api), outgoing(picture=shows))
    told = api.shown[0]["blocks"][1]["alt_text"]
    assert len(told) <= 2_000
    assert re.fullmatch(r"a+(&amp;)*…", told)


def test_texts_go_by_the_proxy_that_is_set(api: SlackApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", api.url)
    send(app(api_url="http://slack.example.org/api"), outgoing())
    assert api.asked[0].headers["host"] == "slack.example.org"


def test_texts_go_by_no_proxy_where_none_is_wanted(
    api: SlackApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # where nobody listens
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    send(app(api), outgoing())
    assert len(api.shown) == 1


def test_a_picture_that_slack_cant_fetch_costs_nobody_the_text(api: SlackApi) -> None:
    api.script(refusal("invalid_blocks"))
    (sent,) = send(app(api), outgoing(picture=picture()))
    assert sent.provider_id == f"{CHAT}:{api.shown[0]['ts']}"
    assert len(api.shown[0]["blocks"]) == 1


def test_nobody_gets_two_texts_within_a_second(api: SlackApi) -> None:
    ticks = iter([0.0, 0.4, 0.5, 0.6, 1.7])
    channel = app(api, ticks=lambda: next(ticks))
    send(channel, outgoing())
    failed = failure(channel)
    assert failed.verdict is Verdict.TOO_SOON
    assert failed.wait == pytest.approx(0.6)
    send(channel, outgoing(address=Address("slack", "U99")))  # somebody else
    send(channel, outgoing(urgent=True))
    send(channel, outgoing())
    assert len(api.shown) == 4


REFUSALS: dict[str, tuple[Act, Verdict, float]] = {
    **{
        name: (refusal(name), verdict, 0)
        for verdict, names in {
            Verdict.DEAD: ["channel_not_found", "user_not_found", "user_disabled", "cannot_dm_bot",
                           "is_archived"],
            Verdict.SET_UP: ["invalid_auth", "not_authed", "account_inactive", "token_revoked",
                             "missing_scope", "messages_tab_disabled"],
            Verdict.REFUSED: ["msg_too_long", "no_text", "invalid_blocks", "something_new"],
            Verdict.DOUBTFUL: ["internal_error", "fatal_error", "service_unavailable"],
        }.items()
        for name in names
    },
    "too many": (
        Act(429, {"ok": False, "error": "ratelimited"}, headers={"Retry-After": "7"}, taken=False),
        Verdict.SLOW_DOWN, 7,
    ),
    "too many, says a proxy": (Act(429, text="<html>", taken=False), Verdict.SLOW_DOWN, 0),
    "a wait that is none": (
        Act(429, {"ok": False}, headers={"Retry-After": "soon"}, taken=False), Verdict.SLOW_DOWN, 0,
    ),
    "a wait for ever": (
        Act(429, {"ok": False}, headers={"Retry-After": "99999"}, taken=False),
        Verdict.SLOW_DOWN, 300,
    ),
    "too many, by name": (refusal("ratelimited"), Verdict.SLOW_DOWN, 0),
    "their fault": (Act(500, text="oops"), Verdict.DOUBTFUL, 0),
    "a proxy": (
        Act(502, text="<html>", headers={"Content-Type": "text/html"}), Verdict.DOUBTFUL, 0,
    ),
    "a text": (Act(200, text="ok", headers={"Content-Type": "text/plain"}), Verdict.DOUBTFUL, 0),
    "no json": (Act(200, text="{"), Verdict.DOUBTFUL, 0),
    "no object": (Act(200, [1]), Verdict.DOUBTFUL, 0),
    "taken, and no name for it": (Act(200, {"ok": True}), Verdict.DOUBTFUL, 0),
    "cut off": (Act(drop=True), Verdict.DOUBTFUL, 0),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSALS)
def test_what_each_refusal_means(api: SlackApi, what: str) -> None:
    act, verdict, wait = REFUSALS[what]
    api.script(act)
    failed = failure(app(api))
    assert (failed.verdict, failed.wait) == (verdict, wait)
    assert len(api.asked) == 1  # never tried again by itself
    assert "Stand up" not in f"{failed} {failed.reason}"
    assert TOKEN not in f"{failed} {failed.reason}"


def test_an_answer_that_takes_too_long_leaves_the_text_in_doubt(
    api: SlackApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack, "_TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    api.script(Act(delay=0.3))
    assert failure(app(api)).verdict is Verdict.DOUBTFUL


def test_a_text_in_doubt_is_found_by_its_attempt(api: SlackApi) -> None:
    channel = app(api, ticks=iter(range(0, 100, 5)).__next__)
    (_, wanted) = send(channel, outgoing(attempt="a0"), outgoing())
    asked = outgoing(started_at=datetime.now(UTC))
    assert channel.look_up(asked, []) == wanted
    assert channel.look_up(asked, [f"{CHAT}:1.1"]) == wanted
    assert len(api.calls("conversations.open")) == 1  # where no other text names the chat
    assert channel.look_up(outgoing(attempt="a9"), []) is None


def test_an_answer_in_doubt_is_found_in_the_text_that_it_was_written_into(api: SlackApi) -> None:
    channel = app(api)
    (first,) = send(channel, outgoing(attempt="a0"))
    press = Press(first.provider_id, "Stretch", once=True)
    send(channel, outgoing("Well done", edits=press))
    assert channel.look_up(outgoing(edits=press), []) == Sent(first.provider_id)
    assert channel.look_up(outgoing(attempt="a9", edits=press), []) is None


@pytest.mark.parametrize(
    "told",
    [
        refusal("missing_scope"),
        Act(429, {"ok": False, "error": "ratelimited"}),
        Act(502, text="<html>"),
        Act(200, text="{"),
        Act(200, [1]),
        Act(drop=True),
    ],
)
def test_where_slack_cant_be_asked_nothing_is_concluded(api: SlackApi, told: Act) -> None:
    api.history = told
    with pytest.raises(SendFailed) as caught:
        app(api).look_up(outgoing(), [])
    assert TOKEN not in str(caught.value)


def test_where_nobody_listens_nothing_is_concluded() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        channel = app(api_url=f"http://127.0.0.1:{unheard.getsockname()[1]}/api")
        with pytest.raises(SendFailed):
            channel.look_up(outgoing(), [])
