"""The whole service on Slack: what people write comes in at the web door, answers go out by the outbox."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.channels import slack, slack_blocks
from service.store.tables import AddressRow, Consent, Entry
from service.store.tables import Inbound as Received
from tests.channels.slack_api import (
    CHAT,
    command,
    message,
    pressed,
    refusal,
    shown_text,
)
from tests.loopback import Act
from tests.slack.workspace import PUBLIC, Workspace, joined, reminded


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


def test_an_erasure_is_confirmed_although_slack_wanted_a_pause(workspace: Workspace) -> None:
    joined(workspace)
    workspace.hears("delete")
    before = len(workspace.api.shown), len(workspace.api.sent)
    workspace.api.script(Act(429, {"ok": False, "error": "ratelimited"}, taken=False))
    workspace.writes("DELETE YES")
    workspace.api.wait_for(before[1] + 2)
    workspace.settled()
    assert len(workspace.api.shown) == before[0] + 1
    assert workspace.entries()[-1].state == "sent"


def test_nothing_that_is_kept_of_an_erased_person_names_their_chat(workspace: Workspace) -> None:
    joined(workspace)
    stop = [{"type": "section", "text": {"text": "Still?"}}, *slack_blocks.buttons(["STOP"], once=True)]  # fmt: skip
    workspace.post(pressed({"ts": "17.1", "channel": CHAT, "text": "", "blocks": stop}, 0))
    assert workspace.standing() == "out"
    with workspace.runtime.store.read() as session:
        assert CHAT not in " ".join(session.scalars(select(Received.provider_id)))
    workspace.hears("delete")
    workspace.writes("DELETE YES")
    workspace.settled()
    with workspace.runtime.store.read() as session:
        assert set(session.scalars(select(Consent.provider_id))) == {""}
        assert "withdrawn" in session.scalars(select(Consent.event)).all()


def test_a_drawing_comes_with_each_stretch_until_somebody_wants_none(workspace: Workspace) -> None:
    joined(workspace)
    reminded(workspace)
    workspace.hears("STRETCH")
    reminder, stretch = workspace.api.shown[-2:]
    for shown in (reminder, stretch):
        (image,) = images(shown)
        assert image["image_url"].startswith(f"{PUBLIC}/pictures/")
        path = image["image_url"].removeprefix(PUBLIC)
        assert workspace.client.get(path).data.startswith(b"\x89PNG")
        assert len(image["alt_text"]) > 20
    workspace.hears("PICTURES OFF")
    workspace.hears("STRETCH")
    workspace.wall.moment += timedelta(hours=1)
    reminded(workspace)
    assert [entry.kind for entry in workspace.entries()[-2:]] == ["reply", "reminder"]
    assert [images(shown) for shown in workspace.api.shown[-2:]] == [[], []]


def images(shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [block for block in shown["blocks"] if block["type"] == "image"]


def test_a_command_shows_what_a_text_does(workspace: Workspace) -> None:
    joined(workspace)
    workspace.hears("STRETCH")
    at_once = json.loads(workspace.post(command("STRETCH", "7.7")).data)
    written = workspace.api.shown[-1]
    kinds = [[block["type"] for block in shown["blocks"]] for shown in (at_once, written)]
    assert kinds[0] == kinds[1]
    assert "image" in kinds[0]


def test_the_pressed_button_of_a_reminder_is_answered_in_it(workspace: Workspace) -> None:
    joined(workspace)
    reminded(workspace)
    reminder = workspace.api.shown[-1]
    words = shown_text(reminder)
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


def test_somebody_who_was_switched_off_and_writes_again_is_answered(workspace: Workspace) -> None:
    joined(workspace)
    workspace.api.script(refusal("user_disabled"))
    reminded(workspace)
    with workspace.runtime.store.read() as session:
        assert session.scalars(select(AddressRow.dead)).one()
    assert "squat" in workspace.hears("lift")


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
