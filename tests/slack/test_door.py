"""Slack's one door: commands, challenges, the home tab, and all that must not come in."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from service.app import create_app
from service.channels import slack_blocks
from service.runtime import Runtime
from service.store.tables import Entry
from service.store.tables import Inbound as Received
from tests.channels.slack_api import (
    PERSON,
    command,
    event,
    headers,
    message,
    pressed,
    shown_text,
)
from tests.slack.workspace import Workspace, joined


def test_a_command_is_answered_at_once_and_only_to_whoever_typed_it(workspace: Workspace) -> None:
    response = workspace.post(command("lift"))
    told = json.loads(response.data)
    assert told["response_type"] == "ephemeral"
    assert "squat" in shown_text(told)
    assert workspace.entries()[0].state == "answered"
    assert workspace.api.shown == []


def test_a_command_stops(workspace: Workspace) -> None:
    joined(workspace)
    assert "START" in shown_text(json.loads(workspace.post(command("stop", "9.9")).data))
    assert workspace.standing() == "out"


def test_a_command_with_the_word_payload_is_read(workspace: Workspace) -> None:
    told = json.loads(workspace.post(command("what is a payload? lift")).data)
    assert shown_text(told)


def test_the_challenge_is_answered(workspace: Workspace) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    assert workspace.post(body).json == {"challenge": "3eZbrw1a"}


def test_without_the_signature_nothing_is_stored(workspace: Workspace) -> None:
    body = message("LIFT")
    bad: list[dict[str, str]] = [
        {},
        headers(body, "0" * 32),
        headers(body, at=1_531_420_618),
        {**headers(body), "X-Slack-Signature": "v0=\xe4"},
        {**headers(body), "X-Slack-Request-Timestamp": "soon"},
    ]
    for given in bad:
        response = workspace.client.post("/in/slack", data=body, headers=given)
        assert response.status_code == 403
    assert (workspace.count(Received), workspace.count(Entry)) == (0, 0)


def test_a_long_text_is_read_and_a_huge_request_is_not(workspace: Workspace) -> None:
    assert workspace.post(message("我" * 40_000)).status_code == 200
    assert workspace.count(Received) == 1
    refused = workspace.post(message("a" * 2_000_000))
    assert refused.status_code == 413
    assert "at most 1024 kB" in refused.text


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'"x"', b'{"a":' * 20_000, b"payload=%5B%5B", b"x=1"]
)
def test_a_request_that_says_nothing_is_taken_calmly(workspace: Workspace, body: bytes) -> None:
    response = workspace.post(body)
    assert (response.status_code, response.data) == (200, b"")


def test_the_home_tab_shows_their_settings(workspace: Workspace) -> None:
    opened = event(type="app_home_opened", user=PERSON, tab="home")
    workspace.post(opened)
    workspace.api.wait_for_homes(1)
    joined(workspace)
    workspace.post(opened)
    workspace.api.wait_for_homes(2)
    workspace.hears("PAUSE 3 DAYS")
    workspace.post(opened)
    stranger, subscriber, paused = workspace.api.wait_for_homes(3)
    assert {each["user_id"] for each in workspace.api.calls("views.publish")} == {PERSON}
    assert "REMIND" in shown_text(stranger)
    assert "Berlin" in shown_text(subscriber)
    assert subscriber["type"] == "home"
    others = ["STRETCH", "CHECK", "POSTURE", "MENU", "HELP"]
    reminded = ["STRETCH", "DONE", "SNOOZE", "PAUSE", "HOURS", "CHECK", "MENU", "HELP"]
    assert words_on(stranger) == ["REMIND", *others]
    assert words_on(subscriber) == reminded
    assert words_on(paused) == ["RESUME", "STRETCH", "HOURS", "CHECK", "MENU", "HELP"]


def test_a_button_of_the_home_tab_is_answered_in_the_chat(workspace: Workspace) -> None:
    assert workspace.post(pressed_elsewhere("LIFT", {"type": "view"})).status_code == 200
    workspace.deliver()
    assert "squat" in shown_text(workspace.api.shown[0])
    workspace.api.wait_for_homes(1)  # as it is now


def test_a_button_under_what_a_command_brought_leaves_the_home_tab_alone(
    workspace: Workspace,
) -> None:
    workspace.post(pressed_elsewhere("MORE", {"type": "message", "is_ephemeral": True}))
    workspace.post(event(type="app_home_opened", user="U2147480000", tab="home"))
    workspace.api.wait_for_homes(1)
    assert [each["user_id"] for each in workspace.api.calls("views.publish")] == ["U2147480000"]


def pressed_elsewhere(word: str, container: dict[str, Any]) -> bytes:
    """A button that stands in no chat."""
    shown = {"blocks": slack_blocks.buttons([word]), "ts": "", "text": "", "channel": ""}
    return pressed(shown, 0, message=None, channel=None, container=container)


def words_on(shown: Mapping[str, Any]) -> list[str]:
    """What the buttons stand for, in order."""
    rows = [block for block in shown["blocks"] if block["type"] == "actions"]
    return [button["value"] for row in rows for button in row["elements"]]


@pytest.mark.parametrize(
    "told",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}],
)
def test_operators_hear_that_the_app_was_taken_away(
    workspace: Workspace, told: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    workspace.post(event(**told))
    assert "alert: Slack took the app away" in caplog.text


def test_without_an_app_the_door_says_what_to_set(service: Callable[..., Runtime]) -> None:
    response = create_app(service()).test_client().post("/in/slack", data=message("LIFT"))
    assert response.status_code == 404
    assert "SLACK_SIGNING_SECRET" in response.text
