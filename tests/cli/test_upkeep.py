import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Upright


def test_a_backup_restored_as_documented_brings_everything_back(
    upright: Upright, tmp_path: Path
) -> None:
    upright("say", "REMIND")
    upright("say", "YES")
    assert upright("backup", str(tmp_path / "kept.db")).exit_code == 0
    upright("say", "--from", "+14155550101", "REMIND")
    for name in ("upright.db", "upright.db-wal", "upright.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "kept.db", tmp_path / "upright.db")
    assert upright("migrate").exit_code == 0
    listed = upright("people", "list", "--full").stdout
    assert "+14155550100" in listed
    assert "+14155550101" not in listed
    assert upright("say", "STATUS").exit_code == 0


def test_a_backup_never_overwrites_a_file(upright: Upright, tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    kept.write_text("precious")
    result = upright("backup", str(kept))
    assert result.exit_code == 2
    assert kept.read_text() == "precious"


def test_migrating_twice_changes_nothing(upright: Upright) -> None:
    assert upright("migrate").exit_code == 0
    assert upright("migrate").exit_code == 0


@pytest.mark.parametrize("command", [["say", "POSTURE"], ["people", "list"], ["rehearse"]])
def test_a_wrong_setting_is_one_sentence_and_exit_code_2(
    upright: Upright, command: list[str]
) -> None:
    result = upright(*command, quiet_hours="always")
    assert result.exit_code == 2
    assert result.stderr.startswith("upright: QUIET_HOURS")
    assert "Traceback" not in result.output


def test_a_database_without_tables_names_the_command_that_makes_them(
    upright: Upright, tmp_path: Path
) -> None:
    (tmp_path / "upright.db").unlink()
    result = upright("people", "list")
    assert result.exit_code == 2
    assert "upright migrate" in result.stderr


def test_version_and_help_are_there(upright: Upright) -> None:
    assert upright("--version").stdout.startswith("upright, version ")
    assert "rehearse" in upright("--help").stdout
