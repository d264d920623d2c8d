"""Backups are whole, checked, and never replace anything."""

from pathlib import Path

import pytest

from service.store.backup import backup
from service.store.engine import Store, StoreFailed, open_store
from service.store.tables import Setting


def test_a_backup_taken_in_the_middle_of_a_write_has_what_was_kept_before(
    file_store: Store, path: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    with file_store.write() as session:
        session.add(Setting(name="kept", value="x"))
    with file_store.write() as session:
        session.add(Setting(name="unfinished", value="x"))
        session.flush()
        backup(f"sqlite:///{path}", target)
    restored = open_store(f"sqlite:///{target}")
    with restored.read() as session:
        assert session.get(Setting, "kept") is not None
        assert session.get(Setting, "unfinished") is None
    restored.close()


def test_a_backup_is_one_file_for_its_owner_only(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "copy.db"
    target.parent.mkdir()
    backup(f"sqlite:///{path}", target)
    assert list(target.parent.iterdir()) == [target]
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_never_replaced(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("last week's backup")
    with pytest.raises(StoreFailed, match="choose another"):
        backup(f"sqlite:///{path}", target)
    assert target.read_text() == "last week's backup"


def test_a_damaged_database_gives_no_backup(path: Path, tmp_path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    with pytest.raises(StoreFailed):
        backup(f"sqlite:///{path}", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_no_database_no_backup(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="DATABASE_URL"):
        backup(f"sqlite:///{tmp_path}/missing.db", tmp_path / "copy.db")


def test_a_server_is_backed_up_by_its_own_tool_and_no_password_is_shown(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed) as caught:
        backup("postgresql+psycopg://us:sesame@db.example:5433/upright", tmp_path / "a copy")
    assert str(caught.value).endswith(
        f"pg_dump --format=custom '--file={tmp_path}/a copy' "
        "postgresql://us@db.example:5433/upright"
    )
