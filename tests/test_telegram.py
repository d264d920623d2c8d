"""The whole service on Telegram: what people write comes in at the web door, answers go out by the outbox."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import responses
from click.testing import CliRunner
from flask.testing import FlaskClient
from pydantic import SecretStr
from responses import matchers
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.app import create_app
from service.channels.telegram_account import BotAccount
from service.cli import main
from service.commands.telegram import listen
from service.runtime import Runtime
from service.store.tables import AddressRow, Base, Consent, Entry, Inbound
from tests.channels.updates import CHAT, HEADER, SECRET, TOKEN, membership, message, refusal, taken
from tests.loopback import Loopback, loopback

PUBLIC = "https://back.example.org"
API = f"https://api.telegram.org/bot{TOKEN}"


@dataclass
class Chat:
    """Somebody who writes to the bot."""

    runtime: Runtime
    client: FlaskClient
    api: Loopback
    _updates: int = 0

    def post(self, update: object, secret: str = SECRET) -> TestResponse:
        return self.client.post("/in/telegram", json=update, headers={HEADER: secret})

    def write(self, words: str) -> TestResponse:
        self._updates += 1
        return self.post(message(words, self._updates))

    def hears(self, words: str) -> list[str]:
        """What the bot says to these words, as it arrives at Telegram."""
        assert self.write(words).status_code == 200
        return self.arrivals()

    def arrivals(self) -> list[str]:
        before = len(self.api.sent)
        self.api.script(*[taken(number) for number in range(9)])
        self.runtime.drain()
        self.api.forget()
        return [sent["text"] for sent in self.api.sent[before:]]

    def entries(self) -> list[Entry]:
        with self.runtime.store.read() as session:
            return list(session.scalars(select(Entry).order_by(Entry.id)))

    def count(self, table: type[Base]) -> int:
        with self.runtime.store.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def chat(service: Callable[..., Runtime], database_url: str) -> Iterator[Chat]:
    with loopback() as api:
        runtime = service(
            database_url=SecretStr(database_url),
            telegram_bot_token=SecretStr(TOKEN),
            telegram_webhook_secret=SecretStr(SECRET),
            telegram_api_url=api.url,
            secret_key=SecretStr("k" * 32),
            suppression_key=SecretStr("s" * 32),
        )
        yield Chat(runtime, create_app(runtime).test_client(), api)


def test_a_keyword_is_answered_in_the_chat(chat: Chat) -> None:
    (answer,) = chat.hears("/posture")
    assert "back straight" in answer
    (entry,) = chat.entries()
    assert (entry.state, entry.channel, entry.provider_id) == ("sent", "telegram", f"{CHAT}:0")


def test_a_repeated_update_is_answered_once(chat: Chat) -> None:
    update = message("LIFT", 77)
    assert [chat.post(update).status_code for _ in range(3)] == [200] * 3
    assert len(chat.arrivals()) == 1
    assert chat.count(Inbound) == 1


def test_somebody_joins_and_leaves_by_chat(chat: Chat) -> None:
    assert "YES" in " ".join(chat.hears("/start"))
    chat.hears("YES")
    chat.hears("London")
    with chat.runtime.store.read() as session:
        assert session.scalars(select(AddressRow.standing)).one() == "in"
    assert chat.hears("/stop")  # no provider confirms it for us here
    with chat.runtime.store.read() as session:
        assert session.scalars(select(AddressRow.standing)).one() == "out"


def test_danger_is_answered_at_once_and_once(chat: Chat) -> None:
    answer = chat.write("I can't feel my legs and wet myself")
    call = json.loads(answer.data)
    assert (call["method"], call["chat_id"]) == ("sendMessage", str(CHAT))
    assert "emergency" in call["text"].lower()
    assert call["text"] not in chat.arrivals()
    assert chat.entries()[0].state == "answered"


def test_a_repeated_cry_for_help_gets_the_same_answer(chat: Chat) -> None:
    update = message("crushing chest pain", 5)
    assert chat.post(update).data == chat.post(update).data
    assert chat.count(Inbound) == 1


def test_blocking_the_bot_ends_the_reminders_without_a_word(chat: Chat) -> None:
    chat.hears("/start")
    chat.hears("YES")
    assert chat.post(membership("kicked", "member")).status_code == 200
    assert chat.arrivals() == []
    with chat.runtime.store.read() as session:
        assert session.scalars(select(AddressRow.standing)).one() == "out"
        assert "withdrawn" in session.scalars(select(Consent.event)).all()


def test_whoever_blocked_the_bot_is_out_when_a_send_finds_it(chat: Chat) -> None:
    chat.hears("/start")
    chat.hears("YES")
    chat.write("LIFT")
    chat.api.script(refusal(403, "Forbidden: bot was blocked by the user"))
    chat.runtime.drain()
    with chat.runtime.store.read() as session:
        assert session.scalars(select(AddressRow.standing)).one() == "out"


def test_without_the_secret_nothing_is_stored(chat: Chat) -> None:
    assert chat.post(message("LIFT"), "somebody-elses-secret").status_code == 403
    assert chat.client.post("/in/telegram", json=message("LIFT")).status_code == 403
    assert (chat.count(Inbound), chat.count(Entry)) == (0, 0)


def test_without_a_bot_the_door_says_what_to_set(service: Callable[..., Runtime]) -> None:
    response = create_app(service()).test_client().post("/in/telegram", json=message("LIFT"))
    assert response.status_code == 404
    assert "TELEGRAM_BOT_TOKEN" in response.text


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


def test_updates_are_fetched_where_nobody_can_call_us(
    chat: Chat, telegram: responses.RequestsMock
) -> None:
    """Once each, and what can't wait is sent at once."""
    telegram.assert_all_requests_are_fired = False
    telegram.add_passthru(chat.api.url)
    ended = threading.Event()
    account = BotAccount(token=TOKEN)
    url = f"{API}/getUpdates"
    cry = message("I can't feel my legs and wet myself", 12)
    told = {"ok": True, "result": [message("LIFT", 11), cry]}
    telegram.add(
        responses.GET,
        url,
        json=told,
        match=[matchers.query_param_matcher({"offset": "1"}, strict_match=False)],
    )

    def nothing_more(_request: object) -> tuple[int, dict[str, str], str]:
        ended.set()
        return 200, {}, json.dumps({"ok": True, "result": []})

    after = [matchers.query_param_matcher({"offset": "13"}, strict_match=False)]
    telegram.add_callback(responses.GET, url, nothing_more, match=after)
    chat.api.script(taken(1))
    listen(account, chat.runtime, ended)
    assert "emergency" in chat.api.sent[0]["text"].lower()
    assert any("knees" in text or "squat" in text for text in chat.arrivals())
    assert chat.count(Inbound) == 2
