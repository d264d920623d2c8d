"""The whole service on Slack: what people write comes in at the web door, answers go out by the outbox."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service import direct
from service.app import create_app
from service.channels import slack
from service.envelopes import Address, Inbound
from service.outbox import receipts
from service.runtime import Runtime
from service.store.engine import StoreFailed
from service.store.tables import AddressRow, Base, Consent, Entry
from service.store.tables import Inbound as Received
from tests.channels.slack_api import (
    CHAT,
    PERSON,
    SECRET,
    TOKEN,
    SlackApi,
    command,
    event,
    headers,
    message,
    pressed,
    refusal,
    shown_text,
    slack_api,
)
from tests.loopback import Act
from tests.phone import Wall

DANGER = "I can't feel my legs and wet myself"


@dataclass
class Workspace:
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

    def entries(self) -> list[Entry]:
        with self.runtime.store.read() as session:
            return list(session.scalars(select(Entry).order_by(Entry.id)))

    def count(self, table: type[Base]) -> int:
        with self.runtime.store.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def standing(self) -> str:
        with self.runtime.store.read() as session:
            return session.scalars(select(AddressRow.standing)).one()

    def settled(self) -> None:
        """Wait for what is handed over on other threads."""
        self.runtime.direct.close()


@pytest.fixture
def workspace(
    service: Callable[..., Runtime],
    database_url: str,
    wall: Wall,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Workspace]:
    monkeypatch.setattr(slack, "SPACING", 0.0)  # the tests are faster than people
    monkeypatch.setattr(direct, "AGAIN", 0.0)
    with slack_api() as api:
        runtime = service(
            database_url=SecretStr(database_url),
            slack_bot_token=SecretStr(TOKEN),
            slack_signing_secret=SecretStr(SECRET),
            slack_api_url=f"{api.url}/api",
            slack_rate=100.0,
            secret_key=SecretStr("k" * 32),
            suppression_key=SecretStr("s" * 32),
        )
        yield Workspace(runtime, create_app(runtime).test_client(), api, wall)


def joined(workspace: Workspace) -> None:
    for words in ("remind", "YES", "Berlin"):
        workspace.hears(words)
    assert workspace.standing() == "in"


def reminded(workspace: Workspace) -> None:
    workspace.wall.moment = workspace.wall.moment.replace(minute=50)
    workspace.runtime.tick()
    workspace.deliver()


def test_a_keyword_is_answered_by_the_outbox(workspace: Workspace) -> None:
    assert "back straight" in workspace.hears("posture")
    (entry,) = workspace.entries()
    assert (entry.state, entry.channel, entry.kind) == ("sent", "slack", "reply")
    assert entry.provider_id == f"{CHAT}:{workspace.api.shown[0]['ts']}"


def test_a_repeated_event_is_answered_once(workspace: Workspace) -> None:
    body = message("LIFT")
    for number in ("", "1", "2"):
        repeated = {"X-Slack-Retry-Num": number} if number else {}
        assert workspace.post(body, **repeated).status_code == 200
        workspace.deliver()
    assert (workspace.count(Received), workspace.count(Entry)) == (1, 1)
    assert len(workspace.api.shown) == 1


def test_a_repeat_whose_first_never_came_is_answered(workspace: Workspace) -> None:
    workspace.post(message("LIFT"), **{"X-Slack-Retry-Num": "1"})
    workspace.deliver()
    assert len(workspace.api.shown) == 1


def test_two_answers_to_one_text_are_one_message(workspace: Workspace) -> None:
    workspace.hears("remind")
    said = workspace.hears("YES")
    assert len(workspace.api.shown) == 2
    assert len(said.splitlines()) > 1


def test_somebody_joins_is_reminded_and_leaves(workspace: Workspace) -> None:
    joined(workspace)
    before = len(workspace.api.shown)
    reminded(workspace)
    (reminder,) = workspace.api.shown[before:]
    sent = [entry for entry in workspace.entries() if entry.kind == "reminder"]
    assert [(entry.state, entry.provider_id) for entry in sent] == [
        ("sent", f"{CHAT}:{reminder['ts']}")
    ]
    assert "START" in workspace.hears("stop")
    assert workspace.standing() == "out"


def test_whoever_left_and_writes_again_is_answered(workspace: Workspace) -> None:
    joined(workspace)
    workspace.hears("stop")
    assert "squat" in workspace.hears("lift")
    assert workspace.hears("help")
    assert workspace.hears("START")
    assert workspace.standing() == "in"


def test_leaving_withdraws_answers_that_havent_gone(workspace: Workspace) -> None:
    joined(workspace)
    before = len(workspace.api.shown)
    for words in ("lift", "stop"):
        workspace.writes(words)
    workspace.deliver()
    (confirmed,) = workspace.api.shown[before:]
    assert "START" in shown_text(confirmed)
    assert [entry.state for entry in workspace.entries()[-2:]] == ["dropped", "sent"]


def test_two_quick_stops_are_confirmed_once(workspace: Workspace) -> None:
    joined(workspace)
    before = len(workspace.api.shown)
    for words in ("stop", "STOP"):
        workspace.writes(words)
    workspace.deliver()
    assert len(workspace.api.shown[before:]) == 1


def test_an_answer_to_somebody_who_left_doesnt_wait_long(workspace: Workspace) -> None:
    joined(workspace)
    workspace.hears("stop")
    before = len(workspace.api.shown)
    workspace.writes("lift")
    workspace.wall.moment += timedelta(minutes=6)
    workspace.deliver()
    assert len(workspace.api.shown) == before
    assert workspace.entries()[-1].state == "expired"


def test_an_erasure_is_confirmed(workspace: Workspace) -> None:
    workspace.hears("lift")
    assert "YES" in workspace.hears("delete")
    workspace.writes("DELETE YES")
    workspace.settled()
    assert len(workspace.api.shown) == 3
    assert workspace.count(AddressRow) == 0
    assert workspace.entries()[-1].state == "sent"


def test_danger_waits_for_no_outbox(workspace: Workspace) -> None:
    workspace.writes(DANGER)
    workspace.api.wait_for(1)
    workspace.settled()
    (alarm,) = workspace.api.shown
    assert "emergency" in shown_text(alarm).lower()
    assert [(entry.kind, entry.state) for entry in workspace.entries()] == [
        ("emergency", "sent"),
        ("reply", "queued"),
    ]
    workspace.deliver()  # what is said beside it follows
    assert len(workspace.api.shown) == 2


def test_a_repeated_call_for_help_is_answered_once(workspace: Workspace) -> None:
    for _ in range(3):
        assert workspace.post(message(DANGER)).status_code == 200
    workspace.settled()
    assert len(workspace.api.shown) == 1


def test_an_emergency_answer_that_slack_doesnt_take_goes_by_the_outbox(
    workspace: Workspace,
) -> None:
    slow = Act(429, {"ok": False, "error": "ratelimited"}, taken=False)
    workspace.api.script(slow)
    workspace.writes(DANGER)
    workspace.settled()
    assert [entry.state for entry in workspace.entries()] == ["queued", "queued"]
    workspace.deliver()
    assert {entry.state for entry in workspace.entries()} == {"sent"}


def test_an_emergency_answer_in_doubt_is_looked_up(workspace: Workspace) -> None:
    workspace.api.script(Act(drop=True))
    workspace.writes(DANGER)
    workspace.settled()
    assert workspace.entries()[0].state == "sending"
    workspace.wall.moment += timedelta(minutes=3)
    workspace.runtime.sweep()
    workspace.runtime.drain()
    assert [entry.state for entry in workspace.entries()] == ["sent", "sent"]
    assert len(workspace.api.shown) == 2  # none of them twice


def test_an_emergency_answer_without_a_trace_is_sent_again(workspace: Workspace) -> None:
    workspace.api.script(Act(500, text="oops", taken=False))
    workspace.writes(DANGER)
    workspace.settled()
    workspace.wall.moment += timedelta(minutes=3)
    workspace.runtime.sweep()
    workspace.runtime.drain()
    assert "emergency" in "".join(map(shown_text, workspace.api.shown)).lower()


def test_operators_hear_of_an_emergency_answer_that_failed_for_good(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    workspace.api.script(refusal("user_disabled"))
    workspace.writes(DANGER)
    workspace.settled()
    assert workspace.entries()[0].state == "failed"
    assert "alert: an emergency answer did not arrive" in caplog.text


def test_the_pressed_button_of_a_reminder_is_answered_in_it(workspace: Workspace) -> None:
    joined(workspace)
    reminded(workspace)
    reminder = workspace.api.shown[-1]
    words = shown_text(reminder)
    row = slack.slack_blocks.buttons(["DONE", "SNOOZE", "SKIP"], once=True)
    reminder["blocks"].append(row)
    before = len(workspace.api.shown)
    bodies = [pressed(reminder, 0, trigger) for trigger in ("1.1", "1.2")]
    for body in bodies:  # pressed twice
        workspace.post(body)
        workspace.deliver()
    assert len(workspace.api.shown) == before
    changed = shown_text(workspace.api.shown[-1])
    assert changed.startswith(words)
    assert len(changed) > len(words)
    assert all(block["type"] == "section" for block in workspace.api.shown[-1]["blocks"])
    assert len(workspace.api.calls("chat.update")) == 1


def test_a_command_is_answered_at_once_and_only_to_whoever_typed_it(workspace: Workspace) -> None:
    response = workspace.post(command("lift"))
    told = json.loads(response.data)
    assert told["response_type"] == "ephemeral"
    assert "squat" in shown_text(told)
    assert workspace.entries()[0].state == "answered"
    assert workspace.api.shown == []


def test_a_command_stops(workspace: Workspace) -> None:
    joined(workspace)
    assert "START" in shown_text(json.loads(workspace.post(command("stop", "9.9")).data))
    assert workspace.standing() == "out"


def test_a_command_with_the_word_payload_is_read(workspace: Workspace) -> None:
    told = json.loads(workspace.post(command("what is a payload? lift")).data)
    assert shown_text(told)


def test_the_challenge_is_answered(workspace: Workspace) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    assert workspace.post(body).json == {"challenge": "3eZbrw1a"}


def test_without_the_signature_nothing_is_stored(workspace: Workspace) -> None:
    body = message("LIFT")
    bad: list[dict[str, str]] = [
        {},
        headers(body, "0" * 32),
        headers(body, at=1_531_420_618),
        {**headers(body), "X-Slack-Signature": "v0=\xe4"},
        {**headers(body), "X-Slack-Request-Timestamp": "soon"},
    ]
    for given in bad:
        response = workspace.client.post("/in/slack", data=body, headers=given)
        assert response.status_code == 403
    assert (workspace.count(Received), workspace.count(Entry)) == (0, 0)


def test_a_long_text_is_read_and_a_huge_request_is_not(workspace: Workspace) -> None:
    assert workspace.post(message("我" * 40_000)).status_code == 200
    assert workspace.count(Received) == 1
    assert workspace.post(message("a" * 2_000_000)).status_code == 413


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'"x"', b'{"a":' * 20_000, b"payload=%5B%5B", b"x=1"]
)
def test_a_request_that_says_nothing_is_taken_calmly(workspace: Workspace, body: bytes) -> None:
    response = workspace.post(body)
    assert (response.status_code, response.data) == (200, b"")


def test_the_home_tab_shows_their_settings(workspace: Workspace) -> None:
    opened = event(type="app_home_opened", user=PERSON, tab="home")
    workspace.post(opened)
    joined(workspace)
    workspace.post(opened)
    workspace.settled()
    first, second = workspace.api.calls("views.publish")
    assert first["user_id"] == second["user_id"] == PERSON
    stranger, subscriber = (json.loads(each["view"]) if isinstance(each["view"], str) else each["view"]
                            for each in (first, second))  # fmt: skip
    assert "REMIND" in shown_text(stranger)
    assert "Berlin" in shown_text(subscriber)
    assert subscriber["type"] == "home"


def test_a_button_of_the_home_tab_is_answered_in_the_chat(workspace: Workspace) -> None:
    row = slack.slack_blocks.buttons(["LIFT"])
    shown = {"blocks": [row], "ts": "", "text": "", "channel": ""}
    body = pressed(shown, 0, message=None, channel=None, container={"type": "view"})
    assert workspace.post(body).status_code == 200
    workspace.deliver()
    assert "squat" in shown_text(workspace.api.shown[0])
    workspace.settled()
    assert len(workspace.api.calls("views.publish")) == 1  # as it is now


@pytest.mark.parametrize(
    "told",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}],
)
def test_operators_hear_that_the_app_was_taken_away(
    workspace: Workspace, told: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    workspace.post(event(**told))
    assert "alert: Slack took the app away" in caplog.text


def test_somebody_who_was_switched_off_and_writes_again_is_answered(workspace: Workspace) -> None:
    joined(workspace)
    workspace.api.script(refusal("user_disabled"))
    reminded(workspace)
    with workspace.runtime.store.read() as session:
        assert session.scalars(select(AddressRow.dead)).one()
    assert "squat" in workspace.hears("lift")


def test_without_an_app_the_door_says_what_to_set(service: Callable[..., Runtime]) -> None:
    response = create_app(service()).test_client().post("/in/slack", data=message("LIFT"))
    assert response.status_code == 404
    assert "SLACK_SIGNING_SECRET" in response.text


def test_texts_of_the_same_second_are_kept_apart(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack, "SPACING", 60.0)
    for words in ("lift", "posture"):
        workspace.writes(words)
    workspace.deliver()
    assert len(workspace.api.shown) == 1
    waiting = [entry for entry in workspace.entries() if entry.state == "queued"]
    assert [(entry.attempts, entry.not_before > workspace.wall.moment) for entry in waiting] == [(0, True)]  # fmt: skip
    monkeypatch.setattr(slack, "SPACING", 0.0)
    workspace.wall.moment += timedelta(minutes=2)
    workspace.deliver()
    assert len(workspace.api.shown) == 2


_ = Address, Inbound, receipts, StoreFailed, Consent
