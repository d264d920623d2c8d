"""What `upright doctor` finds at Telegram."""

from collections.abc import Iterator

import pytest
import requests
import responses

from config.settings import load
from service.commands.findings import Finding
from service.commands.telegram_findings import of_bot
from tests.channels.updates import SECRET, TOKEN

SETTINGS = {
    "telegram_bot_token": TOKEN,
    "telegram_webhook_secret": SECRET,
    "public_url": "https://back.example.org",
    "secret_key": "k" * 32,
    "suppression_key": "s" * 32,
}
HOOK = "https://back.example.org/in/telegram"
API = f"https://api.telegram.org/bot{TOKEN}"


@pytest.fixture
def telegram() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as played:
        yield played


def found(telegram: responses.RequestsMock, **changes: str) -> list[Finding]:
    told = {"url": HOOK, "has_custom_certificate": False, "pending_update_count": 0}
    fields = {name: value for name, value in changes.items() if name not in SETTINGS}
    telegram.get(f"{API}/getWebhookInfo", json={"ok": True, "result": told | fields})
    given = {name: changes.get(name, value) for name, value in SETTINGS.items()}
    return list(of_bot(load(**given)))


def test_a_bot_that_calls_us_is_in_order(telegram: responses.RequestsMock) -> None:
    assert found(telegram) == []


def test_a_webhook_elsewhere_is_an_error(telegram: responses.RequestsMock) -> None:
    (finding,) = found(telegram, url="https://old.example.org/in/telegram")
    assert finding.level == "error"
    assert HOOK in finding.mend


def test_a_webhook_that_was_taken_away_is_an_error(telegram: responses.RequestsMock) -> None:
    (finding,) = found(telegram, url="")
    assert (finding.level, finding.what) == ("error", "Telegram calls no address")


@pytest.mark.parametrize("missing", ["telegram_webhook_secret", "public_url"])
def test_a_bot_without_a_webhook_is_polled(telegram: responses.RequestsMock, missing: str) -> None:
    (finding,) = found(telegram, **{missing: ""})
    assert finding.level == "note"
    assert "telegram poll" in finding.why


def test_updates_that_wait_there_are_a_warning(telegram: responses.RequestsMock) -> None:
    fault = {"last_error_message": "Wrong response: 403 Forbidden", "pending_update_count": "7"}
    (finding,) = found(telegram, **fault)
    assert finding.level == "warning"
    assert "403" in finding.what
    assert finding.why.startswith("7 wait")


def test_a_wrong_token_is_an_error_that_doesnt_name_it(telegram: responses.RequestsMock) -> None:
    refusal = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    telegram.get(f"{API}/getWebhookInfo", status=401, json=refusal)
    (finding,) = of_bot(load(**SETTINGS))
    assert finding.level == "error"
    assert "TELEGRAM_BOT_TOKEN" in finding.mend
    assert TOKEN not in repr(finding)


def test_where_telegram_isnt_reached_the_token_stays_secret(
    telegram: responses.RequestsMock,
) -> None:
    telegram.get(f"{API}/getWebhookInfo", body=requests.ConnectionError(f"{API} refused"))
    (finding,) = of_bot(load(**SETTINGS))
    assert TOKEN not in repr(finding)


@pytest.mark.parametrize("token", ["123", "abc:" + "x" * 35, TOKEN + " "])
def test_a_token_that_is_none_is_refused_at_the_start(token: str) -> None:
    with pytest.raises(Exception, match="TELEGRAM_BOT_TOKEN: is no token"):
        load(**(SETTINGS | {"telegram_bot_token": token}))


@pytest.mark.parametrize("secret", ["short", "with a blank and more", "ü" * 20])
def test_a_secret_that_telegram_wouldnt_take_is_refused(secret: str) -> None:
    with pytest.raises(Exception, match="TELEGRAM_WEBHOOK_SECRET: must be 16 to 256"):
        load(**(SETTINGS | {"telegram_webhook_secret": secret}))


def test_a_bot_needs_secrets_that_last() -> None:
    with pytest.raises(Exception, match="SUPPRESSION_KEY"):
        load(**(SETTINGS | {"suppression_key": ""}))
