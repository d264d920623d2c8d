"""Signed texts a second through the whole service, beside a bare Flask under the same gunicorn and Botkit."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import OperationalError

from benchmarks import load, texts
from benchmarks.processes import free_port, node, running, wait_for_port
from benchmarks.table import NAMES, Row, spread
from service.store.migrate import migrate
from tests.databases import made

RUNS = 7
KNOWN = range(8_000)  # of whom each run begins with others, so that nobody is near a brake
OTHERS = range(8_000, 10_000)  # who send anything at all
REPORTED = 2_000  # of their answers, of which each run has given that many
NEW = 4_000  # for one run
KEYWORDS = (
    "POSTURE", "LIFT", "FEVER", "MENU", "my lower back hurts", "STATUS", "Lifting?", "postre",
)  # fmt: skip
_TUNING = Path(__file__).parent.parent / "tests" / "understanding" / "tuning.jsonl"
_BOTKIT = Path(__file__).parent / "botkit"
_GUNICORN = ("gunicorn", "-c", "config/gunicorn.conf.py", "--workers", "2", "--threads", "1")
Runs = dict[str, list[load.Result]]


def measure() -> list[Row]:
    with TemporaryDirectory(prefix="upright-bench-") as folder, ExitStack() as open_:
        ports = dict(_servers(open_, Path(folder)))
        for port in ports.values():
            load.run(port, texts.signed(KNOWN, KEYWORDS), seconds=60)  # all of them, once
        load.run(ports["sqlite"], texts.signed(OTHERS, KEYWORDS), seconds=60)
        known: Runs = {name: [] for name in ports}
        reported: Runs = {name: [] for name in NAMES}
        others: Runs = {"anything at all": [], "the first text of somebody new": []}
        for run in range(RUNS):
            half = len(KNOWN) // 2 * (run % 2)
            people = [*KNOWN[half:], *KNOWN[:half]]
            for name, port in ports.items():
                known[name].append(load.run(port, texts.signed(people, KEYWORDS, run + 1)))
            for name, results in reported.items():
                reports = texts.reports(people[:REPORTED], run + 1)
                results.append(load.run(ports[name], reports))
            others["anything at all"].append(
                load.run(ports["sqlite"], texts.signed(OTHERS, _any(), run, "any"))
            )
            newcomers = range(10_000 + run * NEW, 10_000 + (run + 1) * NEW)
            first = load.run(ports["sqlite"], texts.signed(newcomers, KEYWORDS))
            others["the first text of somebody new"].append(first)
    return list(_rows(known, reported, others))


def _servers(open_: ExitStack, folder: Path) -> Iterator[tuple[str, int]]:
    """Each under a name, with the port at which it listens."""
    url = _nearest(open_.enter_context(made("webhook")))
    for name, database in (("sqlite", f"sqlite:///{folder}/upright.db"), ("postgresql", url)):
        migrate(database)
        yield name, _gunicorn(open_, folder, "service.app:create_app()", database)
    yield "bare", _gunicorn(open_, folder, "benchmarks.hello:app", f"sqlite:///{folder}/upright.db")
    if (_BOTKIT / "node_modules").is_dir():
        yield "botkit", _botkit(open_, folder)


def _nearest(url: str) -> str:
    """The same database by its server's socket, as whoever has both on one machine reaches it."""
    there = make_url(url)
    for folder in ("/var/run/postgresql", "/tmp"):
        by_socket = URL.create(
            there.drivername, there.username, database=there.database, query={"host": folder}
        )
        if there.port in {None, 5432} and Path(folder, ".s.PGSQL.5432").exists():
            with suppress(OperationalError), create_engine(by_socket).connect():
                return by_socket.render_as_string(hide_password=False)
    return url


def _gunicorn(open_: ExitStack, folder: Path, app: str, database: str) -> int:
    port = free_port()
    settings = texts.SETTINGS | {"DATA_DIR": str(folder), "DATABASE_URL": database}
    log = folder / f"{port}.log"
    open_.enter_context(
        running(*_GUNICORN, "--bind", f"127.0.0.1:{port}", app, log=log, **settings)
    )
    wait_for_port(port)
    return port


def _botkit(open_: ExitStack, folder: Path) -> int:
    """It answers by REST calls, so it needs a provider."""
    port, provider = free_port(), free_port()
    log = folder / "provider.log"
    open_.enter_context(running("tests.standin", "--port", str(provider), log=log))
    wait_for_port(provider)
    settings = texts.SETTINGS | {
        "PORT": str(port),
        "TWILIO_API_URL": f"http://127.0.0.1:{provider}",
        "NODE_ENV": "production",
    }
    open_.enter_context(node(_BOTKIT / "server.js", log=folder / "botkit.log", **settings))
    wait_for_port(port)
    return port


def _any() -> Sequence[str]:
    """Texts of all kinds: danger, leaving and settings among them, in three languages."""
    return [json.loads(line)["text"] for line in _TUNING.read_text("utf-8").splitlines()]


def _rows(known: Runs, reported: Runs, others: Runs) -> Iterator[Row]:
    titles = {name: f"Upright, {title}" for name, title in NAMES.items()}
    titles |= {"bare": "bare Flask, one fixed answer", "botkit": "Botkit, Twilio SMS adapter"}
    for name, results in known.items():
        yield from _figures(titles[name], results)
    for name, results in reported.items():
        yield from _figures(f"{titles[name]}: receipts", results)
    for name, results in others.items():
        yield from _figures(f"Upright, SQLite: {name}", results)
    for name in NAMES:
        for peer in ("bare", "botkit"):
            if peer in known:
                yield _ratio(f"{titles[name]} / {titles[peer]}", known[name], known[peer])
    if "botkit" not in known:
        yield Row("Botkit", "left out", "npm isn't here: make bench installs it with npm ci")


def _figures(title: str, results: Sequence[load.Result]) -> Iterator[Row]:
    yield Row(title, "texts/s", spread([result.rate for result in results], ",.0f"))
    columns: Mapping[str, Sequence[float]] = {
        "p50 ms": [result.p50 for result in results],
        "p99 ms": [result.p99 for result in results],
        "worst ms": [result.worst for result in results],
    }
    for unit, values in columns.items():
        yield Row("", unit, spread(values, ".1f"))


def _ratio(title: str, ours: Sequence[load.Result], theirs: Sequence[load.Result]) -> Row:
    ratios = [own.rate / other.rate for own, other in zip(ours, theirs, strict=True)]
    return Row(title, "ratio of texts/s", spread(ratios, ".2f"))
