"""The service as the Procfile starts it, each part a process, sending to a provider's stand-in."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from benchmarks.processes import free_port, running, wait_for_port, wait_until_idle
from tests.servers import REDIS
from tests.signed import ACCOUNT, PUBLIC_URL, SERVICE_NUMBER, TOKEN

WORKERS = 2  # beside a server's database
DELAY = 0.05  # seconds that the provider takes
RATE = 5_000  # segments a second, more than can go
_QUEUE = "5"  # Redis's database for our wake-ups


@dataclass(frozen=True)
class Installation:
    web: int  # ports
    provider: int

    def accepted(self) -> Sequence[tuple[str, float]]:
        """Number and moment (since 1970) of each text that the provider took."""
        with urlopen(f"http://127.0.0.1:{self.provider}/accepted", timeout=60) as answer:
            return [(to, came) for _, to, came, _ in json.load(answer)]


@contextmanager
def installed(database: str, url: str) -> Iterator[Installation]:
    """On SQLite web and clock; on PostgreSQL web, clock and workers, woken over Redis."""
    with TemporaryDirectory(prefix="upright-bench-") as name, ExitStack() as stack:
        folder, web, provider = Path(name), free_port(), free_port()
        settings = _settings(url, folder, provider)
        standin = ("tests.standin", "--port", str(provider), "--delay", str(DELAY))
        stack.enter_context(running(*standin, log=folder / "provider.log"))
        wait_for_port(provider)
        gunicorn = ["gunicorn", "-c", "config/gunicorn.conf.py", "--bind", f"127.0.0.1:{web}"]
        gunicorn += ["service.app:create_app()"]
        pids = [stack.enter_context(running(*gunicorn, log=folder / "web.log", **settings))]
        wait_for_port(web)
        if database == "postgresql":
            settings = {**settings, "BROKER_URL": f"{REDIS}/{_QUEUE}"}
        for number, part in enumerate(("clock", *["worker"] * WORKERS)):
            if part == "clock" or database == "postgresql":
                log = folder / f"{part}{number}.log"
                pids.append(stack.enter_context(running("service.cli", part, log=log, **settings)))
        for pid in pids:
            wait_until_idle(pid)
        yield Installation(web, provider)


def _settings(url: str, folder: Path, provider: int) -> Mapping[str, str]:
    return {
        "DATABASE_URL": url,
        "BROKER_URL": "",
        "DATA_DIR": str(folder),
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": SERVICE_NUMBER,
        "TWILIO_API_URL": f"http://127.0.0.1:{provider}",
        "PUBLIC_URL": PUBLIC_URL,
        "SECRET_KEY": "benchmark",
        "SUPPRESSION_KEY": "benchmark",
        "SENDER_RATE": str(RATE),
        "BACKGROUND": "0",
    }
