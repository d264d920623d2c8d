"""The two runs: many processes on PostgreSQL with a broker, and one process on SQLite."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from service.store.engine import open_store
from service.store.migrate import migrate
from service.timekeeper import system_time
from tests.chaos import people
from tests.chaos.children import Child, cast, environment
from tests.chaos.report import Report
from tests.chaos.script import Script, kills, with_restarts
from tests.chaos.servers import postgresql, redis
from tests.chaos.stage import Stage
from tests.processes import answers, command, free_port, web

Say = Callable[[str], None]


def on_postgresql(script: Script, folder: Path, say: Say) -> Report:
    """Workers, clocks and web in processes of their own; both servers are restarted once."""
    with (
        postgresql() as database,
        redis(folder) as broker,
        _stage(script, database.url, folder, say) as stage,
    ):
        share = {"BROKER_URL": broker.url}
        stage.cast.add("web", web(stage.web), BACKGROUND="0", **share)
        victims = [
            *(stage.cast.add("clock", command("clock"), **share) for _ in range(script.clocks)),
            *(stage.cast.add("worker", command("worker"), **share) for _ in range(script.workers)),
        ]
        _all_up(stage)
        acts = with_restarts(
            list(kills(script, [(child.name, _killed(child)) for child in victims])),
            ("restart postgresql", database.restart),
            ("restart redis", broker.restart),
        )
        return stage.play("PostgreSQL", acts)


def on_sqlite(script: Script, folder: Path, say: Say) -> Report:
    """One process that does it all."""
    with _stage(script, f"sqlite:///{folder}/upright.db", folder, say) as stage:
        serve = stage.cast.add("serve", command("serve"))
        _all_up(stage)
        return stage.play("SQLite", list(kills(script, [("serve", _killed(serve))])))


@contextmanager
def _stage(script: Script, url: str, folder: Path, say: Say) -> Iterator[Stage]:
    """A database with people, a provider, and nobody yet who works on them."""
    migrate(url)
    store, provider, port = open_store(url), free_port(), free_port()
    people.seed(store, script.people, script.minutes, system_time())
    told = environment(url, folder, f"http://127.0.0.1:{provider}", port)
    with cast(folder, told) as actors:
        actors.add("provider", _standin(script, provider))
        yield Stage(script, store, actors, f"http://127.0.0.1:{provider}", port, say)
    store.close()


def _standin(script: Script, port: int) -> list[str]:
    given = {
        "port": port, "faults": script.faults, "delay": script.delay, "reports": script.reports,
        "seed": script.seed,
    }  # fmt: skip
    options = [text for name, value in given.items() for text in (f"--{name}", str(value))]
    return [sys.executable, "-m", "tests.standin", *options]


def _all_up(stage: Stage) -> None:
    if not answers(stage.web, 60):
        raise RuntimeError(f"the service didn't start: {stage.cast.complaints()}")


def _killed(child: Child) -> Callable[[], None]:
    def kill() -> None:
        child.kill()
        child.start()

    return kill
