"""`upright telegram`: the webhook is set and removed, the commands are listed."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

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
    asked = [call.request for call in telegram.calls]
    assert "secret_token=" + SECRET in f"{asked[0].url} {asked[0].body!r}"
    languages = [request for request in asked if "setMyCommands" in str(request.url)]
    assert len(languages) == 4  # English for everybody else, and each of three
    english = unquote_plus(f"{languages[0].url} {languages[0].body!r}")
    for command in ("remind", "stretch", "menu", "help", "stop", "posture"):
        assert f'"command": "{command}"' in english
    assert "postura" in f"{languages[2].url} {languages[2].body!r}"


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
