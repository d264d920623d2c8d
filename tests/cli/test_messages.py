from pathlib import Path

from tests.cli.conftest import Upright
from tests.messages.conftest import edit, english


def test_the_messages_we_ship_are_in_order(upright: Upright) -> None:
    result = upright("check")
    assert result.exit_code == 0, result.output


def test_a_fault_is_named_by_file_key_and_reason(upright: Upright, tmp_path: Path) -> None:
    folder = english(tmp_path / "messages")
    edit(folder / "en" / "replies.toml", "[settings.SLOW]", "[settings.SLWO]")
    result = upright("check", str(folder))
    assert result.exit_code == 1
    assert "en/replies.toml: SLOW: is missing" in result.stdout
