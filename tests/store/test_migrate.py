"""A migrated database has exactly the tables of tables.py."""

import threading

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from service.outbox import entries
from service.store.engine import Store, StoreFailed, open_store
from service.store.migrate import config_of, migrate, require_current
from service.store.schema import METADATA
from service.store.tables import AddressRow, Consent, Entry, Setting
from tests.reminders.people import at, join


def test_a_migrated_database_equals_the_tables(store: Store) -> None:
    with store.read() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, METADATA) == []


def test_migrating_again_changes_nothing(store: Store, database_url: str) -> None:
    with store.write() as session:
        session.add(Setting(name="a", value="x"))
    migrate(database_url)
    require_current(store)
    with store.read() as session:
        assert session.get_one(Setting, "a").value == "x"


def test_what_waits_while_migrating_is_given_its_channel(store: Store, database_url: str) -> None:
    with store.write() as session:
        person = join(session, at("08:00"))
        channel = session.scalars(select(AddressRow.channel)).one()
        entries.put(
            session, person_id=person.id, address_id=person.id, channel="", kind="reply",
            now=at("09:00"), text="soon",
        )  # fmt: skip
    with store.migrating(1) as connection:
        command.downgrade(config_of(connection), "0005")
    migrate(database_url)
    with store.read() as session:
        assert session.scalars(select(Entry.channel)).all() == [channel]


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


def test_what_an_erased_person_pressed_is_forgotten(store: Store, database_url: str) -> None:
    with store.write() as session:
        person = join(session, at("08:00"))
        known = session.scalars(
            select(AddressRow.id).where(AddressRow.person_id == person.id)
        ).one()
        for address_id in (known, None):
            given = {"at": at("08:00"), "event": "withdrawn", "source": "text", "rule": "STOP"}
            session.add(Consent(address_id=address_id, provider_id="1:71@5000000042:STOP", **given))
    with store.migrating(1) as connection:
        command.downgrade(config_of(connection), "0009")
    migrate(database_url)
    with store.read() as session:
        rows = session.scalars(select(Consent).where(Consent.event == "withdrawn"))
        kept = {row.address_id: row.provider_id for row in rows}
    assert kept == {known: "1:71@5000000042:STOP", None: ""}
