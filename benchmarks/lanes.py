"""Ways to send many texts to a stand-in for the provider: Upright's on either database, and the peer's."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.request import urlopen

from benchmarks import celery_peer
from benchmarks.backlog import Backlog
from benchmarks.processes import (
    free_port,
    processor_time,
    running,
    wait_for,
    wait_for_port,
    wait_until_idle,
)
from service.broker import Wakeups, application
from tests.databases import made
from tests.servers import REDIS


class Queue(Protocol):
    def release(self, count: int) -> None: ...

    def settled(self) -> bool: ...


@dataclass(frozen=True)
class Result:
    rate: float  # messages a second, from the first to the last that the provider accepted
    cost: float  # processor seconds of the sender's processes for 1,000 messages


@dataclass
class Lane:
    """Running processes that send what is released."""

    port: int  # of the provider
    senders: Sequence[int]
    queue: Queue
    accepted: int = 0

    def run(self, count: int) -> Result:
        """Send so many; all must arrive, and none twice."""
        before = self._used()
        self.queue.release(count)
        # In this order: to count an outbox 50 times a second would load the machine that is measured.
        wait_for(lambda: self._arrived(count), "texts to be sent")
        wait_for(self.queue.settled, "all of them to be settled")
        used = self._used() - before
        taken = self._ask("accepted")[self.accepted :]
        self.accepted += len(taken)
        if len(taken) != count or len({to for _, to, _, _ in taken}) != count:
            raise SystemExit(f"benchmarks: of {count} texts {len(taken)} arrived")
        moments = [accepted for _, _, _, accepted in taken]
        return Result((count - 1) / (max(moments) - min(moments)), 1000 * used / count)

    def _arrived(self, count: int) -> bool:
        """Celery takes a task off its queue before it does it."""
        taken: int = self._ask("counts")["accepted"]
        return taken >= self.accepted + count

    def _ask(self, what: str) -> Any:
        with urlopen(f"http://127.0.0.1:{self.port}/{what}") as answer:
            return json.load(answer)

    def _used(self) -> float:
        return sum(map(processor_time, self.senders))


class Woken:
    """A backlog whose release is told to workers, as a tick tells them."""

    def __init__(self, backlog: Backlog, broker_url: str) -> None:
        self._backlog = backlog
        self._wakeups = Wakeups(application(broker_url))

    def release(self, count: int) -> None:
        self._backlog.release(count)
        self._wakeups.wake()

    def settled(self) -> bool:
        return self._backlog.settled()

    def close(self) -> None:
        self._wakeups.close()


@contextmanager
def provider(folder: Path, delay: float) -> Iterator[int]:
    """A stand-in for Twilio that answers after so many seconds; yields its port."""
    port = free_port()
    options = ["--port", str(port), "--delay", str(delay)]
    with running("tests.standin", *options, log=folder / f"{port}.log"):
        wait_for_port(port)
        yield port


@contextmanager
def on_sqlite(folder: Path, delay: float, crowd: int) -> Iterator[Lane]:
    """`upright clock`, which ticks and sends in one process."""
    with ExitStack() as open_, provider(folder, delay) as port:
        environment = _environment(port, folder / f"sqlite-{port}")
        url = f"sqlite:///{folder}/{port}.db"
        backlog = Backlog(url, crowd)
        open_.callback(backlog.close)
        log = folder / f"clock-{port}.log"
        pid = open_.enter_context(
            running("service.cli", "clock", log=log, **environment, DATABASE_URL=url)
        )
        wait_until_idle(pid)
        yield Lane(port, [pid], backlog)


@contextmanager
def on_postgresql(folder: Path, delay: float, crowd: int, workers: int = 1) -> Iterator[Lane]:
    """So many `upright worker`, woken over Redis."""
    with ExitStack() as open_, provider(folder, delay) as port, made(f"lane_{port}") as url:
        environment = _environment(port, folder / f"postgresql-{port}")
        environment |= {"DATABASE_URL": url, "BROKER_URL": f"{REDIS}/9"}
        backlog = Backlog(url, crowd)
        open_.callback(backlog.close)
        queue = Woken(backlog, environment["BROKER_URL"])
        open_.callback(queue.close)
        pids = [
            open_.enter_context(
                running("service.cli", "worker", log=folder / f"{port}-{each}.log", **environment)
            )
            for each in range(workers)
        ]
        for pid in pids:
            wait_until_idle(pid)
        yield Lane(port, pids, queue)


@contextmanager
def on_celery(folder: Path, delay: float) -> Iterator[Lane]:
    """Celery's own pool of two processes."""
    with provider(folder, delay) as port, closing(celery_peer.Tasks(f"upright-{port}-")) as tasks:
        command = ["celery", "-A", "benchmarks.celery_peer", "worker", "--concurrency=2"]
        command += ["--loglevel=WARNING", "--without-gossip", "--without-mingle"]
        command += [f"--hostname=peer-{port}@localhost"]
        environment = {
            "TWILIO_API_URL": f"http://127.0.0.1:{port}",
            celery_peer.KEYS: f"upright-{port}-",
        }
        with running(*command, log=folder / f"celery-{port}.log", **environment) as pid:
            wait_until_idle(pid)
            yield Lane(port, [pid], tasks)


def _environment(port: int, home: Path) -> dict[str, str]:
    return {
        "DATA_DIR": str(home),
        "BROKER_URL": "",
        "PUBLIC_URL": "https://benchmark.example",
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_FROM": "+14155550100",
        "TWILIO_API_URL": f"http://127.0.0.1:{port}",
        "SENDER_RATE": "10000",
        "QUIET_HOURS": "00:00-23:59",
        "SECRET_KEY": "benchmark",
        "SUPPRESSION_KEY": "benchmark",
    }
