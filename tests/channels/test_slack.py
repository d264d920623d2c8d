"""Slack: what comes in is proven and read, what goes out is exact, and each refusal means one thing."""

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from service.channels import slack
from service.channels.slack import Slack
from service.channels.slack_events import Challenge, HomeOpened, Revoked
from service.envelopes import (
    Address,
    Inbound,
    Knock,
    Outgoing,
    Picture,
    Press,
    Reply,
    SendFailed,
    Sent,
    Unverified,
    Verdict,
)
from tests.channels.slack_api import (
    CHAT,
    PERSON,
    SECRET,
    TOKEN,
    SlackApi,
    command,
    event,
    headers,
    knock,
    message,
    pressed,
    refusal,
    shown_text,
    slack_api,
)
from tests.loopback import Act

HERE = Address("slack", PERSON)
ODD = "Stand_up *now* ~really~ `code` :smile: <b> & &lt; <@U1>"


@pytest.fixture
def api() -> Iterator[SlackApi]:
    with slack_api() as served:
        yield served


def app(api: SlackApi | None = None, **changes: Any) -> Slack:
    url = f"{api.url}/api" if api else "https://slack.com/api"
    return Slack(**{"token": TOKEN, "signing_secret": SECRET, "api_url": url, **changes})


def outgoing(text: str = "Stand up", **changes: Any) -> Outgoing:
    return Outgoing(**{"attempt": "a1", "address": HERE, "text": text, **changes})


def send(channel: Slack, *texts: Outgoing) -> list[Sent]:
    async def sending() -> list[Sent]:
        try:
            return [await channel.send(text) for text in texts]
        finally:
            await channel.close()

    return asyncio.run(sending())


def failure(channel: Slack, text: Outgoing | None = None) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        send(channel, text or outgoing())
    return caught.value


VECTOR = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
    b"%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNED = {
    "x-slack-request-timestamp": "1531420618",
    "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
}


def slacks_own(now: float) -> Slack:
    """The app of Slack's example."""
    return app(signing_secret="8f742231b10e8888abcd99yyyzzz85a5", now=lambda: now)


def test_slacks_own_example_is_proven() -> None:
    inbound = slacks_own(1531420618).read(Knock("/in/slack", SIGNED, body=VECTOR))
    assert inbound is not None
    assert (inbound.address.handle, inbound.text) == ("U2CERLKJA", "MENU")
    assert inbound.provider_id == "398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"


@pytest.mark.parametrize("apart", [-301, 301])
def test_a_signature_of_another_time_is_refused(apart: int) -> None:
    with pytest.raises(Unverified, match="clock"):
        slacks_own(1531420618 + apart).read(Knock("/in/slack", SIGNED, body=VECTOR))


@pytest.mark.parametrize(
    "changes",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": "ä"},
        {"x-slack-signature": ""},
        {"x-slack-request-timestamp": "now"},
        {"x-slack-request-timestamp": ""},
        {"x-slack-request-timestamp": "1531420619"},
    ],
)
def test_a_request_that_isnt_signed_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(Unverified, match="SLACK_SIGNING_SECRET"):
        slacks_own(1531420618).read(Knock("/in/slack", {**SIGNED, **changes}, body=VECTOR))


@pytest.mark.parametrize("body", [VECTOR + b"&", VECTOR.replace(b"%2F", b"/"), b"\xff", b""])
def test_the_signature_covers_each_byte_as_it_came(body: bytes) -> None:
    with pytest.raises(Unverified):
        slacks_own(1531420618).read(Knock("/in/slack", SIGNED, body=body))


def test_without_any_header_nothing_is_believed() -> None:
    with pytest.raises(Unverified):
        app().read(Knock("/in/slack", {}, body=message("LIFT")))


def test_a_look_at_the_certificate_says_nothing() -> None:
    assert app().hear(Knock("/in/slack", {}, body=b"token=x&ssl_check=1")) is None
    with pytest.raises(Unverified):
        app().hear(Knock("/in/slack", {}, body=b"ssl_check=1&command=/back&user_id=U123&text=stop"))


def test_the_challenge_comes_back() -> None:
    told = {"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}
    assert app().hear(knock(json.dumps(told).encode())) == Challenge("3eZbrw1a")


def test_a_text_to_the_app_comes_in() -> None:
    inbound = app().read(knock(message("stop")))
    assert inbound is not None
    assert (inbound.address, inbound.provider_id, inbound.text) == (HERE, "Ev0PV52K21", "stop")
    assert not inbound.inline
    assert inbound.patience < 3


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("back &amp; neck &lt;3", "back & neck <3"),
        ("&amp;lt;", "&lt;"),
        ("see <https://example.org/a_b|example.org/a_b>", "see example.org/a_b"),
        ("<https://example.org>", "https://example.org"),
        ("<tel:+15551234|+1 555 1234>", "+1 555 1234"),
        ("<@U024BE7LH> stop", " stop"),
        ("<!here> stop <#C024BE7LR|general>", " stop general"),
        ("half \ud83d a character\x00", "half ? a character "),
        ("", ""),
    ],
)
def test_slacks_marks_are_no_words(written: str, words: str) -> None:
    inbound = app().read(knock(message(written)))
    assert inbound is not None
    assert inbound.text == words


@pytest.mark.parametrize("subtype", ["file_share", "me_message", "thread_broadcast"])
def test_a_text_with_a_file_or_in_a_thread_is_a_text(subtype: str) -> None:
    assert app().read(knock(message("LIFT", subtype=subtype))) is not None


@pytest.mark.parametrize(
    "body",
    [
        message("LIFT", bot_id="B1"),
        message("LIFT", app_id="A1"),
        message("LIFT", subtype="bot_message"),
        message("LIFT", subtype="message_changed"),
        message("LIFT", subtype="message_deleted"),
        message("LIFT", channel_type="channel"),
        message("LIFT", user="USLACKBOT"),
        message("LIFT", user=None),
        message("LIFT", user=["U1"]),
        message("LIFT", user="D024BE91L"),
        message("LIFT", event_id=""),
        event(type="reaction_added", user=PERSON),
        event(type="app_home_opened", user=PERSON, tab="messages"),
        event(type="app_home_opened", tab="home"),
        event(type="tokens_revoked", tokens={"oauth": [PERSON]}),
        b'{"type": "app_rate_limited"}',
        b'{"type": "event_callback", "event": []}',
        b'{"type": "event_callback", "event": {"type": ["message"]}}',
        b"[]",
        b'"x"',
        b"{",
        b'{"a":' * 20_000,
        b"",
        b"payload=",
        b"payload=[]",
        b"payload=%5B" + b"%5B" * 20_000,
        urlencode({"payload": '{"type": "block_actions", "actions": []}'}).encode(),
        urlencode({"payload": '{"type": "block_actions", "actions": [1]}'}).encode(),
        urlencode({"payload": '{"type": "view_submission"}'}).encode(),
        command("LIFT", user_id=""),
        command("LIFT", trigger=""),
        b"\xff\xfe=1&&&;;",
    ],
)
def test_what_wants_no_answer_gets_none(body: bytes) -> None:
    channel = app(signing_secret=SECRET)
    signed = headers(body) if body.isascii() else None
    if signed is None:
        with pytest.raises(Unverified):  # Slack signs text
            channel.hear(Knock("/in/slack", {}, body=body))
    else:
        assert channel.hear(knock(body)) is None


def test_what_the_workspace_tells_of_the_app_is_heard() -> None:
    home = event(type="app_home_opened", user=PERSON, tab="home")
    assert app().hear(knock(home)) == HomeOpened(PERSON)
    assert app().read(knock(home)) is None
    assert app().hear(knock(event(type="app_uninstalled"))) == Revoked("app_uninstalled")
    lost = event(type="tokens_revoked", tokens={"oauth": [], "bot": ["U1"]})
    assert app().hear(knock(lost)) == Revoked("tokens_revoked")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lift", "lift"),
        ("", "MENU"),
        ("  ", "MENU"),
        ("remind payload", "remind payload"),
        ("payload={}&command=", "payload={}&command="),
        ("dolor de espalda, ¿qué hago?", "dolor de espalda, ¿qué hago?"),
    ],
)
def test_a_command_is_answered_where_it_was_typed(text: str, words: str) -> None:
    inbound = app().read(knock(command(text)))
    assert inbound is not None
    assert (inbound.address, inbound.text, inbound.inline) == (HERE, words, True)
    assert inbound.provider_id == "13345224609.738474920.8088930838d8"
    assert inbound.patience < 3


def test_a_long_trigger_is_kept_short_and_apart() -> None:
    ids = set()
    for end in "ab":
        inbound = app().read(knock(command("LIFT", trigger="1" * 200 + end)))
        assert inbound is not None
        ids.add(inbound.provider_id)
    assert {len(each) for each in ids} == {64}
    assert len(ids) == 2


def test_all_texts_of_an_answer_are_one_that_others_dont_see() -> None:
    inbound = app().read(knock(command("LIFT")))
    replies = [Reply("First", "a1"), Reply(ODD, "a2", choices=("MORE",))]
    answer = app().answer(replies, inbound)
    assert answer.content_type == "application/json"
    told = json.loads(answer.body)
    assert told["response_type"] == "ephemeral"
    assert [block["type"] for block in told["blocks"]] == ["section", "actions"]
    assert app().answer([], inbound).body == ""


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


def test_choices_are_buttons_and_come_back_as_words(api: SlackApi) -> None:
    send(app(api), outgoing("A & B", choices=("DONE", "A<B"), once=True))
    (shown,) = api.shown
    row = shown["blocks"][-1]
    assert len({button["action_id"] for button in row["elements"]}) == 2
    for number, word in enumerate(("DONE", "A<B")):
        inbound = app().read(knock(pressed(shown, number)))
        assert inbound is not None
        assert (inbound.text, inbound.inline) == (word, False)
        message_id = f"{CHAT}:{shown['ts']}"
        assert inbound.press == Press(message_id, "A & B", once=True)
        assert inbound.provider_id == f"{message_id}:{word}"


def test_choices_that_stay_are_counted_by_the_press(api: SlackApi) -> None:
    send(app(api), outgoing(choices=("MORE",)))
    ids = []
    for trigger in ("1.1", "1.2"):
        inbound = app().read(knock(pressed(api.shown[0], 0, trigger)))
        assert inbound is not None
        assert inbound.press is not None
        assert not inbound.press.once
        ids.append(inbound.provider_id)
    assert ids == ["1.1", "1.2"]


def test_a_button_where_no_text_can_be_changed_is_answered_anew(api: SlackApi) -> None:
    send(app(api), outgoing(choices=("MORE",), once=True))
    for where in ({"container": {"is_ephemeral": True}}, {"message": None, "channel": None}):
        inbound = app().read(knock(pressed(api.shown[0], 0, **where)))
        assert inbound is not None
        assert inbound.press == Press("", "", once=False)


@pytest.mark.parametrize("action", ["other:0", "", None, 7])
def test_a_button_of_somebody_else_is_none_of_ours(action: Any) -> None:
    button = {"action_id": action, "value": "DONE", "type": "button"}
    shown = {"ts": "1.1", "text": "", "channel": CHAT}
    row = {"type": "actions", "elements": [button]}
    assert app().read(knock(pressed({**shown, "blocks": [row]}, 0))) is None


def test_an_answer_is_written_under_the_text_and_takes_its_buttons(api: SlackApi) -> None:
    (first,) = send(app(api), outgoing("Stretch & smile", choices=("DONE",), once=True))
    press = Press(first.provider_id, "Stretch & smile", once=True)
    (second,) = send(app(api), outgoing("Well done", attempt="a2", edits=press))
    assert second.provider_id == first.provider_id
    (shown,) = api.shown
    assert shown_text(shown) == "Stretch &amp; smile\nWell done"
    assert [block["type"] for block in shown["blocks"]] == ["section", "section"]


@pytest.mark.parametrize("error", ["message_not_found", "edit_window_closed"])
def test_where_the_text_is_gone_the_answer_stands_alone(api: SlackApi, error: str) -> None:
    api.script(refusal(error))
    press = Press(f"{CHAT}:1.1", "Stretch", once=True)
    (sent,) = send(app(api), outgoing("Well done", edits=press))
    assert sent.provider_id != press.message
    assert shown_text(api.shown[0]) == "Stretch\nWell done"


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


def test_a_picture_that_slack_cant_fetch_costs_nobody_the_text(api: SlackApi) -> None:
    api.script(refusal("invalid_blocks"))
    (sent,) = send(app(api), outgoing(picture=picture()))
    assert sent.provider_id == f"{CHAT}:{api.shown[0]['ts']}"
    assert len(api.shown[0]["blocks"]) == 1


def test_nobody_gets_two_texts_within_a_second(api: SlackApi) -> None:
    ticks = iter([0.0, 0.4, 0.5, 1.2])
    channel = app(api, ticks=lambda: next(ticks))
    send(channel, outgoing())
    failed = failure(channel)
    assert failed.verdict is Verdict.TOO_SOON
    assert failed.wait == pytest.approx(0.6)
    send(channel, outgoing(address=Address("slack", "U99")))  # somebody else
    send(channel, outgoing())
    assert len(api.shown) == 3


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


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}/api"
        assert failure(app(api_url=url)).verdict is Verdict.RETRY


def test_an_answer_that_takes_too_long_leaves_the_text_in_doubt(
    api: SlackApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack, "_TIMEOUT", slack.aiohttp.ClientTimeout(total=0.05))
    api.script(Act(delay=0.3))
    assert failure(app(api)).verdict is Verdict.DOUBTFUL


Ask = Callable[[Slack], Sent | None]


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
    with socket.socket() as unheard, pytest.raises(SendFailed):
        unheard.bind(("127.0.0.1", 0))
        app(api_url=f"http://127.0.0.1:{unheard.getsockname()[1]}/api").look_up(outgoing(), [])


def test_slack_sends_no_receipts() -> None:
    with pytest.raises(Unverified):
        app().read_receipt(knock(b"{}"))


def test_an_inbound_is_of_a_person() -> None:
    assert isinstance(app().read(knock(message("x", user="W012A3CDE"))), Inbound)
