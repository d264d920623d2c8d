"""Signed texts a second through the whole service, beside a bare Flask under the same gunicorn."""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from pydantic import SecretStr
from twilio.request_validator import RequestValidator

from benchmarks import load
from benchmarks.table import Row, spread
from config.settings import Settings
from service.store.migrate import migrate

ROOT = Path(__file__).parent.parent
RUNS = 3
WARM_UP = 1.0
ACCOUNT, TOKEN = "AC" + "0" * 32, "benchmark-token"
PUBLIC = "https://benchmark.example"
TEXTS = ("POSTURE", "LIFT", "FEVER", "MENU", "my lower back hurts", "STATUS", "Lifting?", "postre")
PEOPLE = 4_000  # so that nobody texts often enough to be braked
PREPARED = 12_000  # for one run


def measure() -> list[Row]:
    with TemporaryDirectory(prefix="upright-bench-") as folder:
        environment = _environment(Path(folder))
        with (
            _server("service.app:create_app()", environment) as ours,
            _server("benchmarks.hello:app", environment) as bare,
        ):
            for port in (ours, bare):
                load.run(port, _requests(), WARM_UP)
            pairs = [
                (load.run(ours, _requests()), load.run(bare, _requests())) for _ in range(RUNS)
            ]
    return [
        *_rows("Upright: signature, reply, stored", [ours for ours, _ in pairs]),
        *_rows("bare Flask, one fixed answer", [bare for _, bare in pairs]),
        _ratio(pairs),
    ]


def _environment(folder: Path) -> dict[str, str]:
    migrate(Settings(data_dir=folder, database_url=SecretStr("")).database)  # type: ignore[call-arg]
    return os.environ | {
        "DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "PUBLIC_URL": PUBLIC,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": "+14155550199",
        "SECRET_KEY": "benchmark",
        "SUPPRESSION_KEY": "benchmark",
        "BACKGROUND": "0",
    }


@contextmanager
def _server(app: str, environment: dict[str, str]) -> Iterator[int]:
    """A gunicorn with our configuration; yields its port, and is ended by its process id."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py"]
    command += ["--workers", "2", "--threads", "1", "--bind", f"127.0.0.1:{port}", app]
    log = Path(environment["DATA_DIR"]) / f"{port}.log"
    with log.open("w") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=said)
    try:
        _wait_for(port, process, log)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit(f"benchmarks: a server ended at its start:\n{log.read_text()}")
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("benchmarks: a server didn't start within 10 seconds")


def _requests() -> list[bytes]:
    """Signed webhooks, each from one of many people and with an id of its own."""
    validator = RequestValidator(TOKEN)
    return [_request(validator, number) for number in range(PREPARED)]


def _request(validator: RequestValidator, number: int) -> bytes:
    form = {
        "MessageSid": f"SM{uuid.uuid4().hex}",
        "AccountSid": ACCOUNT,
        "From": f"+1212555{number % PEOPLE:04}",
        "To": "+14155550199",
        "Body": TEXTS[number % len(TEXTS)],
        "NumMedia": "0",
    }
    body = urlencode(form).encode()
    signature = validator.compute_signature(f"{PUBLIC}/in/twilio", form)
    head = (
        "POST /in/twilio HTTP/1.1\r\nHost: benchmark.example\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nX-Twilio-Signature: {signature}\r\n\r\n"
    )
    return head.encode() + body


def _rows(name: str, results: Sequence[load.Result]) -> list[Row]:
    return [
        Row(name, "texts/s", spread([result.rate for result in results], ".0f")),
        Row("", "p50 ms", spread([result.p50 for result in results], ".1f")),
        Row("", "p99 ms", spread([result.p99 for result in results], ".1f")),
        Row("", "worst ms", spread([result.worst for result in results], ".0f")),
    ]


def _ratio(pairs: Sequence[tuple[load.Result, load.Result]]) -> Row:
    return Row(
        "Upright / bare Flask",
        "ratio of texts/s",
        spread([ours.rate / bare.rate for ours, bare in pairs], ".2f"),
    )
