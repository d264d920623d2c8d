"""When the database is busy or read-only: danger and STOP are heard on Slack, too, and nothing comes twice."""

import json
import shutil
import time
from datetime import timedelta
from pathlib import Path

import pytest

from service.channels import slack_events
from service.direct import Direct
from service.store.engine import open_store
from service.store.tables import Entry, Inbound
from tests.channels.slack_api import command, message, shown_text
from tests.loopback import Act
from tests.slack.workspace import DANGER, Workspace, joined
from tests.test_failing_database import busy, read_only_disk

SLOW = Act(429, {"ok": False, "error": "ratelimited"}, taken=False)


@pytest.fixture
def database_url(tmp_path: Path, migrated: Path) -> str:
    """SQLite alone: its disk can be made to fail, and its lock held."""
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'failing.db')}"


def shown(workspace: Workspace) -> list[str]:
    workspace.settled()
    return [shown_text(each) for each in workspace.api.shown]


def test_whoever_texts_hears_that_we_failed_once(workspace: Workspace) -> None:
    with read_only_disk(workspace.runtime):
        for _ in range(2):
            assert workspace.post(message("lift")).status_code == 200
        (said,) = shown(workspace)
    assert "went wrong" in said
    workspace.runtime.tick()
    assert (workspace.count(Inbound), workspace.count(Entry)) == (0, 0)


def test_that_we_failed_is_said_again_where_slack_didnt_take_it(workspace: Workspace) -> None:
    workspace.api.script(SLOW, SLOW)
    with read_only_disk(workspace.runtime):
        workspace.writes("lift")
        workspace.api.wait_for(3)
        (said,) = shown(workspace)
    assert "went wrong" in said


def test_an_opt_out_is_stored_when_it_can_be_and_confirmed(workspace: Workspace) -> None:
    joined(workspace)
    before = len(workspace.api.shown)
    with read_only_disk(workspace.runtime):
        workspace.writes("stop")
        workspace.api.wait_for(before + 1)
    workspace.runtime.tick()
    assert workspace.standing() == "out"
    workspace.deliver()
    failed, confirmed = shown(workspace)[before:]
    assert "went wrong" in failed
    assert "START" in confirmed


def test_danger_is_answered_without_a_database_and_recorded_later(workspace: Workspace) -> None:
    with read_only_disk(workspace.runtime):
        for _ in range(2):  # Slack heard no answer of ours, and tries again
            workspace.post(message(DANGER))
        workspace.settled()
    workspace.runtime.tick()
    assert [entry.state for entry in workspace.entries()] == ["sending", "queued"]
    workspace.wall.moment += timedelta(minutes=3)
    workspace.runtime.sweep()
    workspace.runtime.drain()
    assert [entry.state for entry in workspace.entries()] == ["sent", "sent"]
    alarm, after = shown(workspace)
    assert "emergency" in alarm.lower()
    assert after != alarm


def test_danger_that_slack_didnt_take_either_is_sent_again(workspace: Workspace) -> None:
    workspace.api.script(Act(500, text="oops", taken=False))
    with read_only_disk(workspace.runtime):
        workspace.writes(DANGER)
        workspace.api.wait_for(1)
    workspace.runtime.tick()
    workspace.wall.moment += timedelta(minutes=3)
    workspace.runtime.sweep()
    workspace.runtime.drain()
    assert "emergency" in "".join(shown(workspace)).lower()


def test_danger_is_answered_while_the_database_is_busy(workspace: Workspace) -> None:
    with busy(workspace.runtime):
        workspace.writes(DANGER)
        workspace.api.wait_for(1)
        assert workspace.entries() == []
    with workspace.runtime.store.write():
        pass  # in the order of asking: it is stored by now
    workspace.wall.moment += timedelta(minutes=3)
    workspace.runtime.sweep()
    workspace.runtime.drain()
    assert [entry.state for entry in workspace.entries()] == ["sent", "sent"]
    assert len(shown(workspace)) == 2


def test_a_command_is_answered_in_time_while_the_database_is_busy(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_events, "PATIENCE", 0.2)
    with busy(workspace.runtime):
        began = time.monotonic()
        told = json.loads(workspace.post(command("lift")).data)
        assert time.monotonic() - began < 1
    assert "went wrong" in shown_text(told)


def test_slack_is_answered_while_it_still_waits() -> None:
    assert 2 * slack_events.PATIENCE < 2.5  # of 3: a statement may take twice as long


def test_at_the_end_an_opt_out_is_stored_before_anybody_waits_for_slack(
    workspace: Workspace, database_url: str
) -> None:
    joined(workspace)
    with read_only_disk(workspace.runtime):
        workspace.writes("stop")
    waiting = workspace.runtime.direct

    class Watched(Direct):
        def __init__(self) -> None:
            """Only to be closed."""

        def close(self) -> None:
            assert workspace.standing() == "out"
            waiting.close()

    workspace.runtime.direct = Watched()
    workspace.runtime.close()
    workspace.runtime.store = open_store(database_url)  # it is closed once more
