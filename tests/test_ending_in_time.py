"""Nothing that hangs keeps a process from ending."""

import subprocess
import sys

HANGS = """
import threading
from service.ending import end_in_time
end_in_time(0.05)
threading.Event().wait({seconds})
"""


def ended(seconds: float) -> int:
    return subprocess.run(
        [sys.executable, "-c", HANGS.format(seconds=seconds)], timeout=20, check=False
    ).returncode


def test_what_hangs_is_ended_by_force() -> None:
    assert ended(60) == 1


def test_what_ends_by_itself_ends_well() -> None:
    assert ended(0) == 0
