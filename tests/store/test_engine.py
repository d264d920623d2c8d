"""What both databases promise: whole writes, readers who can't write, and failures in words."""

import sys
import threading

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from service.store.engine import Store, StoreBusy, StoreFailed, open_store
from service.store.tables import Consent, Dialogue, Entry, Setting
from service.store.upsert import insert as upsert
from tests.outbox.line import NOON
from tests.store.notes import names, put, put_all
from tests.store.statements import FIND, PUT


def test_a_write_is_kept_at_the_end_of_its_block(store: Store) -> None:
    put(store, "a")
    assert names(store) == ["a"]


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(IntegrityError):
        put_all(store, "a", "b", "a")
    assert names(store) == []
    put(store, "b")
    assert names(store) == ["b"]


def test_rows_can_be_read_after_their_transaction(store: Store) -> None:
    with store.write() as session:
        row = Setting(name="a", value="x")
        session.add(row)
    assert row.value == "x"


def test_a_reading_session_cannot_write(store: Store) -> None:
    with pytest.raises(DatabaseError, match=r"read-?only"), store.read() as session:
        session.execute(insert(Setting).values(name="a", value="x"))
    put(store, "b")
    assert names(store) == ["b"]


def test_a_reader_sees_one_moment_and_doesnt_wait_for_a_writer(store: Store) -> None:
    with store.read() as reading:
        before = reading.scalars(select(Setting.name)).all()
        put(store, "a")
        assert reading.scalars(select(Setting.name)).all() == before == []


def test_at_a_glance_each_statement_sees_what_was_written_before_it(store: Store) -> None:
    with store.glance() as opened:
        assert opened().scalars(select(Setting.name)).all() == []
        put(store, "a")
        assert opened().scalars(select(Setting.name)).all() == ["a"]


def test_a_stroke_is_kept_at_its_end(store: Store) -> None:
    with store.stroke() as lane:
        lane.run(PUT, {"the_name": "a"})
    assert names(store) == ["a"]


def test_a_stroke_that_fails_leaves_nothing(store: Store) -> None:
    put(store, "a")
    with pytest.raises(IntegrityError), store.stroke() as lane:
        lane.run(PUT, {"the_name": "a"})
    assert names(store) == ["a"]


def test_what_is_asked_sees_what_was_written_before_it(store: Store) -> None:
    assert store.ask(FIND, {"the_name": "a"}) is None
    with store.stroke() as lane:
        lane.run(PUT, {"the_name": "a"})
    assert store.ask(FIND, {"the_name": "a"}) == ("a", "x")


def test_a_trial_leaves_nothing(store: Store) -> None:
    with store.trial() as session:
        session.execute(insert(Setting).values(name="a", value="x"))
        session.rollback()
        session.execute(insert(Setting).values(name="b", value="x"))
    assert names(store) == []
    put(store, "a")


def test_a_mistake_of_ours_stays_what_it_is(store: Store) -> None:
    put(store, "a")
    with pytest.raises(IntegrityError):
        put(store, "a")


def test_references_are_kept(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as session:
        session.execute(
            text("INSERT INTO dialogue VALUES (77, 'check', '{}', '2026-03-02 14:00:00')")
        )
    with store.read() as session:
        assert session.scalars(select(Dialogue)).all() == []


def test_moments_come_back_in_utc(store: Store) -> None:
    with store.write() as session:
        session.add(Entry(kind="reply", created_at=NOON, not_before=NOON))
    with store.read() as session:
        assert session.scalars(select(Entry.created_at)).one().isoformat() == NOON.isoformat()


def test_words_that_no_database_takes_whole_are_kept_as_far_as_they_can_be(store: Store) -> None:
    with store.write() as session:
        event = {"at": NOON, "event": "withdrawn", "source": "text", "rule": "keyword"}
        session.add(Consent(used="STOP\0 \ud83d now", **event))
    with store.read() as session:
        assert session.scalars(select(Consent.used)).one() == "STOP ? now"


def test_writers_who_wait_too_long_are_told_that_it_is_busy(store: Store) -> None:
    put(store, "a")
    with store.write() as session:
        session.get_one(Setting, "a").value = "y"
        session.flush()
        with pytest.raises(StoreBusy, match="try again"):
            change(store, "a", wait=0.01)
    change(store, "a")


def change(store: Store, name: str, wait: float = 5.0) -> None:
    with store.write(wait=wait) as session:
        session.get_one(Setting, name).value = "z"


def test_writers_in_many_threads_lose_nothing(store: Store) -> None:
    def write_many(mark: str) -> None:
        for number in range(20):
            put(store, f"{mark}{number}")

    threads = [threading.Thread(target=write_many, args=(mark,)) for mark in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names(store)) == 80


def test_a_row_that_is_there_already_is_left_as_it_is(store: Store) -> None:
    rows = [{"name": "a", "value": "first"}, {"name": "a", "value": "second"}]
    with store.write() as session:
        for statement in (
            upsert(Setting).on_conflict_do_nothing(index_elements=["name"]),
            upsert(Setting).on_conflict_do_nothing(),
        ):
            for row in rows:
                session.execute(statement, row)
    with store.read() as session:
        assert session.scalars(select(Setting.value)).all() == ["first"]


def test_a_row_that_is_there_already_can_take_the_new_value(store: Store) -> None:
    statement = upsert(Setting)
    statement = statement.on_conflict_do_update(
        index_elements=["name"], set_={"value": Setting.value + statement.excluded.value}
    )
    with store.write() as session:
        for value in "ab":
            session.execute(statement, {"name": "a", "value": value})
    with store.read() as session:
        assert session.scalars(select(Setting.value)).all() == ["ab"]


def test_a_copied_selection_skips_what_is_there(store: Store) -> None:
    put_all(store, "a", "ab")
    chosen = select(Setting.name + "b", Setting.value).where(func.length(Setting.name) < 3)
    with store.write() as session:
        session.execute(
            upsert(Setting).from_select(["name", "value"], chosen).on_conflict_do_nothing()
        )
    assert names(store) == ["a", "ab", "abb"]


def test_tables_that_are_missing(bare_url: str) -> None:
    store = open_store(bare_url)
    with pytest.raises(StoreFailed, match="upright migrate"):
        names(store)
    store.close()


@pytest.mark.parametrize(
    "url",
    ["nonsense", "mysql://localhost/upright", "postgresql://u:sesame@h:port/d", "sqlite+x://"],
)
def test_an_address_that_is_no_database_address_isnt_shown(url: str) -> None:
    with pytest.raises(StoreFailed, match="DATABASE_URL") as caught:
        open_store(url)
    assert "sesame" not in str(caught.value)


def test_postgresql_without_its_driver_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreFailed, match="make machines"):
        open_store("postgresql+psycopg://localhost/upright")
