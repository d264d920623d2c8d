"""Somebody who writes to the bot, and what it says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.runtime import Runtime
from tests.channels.updates import CHAT, HEADER, SECRET, message
from tests.loopback import Loopback
from tests.stored import Stored

PUBLIC = "https://back.example.org"


@dataclass
class Chat(Stored):
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
