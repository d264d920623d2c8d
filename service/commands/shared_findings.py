"""What doctor may find where several machines share the work: the server, the broker, the workers."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import text

from config.settings import Settings, SettingsError
from service import wiring
from service.commands.findings import Finding
from service.store.engine import Store

TESTED = 15  # PostgreSQL's version that the tests run on
CROWDED = 0.8  # share of the server's connections
APART = 60  # seconds between two clocks


def of_server(store: Store, machine_now: datetime) -> Iterator[Finding]:
    """PostgreSQL: its age, its room for connections, and whether its clock is this machine's."""
    with store.read() as session:
        version, used, most, server_now = session.execute(text(_ASKED)).one()
    if version < TESTED:
        yield Finding(
            "warning",
            f"the database server is PostgreSQL {version}",
            f"Upright is tested on {TESTED}; older ones may lack what it uses",
            f"move the database to PostgreSQL {TESTED} or newer",
        )
    if used > most * CROWDED:
        yield Finding(
            "warning",
            f"{used} of the database server's {most} connections are in use",
            "each of our processes keeps up to 16; one that gets none answers with an apology",
            "raise max_connections at the server, or run fewer processes",
        )
    apart = abs((server_now - machine_now).total_seconds())
    if apart > APART:
        yield Finding(
            "warning",
            f"this machine's clock and the database server's are {apart:.0f} seconds apart",
            "all of Upright goes by the server's: if that one is wrong, texts come at wrong times",
            "keep both set by NTP (timedatectl)",
        )


_ASKED = """
    SELECT current_setting('server_version_num')::int / 10000,
           (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
           current_setting('max_connections')::int,
           clock_timestamp()
"""


def of_broker(settings: Settings) -> Iterator[Finding]:
    if not settings.broker_url.get_secret_value():
        return
    if settings.database.startswith("sqlite"):
        yield Finding(
            "error",
            "BROKER_URL is set and the database is a file",
            "workers don't start: they share their work through a PostgreSQL server",
            "set DATABASE_URL to one, or leave BROKER_URL empty",
        )
    try:
        workers = wiring.workers(settings)
    except SettingsError as error:
        yield Finding("error", str(error), "no process starts with it", "do what it says")
    except ConnectionError as error:
        yield Finding(
            "warning",
            f"the broker can't be reached ({error})",
            "workers aren't woken; they look by themselves, so texts go up to a second later",
            "check that it runs, the network and BROKER_URL",
        )
    else:
        yield from _of_workers(workers)


def _of_workers(workers: int) -> Iterator[Finding]:
    if not workers:
        yield Finding(
            "error",
            "no worker answers on the broker",
            "with BROKER_URL `upright clock` leaves sending to workers: unless `upright serve` sends, reminders expire",
            "start upright worker, with the same BROKER_URL, on any machine",
        )
