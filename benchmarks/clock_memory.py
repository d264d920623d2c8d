"""The most memory that a process takes which does nothing but tick once: `python -m benchmarks.clock_memory`.

The database is that of DATABASE_URL; the first plan of it is due.
"""

import sys
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from config.settings import Settings, load
from service.runtime import build
from service.store.engine import Store, open_store
from service.store.tables import Plan

ROOT = Path(__file__).parent.parent


def megabytes(store: Store) -> float:
    """Of a new process that ticks on this database."""
    url = store.engine.url.render_as_string(hide_password=False)
    with TemporaryDirectory(prefix="upright-bench-") as folder:
        done = run(
            [sys.executable, "-m", "benchmarks.clock_memory"],
            cwd=ROOT,
            env={"DATABASE_URL": url, "DATA_DIR": folder},
            capture_output=True,
            check=True,
        )
    return float(done.stdout)


def tick(settings: Settings) -> None:
    store = open_store(settings.database)
    with store.read() as session:
        due = session.scalar(select(func.min(Plan.next_at)))
    store.close()
    assert due is not None
    runtime = build(settings, wall=lambda: due)
    runtime.tick()
    runtime.close()


if __name__ == "__main__":
    tick(load())
    # Of this process alone: what getrusage() says is inherited from the one that started it.
    status = Path("/proc/self/status").read_text()
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
