"""A run without one of the servers says so in one line; in CI it is no run at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETTINGS = {
    "postgresql": "TEST_POSTGRES_URL",
    "redis": "TEST_REDIS_URL",
    "rabbitmq": "TEST_RABBITMQ_URL",
}
NOWHERE = {
    "TEST_POSTGRES_URL": "postgresql+psycopg://postgres@127.0.0.1:1/postgres",
    "TEST_REDIS_URL": "redis://127.0.0.1:1",
    "TEST_RABBITMQ_URL": "amqp://guest:guest@127.0.0.1:1",
}


def collected(**environment: str) -> subprocess.CompletedProcess[str]:
    """What pytest says about a few tests that need the servers, without running them."""
    given = {name: value for name, value in os.environ.items() if name != "CI"} | environment
    words = [
        "-p",
        "no:xdist",
        "--collect-only",
        "tests/test_workers.py",
        "tests/store/test_turns.py",
    ]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=ROOT, env=given, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_what_is_left_out_is_said_in_one_line_and_the_rest_is_run() -> None:
    run = collected(**NOWHERE)
    assert run.returncode == 0
    (line,) = [line for line in run.stdout.splitlines() if line.startswith("Left out")]
    assert all(name in line and setting in line for name, setting in SETTINGS.items())
    assert "[sqlite]" in run.stdout
    assert "[postgresql]" not in run.stdout


@pytest.mark.parametrize("setting", NOWHERE)
def test_ci_fails_where_one_is_left_out(setting: str) -> None:
    run = collected(**{"CI": "true", setting: NOWHERE[setting]})
    assert run.returncode != 0
    assert setting in run.stderr
    assert ".ci/run starts them" in run.stderr
