"""Servers of a run's own, which it may restart: PostgreSQL and Redis on free ports, in its folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.processes import answers, free_port
from tests.servers import program

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "128MB",
}


@dataclass
class Postgresql:
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        if user := _user():
            shutil.chown(self.folder, user, user)
        _run("initdb", "-D", f"{self.folder}/data", "-U", "postgres", "-A", "trust", "-N")

    def start(self) -> None:
        given = _SETTINGS | {"port": str(self.port), "unix_socket_directories": str(self.folder)}
        told = " ".join(f"-c {name}={value}" for name, value in given.items())
        self._ctl("start", "-l", f"{self.folder}/log", "-o", told)

    def restart(self) -> None:
        """Every transaction under way is cut off."""
        self.stop("immediate")
        self.start()

    def stop(self, mode: str = "fast") -> None:
        self._ctl("stop", "-m", mode)

    def _ctl(self, *arguments: str) -> None:
        _run("pg_ctl", "-w", "-D", f"{self.folder}/data", *arguments)


@dataclass
class Redis:
    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [program("redis-server") or "redis-server", "--port", str(self.port)]
        command += ["--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        if not answers(self.port):
            raise RuntimeError(f"redis-server doesn't answer on port {self.port}: run it by hand")

    def restart(self) -> None:
        self.stop()
        self.start()

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    """Made, started, and stopped at the end. Its folder is one that its own user gets to."""
    with tempfile.TemporaryDirectory(prefix="upright-postgresql-") as folder:
        server = Postgresql(Path(folder), free_port())
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")


@contextmanager
def redis(folder: Path) -> Iterator[Redis]:
    server = Redis(folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _user() -> str | None:
    """PostgreSQL refuses to run as root; its package brings a user for it."""
    if os.geteuid() != 0:
        return None
    pwd.getpwnam("postgres")
    return "postgres"


def _run(name: str, *arguments: str) -> None:
    command: Sequence[str] = [program(name) or name, *arguments]
    done = subprocess.run(
        command, user=_user(), cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{name} failed: {done.stderr.strip()}")
