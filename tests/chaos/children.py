"""The service's processes as an operator starts them, killed and started again."""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import ROOT

TOKEN = "token"
_PATIENCE = 20  # seconds in which a process ends when it is told to


@dataclass
class Child:
    """A process and those that it starts: all of them get the signal."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=os.environ | self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """As a machine that loses its power would: nobody is told."""
        self._signal(signal.SIGKILL)

    def tell_to_end(self) -> None:
        self._signal(signal.SIGTERM, wait=False)

    def end(self) -> int | None:
        """Its exit code; None: it didn't end in time after it was told to, and was killed."""
        process = self._process
        if process is None:
            return 0
        try:
            return process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            return None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _signal(self, number: signal.Signals, *, wait: bool = True) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        os.killpg(process.pid, number)
        if wait:
            process.wait()


@dataclass
class Cast:
    """All processes of a run; `fell`: how often one ended that nobody had killed."""

    folder: Path
    environment: Mapping[str, str]
    children: list[Child] = field(default_factory=list)
    fell: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, command: Sequence[str], **environment: str) -> Child:
        log = self.folder / f"{name}-{len(self.children)}.log"
        child = Child(name, command, dict(self.environment) | environment, log)
        self.children.append(child)
        child.start()
        return child

    def watch(self) -> None:
        """Start again whoever ended by itself."""
        for child in self.children:
            if not child.alive:
                self.fell[f"{child.name} ended by itself"] += 1
                child.start()

    def end(self, but: str = "") -> list[str]:
        """Tell all to end; who had to be killed."""
        ending = [child for child in self.children if child.name != but]
        for child in ending:
            child.tell_to_end()
        return [child.name for child in ending if child.end() is None]

    def complaints(self) -> Counter[str]:
        """The first words of what was logged as an error, and how many tracebacks there were."""
        found: Counter[str] = Counter()
        for child in self.children:
            for line in child.log.read_text(errors="replace").splitlines():
                if " ERROR " in line:
                    found[_words(line)] += 1
                elif line.startswith("Traceback"):
                    found[f"Traceback in {child.name}"] += 1
        return found


@contextmanager
def cast(folder: Path, environment: Mapping[str, str]) -> Iterator[Cast]:
    """Ends at the end whatever was started."""
    made = Cast(folder, environment)
    try:
        yield made
    finally:
        made.end()


def environment(database: str, home: Path, provider: str, web: int) -> dict[str, str]:
    """A service with Twilio's account, whose API is the stand-in."""
    return {
        "DATABASE_URL": database,
        "DATA_DIR": str(home),
        "PORT": str(web),
        "PUBLIC_URL": f"http://127.0.0.1:{web}",
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": "+14155550100",
        "TWILIO_API_URL": provider,
        "KEYWORD_REPLIES": "app",
        "SECRET_KEY": "one",
        "SUPPRESSION_KEY": "other",
        "SENDER_RATE": "10000",
    }


def _words(line: str) -> str:
    return line.partition(" ERROR ")[2][:100]
