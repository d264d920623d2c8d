"""Bring a database up to date, or say why it can't be."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from service.store.engine import Store, open_store
from service.store.failures import OLD_TABLES, StoreFailed

_SCRIPTS = Path(__file__).parent / "migrations"
_WAIT = 60.0  # seconds for a running service to let us in


def migrate(url: str) -> None:
    """Make or bring up to date the tables of the database at `url`; all of it, or nothing.

    Raises StoreFailed for a database that a newer Upright made.
    """
    store = open_store(url)
    try:
        upgrade(store)
    finally:
        store.close()


def upgrade(store: Store) -> None:
    """The same for an open store, such as one in memory."""
    with store.migrating(_WAIT) as connection:
        _refuse_newer(connection)
        command.upgrade(config_of(connection), "head")


def require_current(store: Store) -> None:
    """Raises StoreFailed when the tables are missing, older or newer than this Upright's."""
    with store.read() as session:
        connection = session.connection()
        _refuse_newer(connection)
        if _revision(connection) != _revisions()[0]:
            raise StoreFailed(OLD_TABLES)


def _refuse_newer(connection: Connection) -> None:
    revision = _revision(connection)
    if revision is not None and revision not in _revisions():
        raise StoreFailed(
            f"a newer Upright made this database (revision {revision}): "
            "install that version, or restore a backup from before it"
        )


@cache
def _revisions() -> tuple[str, ...]:
    """The migrations that this Upright knows, newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions())


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def config_of(connection: Connection) -> Config:
    """What Alembic works with: the migrations of this Upright, on this connection."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
