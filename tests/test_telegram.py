"""The whole service on Telegram: what people write comes in at the web door, answers go out by the outbox."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import responses
from click.testing import CliRunner
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.app import create_app
from service.cli import main
from service.runtime import Runtime
from service.store.tables import AddressRow, Base, Consent, Entry, Inbound
from tests.channels.updates import CHAT, HEADER, SECRET, TOKEN, membership, message, refusal, taken
from tests.loopback import Loopback, loopback
from tests.phone import Wall

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

    def hears(self, words: str) -> str:
        """What the answer to the update says; empty for nothing."""
        self._updates += 1
        return said(self.post(message(words, self._updates)))

    def entries(self) -> list[Entry]:
        with self.runtime.store.read() as session:
            return list(session.scalars(select(Entry).order_by(Entry.id)))

    def count(self, table: type[Base]) -> int:
        with self.runtime.store.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def standing(self) -> str:
        with self.runtime.store.read() as session:
            return session.scalars(select(AddressRow.standing)).one()


def said(response: TestResponse) -> str:
    assert response.status_code == 200
    if not response.data:
        return ""
    call = json.loads(response.data)
    assert (call["method"], call["chat_id"]) == ("sendMessage", str(CHAT))
    return str(call["text"])


@pytest.fixture
def chat(service: Callable[..., Runtime], database_url: str, wall: Wall) -> Iterator[Chat]:
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


def test_a_keyword_is_answered_in_the_answer_to_the_update(chat: Chat) -> None:
    assert "back straight" in chat.hears("/posture")
    (entry,) = chat.entries()
    assert (entry.state, entry.channel) == ("answered", "telegram")


def test_a_repeated_update_gets_the_same_answer_and_is_stored_once(chat: Chat) -> None:
    update = message("LIFT", 77)
    assert len({said(chat.post(update)) for _ in range(3)}) == 1
    assert (chat.count(Inbound), chat.count(Entry)) == (1, 1)


def test_somebody_joins_is_reminded_and_leaves(chat: Chat, wall: Wall) -> None:
    assert "YES" in chat.hears("/start")
    chat.hears("YES")
    chat.hears("Berlin")
    assert chat.standing() == "in"
    wall.moment = wall.moment.replace(minute=50)
    chat.api.script(taken(71))
    chat.runtime.tick()
    chat.runtime.drain()
    (reminder,) = chat.api.sent
    assert reminder["chat_id"] == str(CHAT)
    sent = [entry for entry in chat.entries() if entry.kind == "reminder"]
    assert [(entry.state, entry.provider_id) for entry in sent] == [("sent", f"{CHAT}:71")]
    assert chat.hears("/stop")  # no provider confirms it for us here
    assert chat.standing() == "out"


def test_whoever_is_out_is_still_answered(chat: Chat) -> None:
    chat.hears("/start")
    chat.hears("YES")
    chat.hears("STOP")
    assert "back straight" in chat.hears("/posture")
    assert chat.hears("/help")


def test_an_erasure_is_confirmed(chat: Chat) -> None:
    chat.hears("LIFT")
    assert "YES" in chat.hears("DELETE")
    assert chat.hears("DELETE YES")
    assert chat.count(AddressRow) == 0


def test_danger_comes_first(chat: Chat) -> None:
    answer = chat.hears("I can't feel my legs and wet myself")
    assert "emergency" in answer.partition("\n")[0].lower() or "112" in answer.partition("\n")[0]
    assert chat.entries()[0].kind == "emergency"


def test_blocking_the_bot_ends_the_reminders_without_a_word(chat: Chat) -> None:
    chat.hears("/start")
    chat.hears("YES")
    assert chat.standing() == "in"
    assert said(chat.post(membership("kicked", "member"))) == ""
    assert chat.standing() == "out"
    with chat.runtime.store.read() as session:
        assert "withdrawn" in session.scalars(select(Consent.event)).all()
    assert chat.hears("/start")
    assert chat.standing() == "in"  # the way back


def test_whoever_blocked_the_bot_is_out_when_a_send_finds_it(chat: Chat, wall: Wall) -> None:
    for words in ("/start", "YES", "Berlin"):
        chat.hears(words)
    wall.moment = wall.moment.replace(minute=50)
    chat.api.script(refusal(403, "Forbidden: bot was blocked by the user"))
    chat.runtime.tick()
    chat.runtime.drain()
    assert chat.standing() == "out"


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
