"""A short run on each database. `make chaos` runs the long ones."""

import sys
from dataclasses import replace
from pathlib import Path

from tests.chaos.report import Report
from tests.chaos.runs import on_postgresql, on_sqlite
from tests.chaos.script import Script
from tests.conftest import NEEDS_OWN_SERVERS

SHORT = Script(
    people=300, minutes=1, kills=2, every=1.5, faults=0.1, reports=0.3, stops=0.1, patience=120.0,
    to_the_end=False,
)  # fmt: skip


def said(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def check(report: Report) -> None:
    assert report.kept, str(report)
    assert report.heard == SHORT.people * SHORT.stops
    assert report.provider["accepted"] > SHORT.people / 2, str(report)


def test_one_process_that_is_killed_loses_nothing_and_sends_nothing_twice(tmp_path: Path) -> None:
    check(on_sqlite(SHORT, tmp_path, said))


@NEEDS_OWN_SERVERS
def test_workers_clocks_and_servers_may_fall_and_nothing_is_lost_or_sent_twice(
    tmp_path: Path,
) -> None:
    few = replace(SHORT, workers=2, clocks=1)
    check(on_postgresql(few, tmp_path, said))
