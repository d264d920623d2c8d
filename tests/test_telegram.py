"""The whole service on Telegram: what people write comes in at the web door, answers go out by the outbox."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

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
from tests.channels.updates import (
    CHAT,
    HEADER,
    SECRET,
    TOKEN,
    membership,
    message,
    pictured,
    press,
    refusal,
    taken,
)
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


def called(response: TestResponse) -> dict[str, Any]:
    """The call of the Bot API that is the answer to an update."""
    assert response.status_code == 200
    call: dict[str, Any] = json.loads(response.data or "{}")
    return call


def said(response: TestResponse) -> str:
    call = called(response)
    if not call:
        return ""
    assert (call["method"], call["chat_id"]) == ("sendMessage", str(CHAT))
    return str(call["text"])


def words_on(call: Mapping[str, Any]) -> list[str]:
    """What the buttons of a text carry, in order."""
    markup = call.get("reply_markup", {"inline_keyboard": []})
    rows = (json.loads(markup) if isinstance(markup, str) else markup)["inline_keyboard"]
    return [button["callback_data"] for row in rows for button in row]


@pytest.fixture
def chat(service: Callable[..., Runtime], database_url: str, wall: Wall) -> Iterator[Chat]:
    with loopback() as api:
        runtime = service(
            database_url=SecretStr(database_url),
            telegram_bot_token=SecretStr(TOKEN),
            telegram_webhook_secret=SecretStr(SECRET),
            telegram_api_url=api.url,
            public_url=PUBLIC,
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
    chat.api.script(pictured(71))
    chat.runtime.tick()
    chat.runtime.drain()
    (asked,) = chat.api.asked
    assert asked.path.endswith("/sendPhoto")
    assert str(CHAT).encode() in asked.body
    sent = [entry for entry in chat.entries() if entry.kind == "reminder"]
    assert [(entry.state, entry.provider_id) for entry in sent] == [("sent", f"{CHAT}:71")]
    assert chat.hears("/stop")  # no provider confirms it for us here
    assert chat.standing() == "out"


def reminded(chat: Chat, wall: Wall) -> Mapping[str, Any]:
    """Somebody who has joined and got their first reminder, with its picture switched off."""
    for words in ("/start", "YES", "Berlin", "PICTURES OFF"):
        chat.hears(words)
    wall.moment = wall.moment.replace(minute=50)
    chat.api.script(taken(71))
    chat.runtime.tick()
    chat.runtime.drain()
    (reminder,) = chat.api.sent
    return reminder


def test_a_reminder_has_buttons_and_done_is_written_into_it(chat: Chat, wall: Wall) -> None:
    reminder = reminded(chat, wall)
    assert words_on(reminder) == ["1DONE", "1SNOOZE", "1SKIP"]
    pressed = [chat.post(press("1DONE", number, text=reminder["text"])) for number in (500, 501)]
    first, second = (called(response) for response in pressed)
    assert (first["method"], first["message_id"]) == ("editMessageText", 71)
    assert first["text"].startswith(f"{reminder['text']}\n\nNice! That is 1 today.")
    assert first == second  # two quick presses are one DONE
    assert "reply_markup" not in first


def test_snooze_by_a_button_brings_the_reminder_again(chat: Chat, wall: Wall) -> None:
    reminder = reminded(chat, wall)
    call = called(chat.post(press("1SNOOZE", 500, text=reminder["text"])))
    assert "OK, next reminder" in call["text"]
    chat.api.script(taken(72))
    wall.moment += timedelta(minutes=15)
    chat.runtime.tick()
    chat.runtime.drain()
    assert words_on(chat.api.sent[-1]) == ["1DONE", "1SNOOZE", "1SKIP"]
    assert [entry.kind for entry in chat.entries() if entry.slot] == ["reminder", "snooze"]


def test_a_menu_is_pressed_instead_of_typed(chat: Chat) -> None:
    menu = called(chat.post(message("MENU", 5)))
    assert "0POSTURE" in words_on(menu)
    topic = called(chat.post(press("0POSTURE", 6)))
    assert "back straight" in topic["text"]
    assert words_on(topic) == ["0MORE", "0MENU"]


def test_check_is_pressed_through_to_the_emergency_number(chat: Chat) -> None:
    first = called(chat.post(message("CHECK", 5)))
    assert words_on(first) == ["0YES", "0NO"]
    second = called(chat.post(press("0NO", 6)))
    assert words_on(second) == ["0YES", "0NO"]
    third = called(chat.post(press("0NO", 7)))
    assert words_on(third) == ["00", "01", "02"]
    alarm = called(chat.post(press("02", 8)))
    assert alarm["method"] == "sendMessage"
    assert "112" in alarm["text"] or "emergency" in alarm["text"].lower()
    assert words_on(alarm) == []


def test_a_repeated_update_gets_the_same_buttons(chat: Chat) -> None:
    update = message("CHECK", 5)
    assert called(chat.post(update)) == called(chat.post(update))


def test_a_stretch_comes_with_its_drawing_until_somebody_wants_none(chat: Chat) -> None:
    call = called(chat.post(message("STRETCH", 5)))
    assert call["method"] == "sendPhoto"
    path = call["photo"].removeprefix(PUBLIC)
    assert chat.client.get(path).data.startswith(b"\x89PNG")
    assert "no drawings" in chat.hears("PICTURES OFF")
    assert called(chat.post(message("STRETCH", 6)))["method"] == "sendMessage"
    assert "drawing comes" in chat.hears("PICTURES ON")
    assert called(chat.post(message("STRETCH", 7)))["method"] == "sendPhoto"


def test_whoever_uses_telegram_in_spanish_is_met_in_spanish(chat: Chat) -> None:
    sender = {"id": CHAT, "is_bot": False, "first_name": "A", "language_code": "es-MX"}
    assert "Responda SI" in said(chat.post(message("/start", 5, **{"from": sender})))


@pytest.mark.parametrize("words", ["/posture", "/check@upright_bot"])
def test_a_group_is_politely_refused_and_nothing_of_it_is_kept(chat: Chat, words: str) -> None:
    group = {"id": -100_200, "type": "supergroup", "title": "Back pain"}
    call = called(chat.post(message(words, 5, chat=group)))
    assert (call["method"], call["chat_id"]) == ("sendMessage", "-100200")
    assert "private chat" in call["text"]
    assert (chat.count(Inbound), chat.count(Entry), chat.count(AddressRow)) == (0, 0, 0)


def test_danger_in_a_group_is_answered_with_the_number(chat: Chat) -> None:
    group = {"id": -100_200, "type": "group", "title": "Back pain"}
    call = called(chat.post(message("/help I can't feel my legs and wet myself", 5, chat=group)))
    assert "112" in call["text"]


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
