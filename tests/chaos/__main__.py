"""`make chaos`: kill the service again and again while it sends, and see that nothing is lost or sent twice.

    python -m tests.chaos [postgresql] [sqlite] [--people 100000] [--kills 75] …

Starts servers of its own in a temporary folder, talks to 127.0.0.1 only, and ends what it started.
"""

import argparse
import shutil
import signal
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

from tests.chaos.runs import on_postgresql, on_sqlite
from tests.chaos.script import Script
from tests.servers import missing_programs

_RUNS = {"postgresql": on_postgresql, "sqlite": on_sqlite}
_ONE_PROCESS = {"kills": 20, "every": 15.0}  # it takes longer to come back than one of six


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("on", nargs="*", choices=[*_RUNS, []], default=list(_RUNS))
    asked.add_argument("--keep", action="store_true", help="keep the folder with logs")
    for field in fields(Script):
        if field.name != "to_the_end":
            asked.add_argument(f"--{field.name}", type=type(field.default))
    given = vars(asked.parse_args())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended all the same
    if "postgresql" in given["on"] and (missing := missing_programs()):
        asked.error(f"{', '.join(missing)} not found: install postgresql and redis-server")
    chosen = {
        name: value
        for name, value in given.items()
        if name not in {"on", "keep"} and value is not None
    }
    kept = [_run(name, chosen, keep=given["keep"]) for name in given["on"]]
    return 0 if all(kept) else 1


def _run(name: str, chosen: dict[str, object], *, keep: bool) -> bool:
    script = Script(**((_ONE_PROCESS if name == "sqlite" else {}) | chosen))  # type: ignore[arg-type]
    folder = Path(tempfile.mkdtemp(prefix="upright-chaos-"))
    try:
        report = _RUNS[name](script, folder, _say)
    finally:
        if not keep:
            shutil.rmtree(folder)
    sys.stdout.write(f"{report}\n")
    return report.kept


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
