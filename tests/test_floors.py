"""The import contracts of pyproject.toml: who may import whom."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_floor_imports_only_what_stands_below_it() -> None:
    """In a process of its own: import-linter switches off the loggers of the one that it runs in."""
    told = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout
