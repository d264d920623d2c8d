"""The table that the benchmarks print: min / median / max of the runs."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

LIBRARIES = ("flask", "gunicorn", "sqlalchemy", "apscheduler", "twilio", "celery", "psycopg")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Row:
    what: str
    unit: str
    value: str


def spread(values: Sequence[float], form: str) -> str:
    """Min / median / max."""
    return " / ".join(format(value, form) for value in (min(values), median(values), max(values)))


def heading() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, {libraries}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores. "
        "Cells: min / median / max of the runs."
    )


def lines(rows: Sequence[Row]) -> list[str]:
    return [
        "| what | unit | min / median / max |",
        "|---|---|---|",
        *(f"| {row.what} | {row.unit} | {row.value} |" for row in rows),
    ]
