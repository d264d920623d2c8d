import shutil
from pathlib import Path

from messages.catalogue import FOLDER
from tests.cli.conftest import Upright


def copied(tmp_path: Path) -> Path:
    return shutil.copytree(FOLDER, tmp_path / "messages", ignore=shutil.ignore_patterns("*.py*"))


def test_the_messages_we_ship_are_in_order(upright: Upright) -> None:
    result = upright("check")
    assert result.exit_code == 0, result.output


def test_a_fault_is_named_by_file_key_and_reason(upright: Upright, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    replies = folder / "en" / "replies.toml"
    replies.write_text(replies.read_text().replace("[settings.SLOW]", "[settings.SLWO]"))
    result = upright("check", str(folder))
    assert result.exit_code == 1
    assert "en/replies.toml: SLOW: is missing" in result.stdout
