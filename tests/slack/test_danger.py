"""In danger nobody waits for the outbox."""

import time
from datetime import timedelta

import pytest

from service import direct
from tests.channels.slack_api import (
    event,
    message,
    refusal,
    shown_text,
)
from tests.loopback import Act
from tests.slack.workspace import DANGER, Workspace


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


def homes_opened(workspace: Workspace) -> None:
    """By many people at once, while Slack takes its time."""
    workspace.api.home = Act(200, {"ok": True}, delay=1.0)
    for number in range(24):
        user = f"U21474{number:04d}"
        workspace.post(event(f"EvH{number}", type="app_home_opened", tab="home", user=user))


def test_danger_waits_behind_no_home_tab(workspace: Workspace) -> None:
    homes_opened(workspace)
    workspace.api.wait_for_homes(1)
    workspace.writes(DANGER)
    workspace.settled()
    assert "emergency" in shown_text(workspace.api.shown[0]).lower()
    assert len(workspace.api.calls("views.publish")) < 8


def test_the_end_waits_for_no_home_tab(workspace: Workspace) -> None:
    homes_opened(workspace)
    began = time.monotonic()
    workspace.runtime.direct.close()
    assert time.monotonic() - began < 0.5
    assert len(workspace.api.calls("views.publish")) <= 1


def test_the_end_waits_for_an_answer_on_its_way(workspace: Workspace) -> None:
    workspace.api.script(Act(200, delay=0.2))
    workspace.writes(DANGER)
    workspace.runtime.direct.close()
    assert workspace.entries()[0].state == "sent"


def test_the_end_waits_for_no_answer_for_ever(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct, "ENDING", 0.05)
    workspace.api.script(Act(200, delay=1.0))
    workspace.writes(DANGER)
    began = time.monotonic()
    workspace.runtime.direct.close()
    assert time.monotonic() - began < 0.5
    monkeypatch.undo()
    workspace.settled()  # so that nothing of it reaches the next test
