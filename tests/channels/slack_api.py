"""Slack on a loopback port, and requests as Slack sends them."""

import asyncio
import itertools
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier

from service.channels.slack import Slack
from service.envelopes import Address, Knock, Outgoing, SendFailed, Sent
from tests.loopback import Act, Asked, Loopback, serving

SECRET = "8f742231b10e8888abcd12345678aa85"
TOKEN = "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy"
PERSON = "U2147483697"
CHAT = "D024BE91L"
SCOPES = "chat:write,commands,im:history,im:write"


def headers(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    moment = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=moment, body=body)
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": str(signature)}


def knock(body: bytes, secret: str = SECRET, at: float | None = None) -> Knock:
    named = {name.lower(): value for name, value in headers(body, secret, at).items()}
    return Knock("/in/slack", named, body=body)


def event(event_id: str = "Ev0PV52K21", **fields: Any) -> bytes:
    """An event of the app."""
    told = {"type": "event_callback", "team_id": "T123", "api_app_id": "A1", "event": fields}
    return json.dumps({**told, "event_id": event_id, "event_time": 1355517523}).encode()


def message(text: str, event_id: str = "Ev0PV52K21", **changes: Any) -> bytes:
    """Somebody writes to the app."""
    said = {"type": "message", "channel_type": "im", "channel": CHAT, "user": PERSON}
    moment = {"ts": "1355517523.000005", "event_ts": "1355517523.000005"}
    return event(event_id, **{**said, **moment, "text": text, **changes})


def command(text: str, trigger: str = "13345224609.738474920.8088930838d8", **more: str) -> bytes:
    form = {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO", "team_id": "T0001", "team_domain": "example",
        "channel_id": "C2147483705", "channel_name": "test", "user_id": PERSON,
        "user_name": "steve", "command": "/back", "text": text, "api_app_id": "A123456",
        "response_url": "https://hooks.slack.com/commands/1234/5678", "trigger_id": trigger,
    }  # fmt: skip
    return urlencode({**form, **more}).encode()


def pressed(
    shown: Mapping[str, Any], number: int, trigger: str = "13345224609.738474920.8", **more: Any
) -> bytes:
    """Somebody presses a button of a text that we sent; `shown`: its arguments, with channel and ts."""
    row = next(block for block in shown["blocks"] if block["type"] == "actions")
    said = {"ts": shown["ts"], "text": shown["text"], "blocks": shown["blocks"], "bot_id": "B1"}
    told = {
        "type": "block_actions", "team": {"id": "T1"}, "user": {"id": PERSON}, "trigger_id": trigger,
        "channel": {"id": shown["channel"]}, "message": said, "actions": [row["elements"][number]],
        "container": {"type": "message", "is_ephemeral": False},
        "response_url": "https://hooks.slack.com/actions/1",
    }  # fmt: skip
    return urlencode({"payload": json.dumps({**told, **more})}).encode()


def refusal(error: str, **more: Any) -> Act:
    """Slack's own: HTTP 200, and a name."""
    return Act(200, {"ok": False, "error": error, **more}, taken=False)


@dataclass
class SlackApi(Loopback):
    """Scripted acts are used up by sends, in order; then every text is taken."""

    scopes: str = SCOPES
    team: Act | None = None  # what auth.test says instead
    history: Act | None = None
    home: Act | None = None
    _moments: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The arguments of all calls of a method."""
        return [_given(each) for each in self.asked if each.path == f"/api/{method}"]

    def wait_for_homes(self, count: int) -> list[dict[str, Any]]:
        """The first home tabs that were shown; half a minute at most."""
        with self._arrived:
            arrived = self._arrived.wait_for(
                lambda: len(self.calls("views.publish")) >= count, timeout=30
            )
        assert arrived
        views = [each["view"] for each in self.calls("views.publish")]
        return [json.loads(view) if isinstance(view, str) else view for view in views]

    @property
    def shown(self) -> list[dict[str, Any]]:
        """All texts that were taken, as they stand now."""
        return self.messages

    def act(self, asked: Asked) -> tuple[Act, bytes]:
        with self._arrived:
            self.asked.append(asked)
            self._arrived.notify_all()
            method, given = asked.path.rpartition("/")[2], _given(asked)
            act = self._answer(method, given)
        said = act.text if act.text is not None else json.dumps(act.json)
        return act, said.encode()

    def _answer(self, method: str, given: Mapping[str, Any]) -> Act:
        if method == "auth.test":
            told = {"ok": True, "team": "Example", "user": "upright"}
            return self.team or Act(200, told, headers={"X-OAuth-Scopes": self.scopes})
        if method == "conversations.open":
            return Act(200, {"ok": True, "channel": {"id": CHAT}})
        if method == "conversations.history":
            return self.history or Act(200, {"ok": True, "messages": self._recalled(given)})
        if method == "views.publish":
            return self.home or Act(200, {"ok": True})
        act = self._script.popleft() if self._script else Act(200)
        return self._taken(method, given, act)

    def _taken(self, method: str, given: Mapping[str, Any], act: Act) -> Act:
        if not act.taken:
            return act
        if method == "chat.update":
            (changed,) = [each for each in self.messages if each["ts"] == given["ts"]]
            changed.update(given)
        else:
            moment = f"{int(time.time())}.{next(self._moments):06d}"
            changed = {**given, "channel": CHAT, "ts": moment}
            self.messages.append(changed)
        told = {"ok": True, "channel": CHAT, "ts": changed["ts"]}
        return (
            act
            if act.json or act.text is not None
            else Act(200, told, delay=act.delay, drop=act.drop)
        )

    def _recalled(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        oldest = float(given.get("oldest", 0))
        return [each for each in reversed(self.messages) if float(each["ts"]) >= oldest]


def _given(asked: Asked) -> dict[str, Any]:
    given: dict[str, Any] = json.loads(asked.body) if asked.body[:1] == b"{" else dict(asked.form)
    return given


@contextmanager
def slack_api() -> Iterator[SlackApi]:
    api = SlackApi()
    with serving(api):
        yield api


def shown_text(arguments: Mapping[str, Any]) -> str:
    """What stands in the blocks of a text."""
    blocks = [block for block in arguments["blocks"] if block["type"] == "section"]
    return "\n".join(block["text"]["text"] for block in blocks)


HERE = Address("slack", PERSON)


ODD = "Stand_up *now* ~really~ `code` :smile: <b> & &lt; <@U1>"


def app(api: Loopback | None = None, **changes: Any) -> Slack:
    url = f"{api.url}/api" if api else "https://slack.com/api"
    return Slack(**{"token": TOKEN, "signing_secret": SECRET, "api_url": url, **changes})


def outgoing(text: str = "Stand up", **changes: Any) -> Outgoing:
    return Outgoing(**{"attempt": "a1", "address": HERE, "text": text, **changes})


def send(channel: Slack, *texts: Outgoing) -> list[Sent]:
    async def sending() -> list[Sent]:
        try:
            return [await channel.send(text) for text in texts]
        finally:
            await channel.close()

    return asyncio.run(sending())


def failure(channel: Slack, text: Outgoing | None = None) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        send(channel, text or outgoing())
    return caught.value
