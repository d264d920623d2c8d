"""The import contracts of pyproject.toml: who may import whom."""

from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent


def test_every_floor_imports_only_what_stands_below_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    kept = lint_imports(config_filename="pyproject.toml", no_logo=True) == 0
    assert kept, capsys.readouterr().out
