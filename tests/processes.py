"""The service's processes as an operator starts them, the ports they listen on, and a provider on loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.outbox import entries
from service.store.engine import Store, open_store
from service.store.tables import AddressRow, Entry, Person
from tests.loopback import Loopback

ROOT = Path(__file__).parent.parent
NOBODY = "redis://127.0.0.1:1/0"  # a broker that isn't there: workers look by themselves


def command(name: str) -> Sequence[str]:
    return [sys.executable, "-m", "service.cli", *name.split()]


def web(port: int) -> Sequence[str]:
    """As the Procfile's line has it."""
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py"]
    return [*gunicorn, "--bind", f"127.0.0.1:{port}", "service.app:create_app()"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def answers(port: int, patience: float = 20.0) -> bool:
    """Does somebody take connections there, within so many seconds?"""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return True
        except OSError:
            time.sleep(0.02)
    return False


@contextmanager
def running(
    words: Sequence[str], api: Loopback, home: Path, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """A process with a real channel to `api`; killed at the end if it is still there."""
    environment = os.environ | {
        "DATA_DIR": str(home),
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_FROM": "+14155550100",
        "TWILIO_API_URL": api.url,
        "PUBLIC_URL": "https://upright.example.org",
        "SECRET_KEY": "one",
        "SUPPRESSION_KEY": "other",
        "SENDER_RATE": "1000",
        **{name.upper(): value for name, value in settings.items()},
    }
    with subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ends(process: subprocess.Popen[str], within: float = 10) -> int:
    """Told to end: its exit code. Until it listens to that it has begun nothing."""
    deadline = time.monotonic() + 30
    while not _listens(process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    return process.wait(within)


def _listens(process: int) -> bool:
    """To SIGTERM, as Linux knows; elsewhere it is taken for granted."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return True
    (caught,) = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")]
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def add_person(store: Store, number: int, **columns: object) -> None:
    with store.write() as session:
        person = Person(state="active", zone="UTC", created_at=datetime.now(UTC), **columns)
        session.add(person)
        session.flush()
        handle = f"+4477009{number:05}"
        address = AddressRow(person_id=person.id, channel="sms", handle=handle, standing="in")
        address.id = person.id
        session.add(address)


def put(url: str, count: int) -> None:
    """So many people, and an answer to each that waits to be sent."""
    store, now = open_store(url), datetime.now(UTC)
    for number in range(1, count + 1):
        add_person(store, number)
        with store.write() as session:
            entries.put(
                session, person_id=number, address_id=number, channel="sms", kind="reply",
                now=now - timedelta(seconds=1), text=f"text {number}", segments=1,
                best_before=now + timedelta(hours=1),
            )  # fmt: skip
    store.close()


def states(url: str) -> list[str]:
    store = open_store(url)
    with store.read() as session:
        found = [row.state for row in session.query(Entry).order_by(Entry.id)]
    store.close()
    return found
