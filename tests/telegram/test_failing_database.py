"""When the database is read-only: what somebody pressed on Telegram isn't used up by that."""

import shutil
from pathlib import Path

import pytest

from tests.channels.updates import press
from tests.phone import Wall
from tests.telegram.chat import Chat, called
from tests.telegram.test_buttons import reminded
from tests.test_failing_database import read_only_disk


@pytest.fixture
def database_url(tmp_path: Path, migrated: Path) -> str:
    """SQLite alone: its disk can be made to fail."""
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'failing.db')}"


def test_what_failed_can_be_pressed_again(chat: Chat, wall: Wall) -> None:
    reminder = reminded(chat, wall)
    done = press("1DONE", 500, text=reminder["text"])
    with read_only_disk(chat.runtime):
        failed = called(chat.post(done))
    assert failed["method"] == "sendMessage"  # the reminder keeps its buttons
    assert "went wrong" in failed["text"]
    again = called(chat.post(press("1DONE", 501, text=reminder["text"])))
    assert (again["method"], "Nice!" in again["text"]) == ("editMessageText", True)
