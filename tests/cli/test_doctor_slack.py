"""What `upright doctor` finds at Slack."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from config.settings import load
from service.cli import main
from service.commands.findings import Finding
from service.commands.slack_findings import of_app
from tests.channels.slack_api import SECRET, TOKEN, SlackApi, refusal, slack_api
from tests.loopback import Act

SETTINGS = {
    "slack_bot_token": TOKEN,
    "slack_signing_secret": SECRET,
    "public_url": "https://back.example.org",
    "secret_key": "k" * 32,
    "suppression_key": "s" * 32,
}


@pytest.fixture
def api() -> Iterator[SlackApi]:
    with slack_api() as served:
        yield served


def found(api: SlackApi, **changes: str) -> list[Finding]:
    return list(of_app(load(**(SETTINGS | {"slack_api_url": f"{api.url}/api"} | changes))))


def test_an_app_that_may_do_all_is_in_order(api: SlackApi) -> None:
    assert found(api) == []
    assert api.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:8000"])
def test_without_a_public_address_nothing_arrives(api: SlackApi, url: str) -> None:
    (finding,) = found(api, public_url=url)
    assert finding.level == "error"
    assert "PUBLIC_URL" in finding.what


def test_a_scope_that_is_missing_is_named(api: SlackApi) -> None:
    api.scopes = "chat:write,commands"
    (finding,) = found(api)
    assert finding.level == "error"
    assert "im:history, im:write" in finding.what


@pytest.mark.parametrize(
    "told", [refusal("invalid_auth"), Act(502, text="<html>"), Act(200, text="{"), Act(drop=True)]
)
def test_a_workspace_that_cant_be_asked_is_an_error_that_doesnt_name_the_token(
    api: SlackApi, told: Act
) -> None:
    api.team = told
    (finding,) = found(api)
    assert finding.level == "error"
    assert "SLACK_BOT_TOKEN" in finding.mend
    assert TOKEN not in repr(finding)


@pytest.mark.parametrize("missing", ["slack_bot_token", "slack_signing_secret"])
def test_a_token_and_a_secret_belong_together(missing: str) -> None:
    with pytest.raises(Exception, match="SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET together"):
        load(**(SETTINGS | {missing: ""}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slack_bot_token", "xoxp-123-456"),
        ("slack_bot_token", TOKEN + " "),
        ("slack_signing_secret", "short"),
        ("slack_api_url", "http://slack.example.org/api"),
    ],
)
def test_what_cant_be_slacks_is_refused_at_the_start(name: str, value: str) -> None:
    with pytest.raises(Exception, match=name.upper()):
        load(**(SETTINGS | {name: value}))


def test_an_app_needs_secrets_that_last() -> None:
    with pytest.raises(Exception, match="SUPPRESSION_KEY"):
        load(**(SETTINGS | {"suppression_key": ""}))


def manifest(*arguments: str, **changes: str) -> Any:
    given = {"PUBLIC_URL": "https://back.example.org", "PROGRAMME_NAME": "Back Up"}
    return CliRunner().invoke(main, ["slack", "manifest", *arguments], env=given | changes)


def test_the_manifest_has_all_that_the_app_needs() -> None:
    told = json.loads(manifest().output)
    here = "https://back.example.org/in/slack"
    assert told["display_information"]["name"] == "Back Up"
    assert len(told["display_information"]["description"]) <= 140
    assert told["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    (command,) = told["features"]["slash_commands"]
    assert (command["command"], command["url"]) == ("/back", here)
    assert "posture" in command["usage_hint"]
    assert told["oauth_config"]["scopes"]["bot"] == [
        "chat:write", "commands", "im:history", "im:write",
    ]  # fmt: skip
    events = told["settings"]["event_subscriptions"]
    assert events["request_url"] == told["settings"]["interactivity"]["request_url"] == here
    assert sorted(events["bot_events"]) == [
        "app_home_opened", "app_uninstalled", "message.im", "tokens_revoked",
    ]  # fmt: skip
    assert told["settings"]["interactivity"]["is_enabled"] is True
    assert told["settings"]["socket_mode_enabled"] is False
    assert told["settings"]["token_rotation_enabled"] is False


@pytest.mark.parametrize("language", ["es", "zh"])
def test_the_app_is_described_in_the_language_of_the_workspace(language: str) -> None:
    told = json.loads(manifest("--language", language).output)
    assert told["display_information"]["description"] != json.loads(manifest().output)
    assert len(told["display_information"]["description"]) <= 140


@pytest.mark.parametrize(
    ("arguments", "url"), [((), ""), ((), "http://127.0.0.1"), (("--language", "xx"), "https://a.example.org")]
)  # fmt: skip
def test_a_manifest_that_wouldnt_work_isnt_printed(arguments: tuple[str, ...], url: str) -> None:
    done = manifest(*arguments, PUBLIC_URL=url)
    assert done.exit_code == 2
    assert done.output.startswith("upright: ")
