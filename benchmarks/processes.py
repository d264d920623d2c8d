"""Processes that a benchmark starts, the processor time that they use, and their end."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
START = 60.0  # seconds until a process must have started
_TICK = 1 / os.sysconf("SC_CLK_TCK")


def running(*arguments: str, log: Path, **environment: str) -> AbstractContextManager[int]:
    """`python -m ...` with more in its environment; yields its process id and ends it."""
    return _running([sys.executable, "-m", *arguments], log, environment)


def node(script: Path, log: Path, **environment: str) -> AbstractContextManager[int]:
    """The same for a program of Node.js."""
    return _running(["node", str(script)], log, environment)


@contextmanager
def _running(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Iterator[int]:
    with log.open("w") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=said, stderr=said
        )
    try:
        yield process.pid
        if process.poll() is not None:
            raise SystemExit(f"benchmarks: {command[-1]} ended by itself:\n{log.read_text()}")
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def processor_time(pid: int) -> float:
    """Seconds that a process and its children have used."""
    own = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return (int(own[11]) + int(own[12])) * _TICK + sum(map(processor_time, children))


def wait_until_idle(pid: int) -> None:
    """Until a process that has started does next to nothing for a second."""
    used = processor_time(pid)

    def idle() -> bool:
        nonlocal used
        time.sleep(1)
        before, used = used, processor_time(pid)
        return used > 0.2 and used - before < 0.1

    wait_for(idle, f"process {pid} to settle down")


def wait_for(done: Callable[[], bool], what: str, patience: float = START) -> None:
    ends = time.monotonic() + patience
    while not done():
        if time.monotonic() > ends:
            raise SystemExit(f"benchmarks: waited {patience:.0f} seconds in vain for {what}")
        time.sleep(0.02)


def wait_for_port(port: int) -> None:
    def answers() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
        except OSError:
            return False
        return True

    wait_for(answers, f"port {port}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
