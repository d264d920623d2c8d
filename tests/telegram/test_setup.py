"""`upright telegram`: the webhook is set and removed, the commands are listed."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses
from click.testing import CliRunner

from service.cli import main
from tests.channels.updates import SECRET, TOKEN
from tests.telegram.chat import PUBLIC

API = f"https://api.telegram.org/bot{TOKEN}"


@pytest.fixture
def telegram() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as played:
        yield played


def run(*arguments: str, **changes: str) -> Any:
    given = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "PUBLIC_URL": PUBLIC,
        "SECRET_KEY": "k" * 32,
        "SUPPRESSION_KEY": "s" * 32,
    }
    return CliRunner().invoke(main, ["telegram", *arguments], env=given | changes)


def told(request: Any) -> dict[str, str]:
    """What a call says, in its address or its form."""
    body = request.body or ""
    form = body.decode() if isinstance(body, bytes) else body
    return dict(parse_qsl(f"{urlsplit(request.url).query}&{form}"))


def commands(call: dict[str, str]) -> dict[str, str]:
    return {each["command"]: each["description"] for each in json.loads(call["commands"])}


def granted(telegram: responses.RequestsMock, method: str, result: object, *match: Any) -> None:
    told = {"ok": True, "result": result}
    telegram.add(responses.GET, f"{API}/{method}", json=told, match=match)
    telegram.add(responses.POST, f"{API}/{method}", json=told, match=match)


def test_the_webhook_is_set_with_the_secret_and_the_commands(
    telegram: responses.RequestsMock,
) -> None:
    telegram.assert_all_requests_are_fired = False
    for method in ("setWebhook", "setMyCommands"):
        granted(telegram, method, True)
    granted(telegram, "getMe", {"id": 1, "is_bot": True, "username": "upright_bot"})
    done = run("set-webhook")
    assert done.output == f"@upright_bot calls {PUBLIC}/in/telegram now.\n"
    webhook, *lists = [told(call.request) for call in telegram.calls][:5]
    assert webhook["url"] == f"{PUBLIC}/in/telegram"
    assert webhook["secret_token"] == SECRET
    assert json.loads(webhook["allowed_updates"]) == ["message", "callback_query", "my_chat_member"]
    listed = {each.get("language_code", ""): commands(each) for each in lists}
    assert listed.keys() == {"", "en", "es", "zh"}  # the first for everybody else
    assert listed[""] == listed["en"]
    assert {"remind", "stretch", "menu", "help", "stop", "posture"} <= listed["en"].keys()
    assert listed["es"]["postura"] == "Postura"
    assert listed["zh"]["posture"] == "姿势"  # Telegram spells a command in a-z


def test_the_webhook_is_removed(telegram: responses.RequestsMock) -> None:
    telegram.assert_all_requests_are_fired = False
    granted(telegram, "deleteWebhook", True)
    granted(telegram, "getMe", {"id": 1, "is_bot": True, "username": "upright_bot"})
    assert run("delete-webhook").output == "@upright_bot calls nobody now.\n"


def test_a_wrong_token_is_said_in_a_sentence(telegram: responses.RequestsMock) -> None:
    telegram.assert_all_requests_are_fired = False
    refusal = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    for verb in (responses.GET, responses.POST):
        telegram.add(verb, f"{API}/deleteWebhook", status=401, json=refusal)
    done = run("delete-webhook")
    assert (done.exit_code, done.stderr) == (2, "upright: Telegram: Unauthorized\n")


@pytest.mark.parametrize("missing", ["TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "PUBLIC_URL"])
def test_what_is_missing_for_a_webhook_is_named(missing: str) -> None:
    done = run("set-webhook", **{missing: ""})
    assert done.exit_code == 2
    assert missing in done.stderr
