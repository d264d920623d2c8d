"""The command line as an operator calls it, on a data folder of its own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.settings import Settings
from service.cli import main

Upright = Callable[..., Result]


@pytest.fixture
def upright(
    tmp_path: Path, migrated: Path, thawed: None, monkeypatch: pytest.MonkeyPatch
) -> Upright:
    """Run `upright WORDS`; settings of the machine that runs the tests are left out."""
    shutil.copy(migrated, tmp_path / "upright.db")
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def run(*words: str, stdin: str | bytes = "", **env: str) -> Result:
        settings = {"DATA_DIR": str(tmp_path)} | {key.upper(): value for key, value in env.items()}
        return CliRunner().invoke(main, words, input=stdin, env=settings, catch_exceptions=False)

    return run
