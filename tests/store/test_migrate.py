"""A migrated database has exactly the tables of tables.py."""

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from service.store.engine import Store, StoreFailed, open_store
from service.store.migrate import migrate, require_current
from service.store.tables import Base, Setting


def test_a_migrated_database_equals_the_tables(store: Store) -> None:
    with store.read() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(store: Store, database_url: str) -> None:
    with store.write() as session:
        session.add(Setting(name="a", value="x"))
    migrate(database_url)
    require_current(store)
    with store.read() as session:
        assert session.get_one(Setting, "a").value == "x"


def test_several_machines_may_migrate_at_once(bare_url: str) -> None:
    threads = [threading.Thread(target=migrate, args=(bare_url,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = open_store(bare_url)
    require_current(store)
    store.close()


def test_an_empty_database_is_told_to_migrate(bare_url: str) -> None:
    store = open_store(bare_url)
    with pytest.raises(StoreFailed, match="upright migrate"):
        require_current(store)
    store.close()


def test_a_database_of_a_newer_version_is_left_alone(bare_url: str) -> None:
    migrate(bare_url)
    store = open_store(bare_url)
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreFailed, match="newer Upright"):
        migrate(bare_url)
    with pytest.raises(StoreFailed, match="newer Upright"):
        require_current(store)
    store.close()
