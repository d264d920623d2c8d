"""A workspace on Slack: somebody who writes to the app, and what their chat shows."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.runtime import Runtime
from tests.channels.slack_api import (
    SlackApi,
    headers,
    message,
    pressed,
    shown_text,
)
from tests.phone import Wall
from tests.stored import Stored

PUBLIC = "https://back.example.org"
DANGER = "I can't feel my legs and wet myself"


@dataclass
class Workspace(Stored):
    """Somebody who writes to the app."""

    runtime: Runtime
    client: FlaskClient
    api: SlackApi
    wall: Wall
    _events: "count[int]" = field(default_factory=lambda: count(1))

    def post(self, body: bytes, **changes: str) -> TestResponse:
        return self.client.post("/in/slack", data=body, headers={**headers(body), **changes})

    def writes(self, words: str) -> None:
        """Slack's own call is taken with an empty answer."""
        response = self.post(message(words, f"Ev{next(self._events):08d}"))
        assert (response.status_code, response.data) == (200, b"")

    def hears(self, words: str) -> str:
        """What the chat shows after that; empty when nothing new."""
        before = len(self.api.shown)
        self.writes(words)
        self.deliver()
        return "\n".join(shown_text(each) for each in self.api.shown[before:])

    def presses(self, number: int, **more: Any) -> None:
        """A button of the last text."""
        response = self.post(pressed(self.api.shown[-1], number, f"{next(self._events)}.1", **more))
        assert (response.status_code, response.data) == (200, b"")

    def deliver(self) -> None:
        self.wall.moment += timedelta(seconds=2)
        self.runtime.drain()

    def settled(self) -> None:
        """Wait for what is handed over on other threads."""
        self.runtime.direct.close()


def joined(workspace: Workspace) -> None:
    for words in ("remind", "YES", "Berlin"):
        workspace.hears(words)
    assert workspace.standing() == "in"


def reminded(workspace: Workspace) -> None:
    workspace.wall.moment = workspace.wall.moment.replace(minute=50)
    workspace.runtime.tick()
    workspace.deliver()
