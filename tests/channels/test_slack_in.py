"""Slack: what comes in is proven over its raw body, and read field by field."""

import json
from urllib.parse import urlencode

import pytest

from service.channels.slack import Slack
from service.channels.slack_events import Challenge, HomeOpened, Revoked
from service.envelopes import (
    Inbound,
    Knock,
    Reply,
    Unverified,
)
from tests.channels.slack_api import (
    HERE,
    ODD,
    PERSON,
    SECRET,
    app,
    command,
    event,
    headers,
    knock,
    message,
)

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


def test_slack_sends_no_receipts() -> None:
    with pytest.raises(Unverified):
        app().read_receipt(knock(b"{}"))


def test_an_inbound_is_of_a_person() -> None:
    assert isinstance(app().read(knock(message("x", user="W012A3CDE"))), Inbound)
