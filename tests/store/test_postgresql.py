"""What only PostgreSQL does: a server that stops, refuses, or makes two writers wait for each other."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Float, bindparam, func, make_url, select, text
from sqlalchemy.orm import Session

from service.store.engine import Store, StoreBusy, StoreFailed, open_store
from service.store.lanes import within
from service.store.prepared import Prepared
from service.store.tables import Setting
from tests.servers import connect_to_postgresql
from tests.store.notes import names, put, put_all
from tests.store.statements import FIND

SLEEP = Prepared(select(func.pg_sleep(bindparam("seconds", type_=Float))))
pytestmark = pytest.mark.server("postgresql")


@pytest.fixture
def url(server_url: str) -> str:
    return server_url


@pytest.fixture
def store(server_store: Store) -> Store:
    return server_store


def disconnect(url: str) -> None:
    """As a restart of the server does to connections that are open."""
    with connect_to_postgresql() as server:
        server.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = 'upright' AND datname = %s",
            [make_url(url).database],
        )


def test_after_a_restart_of_the_server_nobody_notices(store: Store, url: str) -> None:
    with store.read(), store.read():
        pass  # two connections are kept
    disconnect(url)
    put(store, "a")
    disconnect(url)
    assert names(store) == ["a"]


def ask_after_a_restart(session: Session, url: str) -> None:
    lane = within(session)
    disconnect(url)
    lane.run(FIND, {"the_name": "a"})


@pytest.mark.parametrize("opening", ["write", "read"])
def test_a_connection_lost_beneath_a_session_says_why(store: Store, url: str, opening: str) -> None:
    with (
        pytest.raises(StoreFailed, match="is starting or stopping"),
        getattr(store, opening)() as session,
    ):
        ask_after_a_restart(session, url)
    put(store, "a")
    assert names(store) == ["a"]


@pytest.mark.parametrize("option", ["foo=1", "connect_timeout=soon"])
def test_an_option_that_the_driver_does_not_take_is_one_sentence(url: str, option: str) -> None:
    store = open_store(f"{url}?{option}")
    with pytest.raises(StoreFailed, match="what follows the"):
        names(store)
    store.close()


def write_while(store: Store, happens: Callable[[Session], object]) -> None:
    with store.write() as session:
        session.add(Setting(name="a", value="x"))
        session.flush()
        happens(session)
        session.add(Setting(name="b", value="x"))


def test_a_connection_that_breaks_in_a_transaction_undoes_it(store: Store, url: str) -> None:
    with pytest.raises(StoreFailed, match="database server"):
        write_while(store, lambda _: disconnect(url))
    assert names(store) == []


def test_a_foreign_client_that_locks_a_row_makes_us_busy(store: Store, url: str) -> None:
    put(store, "a")
    with connect_to_postgresql(url) as foreign:
        foreign.execute("BEGIN; UPDATE setting SET value = 'y'")
        with pytest.raises(StoreBusy, match="same rows"), store.write(wait=0.01) as session:
            session.get_one(Setting, "a").value = "z"


def test_two_who_wait_for_each_other_dont_wait_for_ever(store: Store) -> None:
    put_all(store, "a", "b")
    meet, outcomes = threading.Barrier(2), list[str]()

    def take(first: str, second: str) -> None:
        try:
            with store.write() as session:
                for name in (first, second):
                    session.execute(
                        text("UPDATE setting SET value = 'y' WHERE name = :name"), {"name": name}
                    )
                    if name == first:
                        meet.wait(5)
            outcomes.append("done")
        except StoreBusy:
            outcomes.append("busy")

    threads = [threading.Thread(target=take, args=pair) for pair in ("ab", "ba")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["busy", "done"]


def test_a_statement_that_takes_too_long_is_ended(store: Store) -> None:
    with pytest.raises(StoreBusy, match="too long"), store.write(wait=0.01) as session:
        session.execute(text("SELECT pg_sleep(20)"))


def test_when_all_connections_are_in_use_the_wait_is_as_long_as_asked(
    store: Store, url: str
) -> None:
    taken, done = threading.Semaphore(0), threading.Event()

    def hold() -> None:
        with store.read() as session:
            session.execute(select(1))
            taken.release()
            done.wait(10)

    def hold_a_lane() -> None:
        with store.stroke():
            taken.release()
            done.wait(10)

    threads = [threading.Thread(target=hold) for _ in range(12)]
    threads += [threading.Thread(target=hold_a_lane) for _ in range(4)]
    for thread in threads:
        thread.start()
        taken.acquire()
    assert _connections(url) == 16
    with pytest.raises(StoreBusy, match="in use"):
        put(store, "a", wait=0.01)
    with pytest.raises(StoreBusy, match="in use"):
        store.ask(FIND, {"the_name": "a"}, wait=0.01)
    done.set()
    for thread in threads:
        thread.join()
    put(store, "a")


def _connections(url: str) -> int:
    with connect_to_postgresql() as server:
        row = server.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE application_name = 'upright' AND datname = %s",
            [make_url(url).database],
        ).fetchone()
        return int(row[0]) if row else 0


def test_what_is_asked_on_a_lane_waits_no_longer_than_told(store: Store) -> None:
    with pytest.raises(StoreBusy, match="too long"):
        store.ask(SLEEP, {"seconds": 20}, wait=0.01)
    assert store.ask(SLEEP, {"seconds": 1.1}) is not None  # longer than the last one was given


def test_a_glance_waits_no_longer_than_told(store: Store) -> None:
    with pytest.raises(StoreBusy, match="too long"), store.glance(0.01) as opened:
        opened().execute(text("SELECT pg_sleep(20)"))


def test_a_commit_is_on_the_disk_even_where_the_server_was_told_otherwise(url: str) -> None:
    database = make_url(url).database
    with connect_to_postgresql() as server:
        server.execute(f'ALTER DATABASE "{database}" SET synchronous_commit = off')
        store = open_store(url)
        with store.write() as session:
            assert session.scalar(text("SHOW synchronous_commit")) == "on"
        store.close()
        server.execute(f'ALTER DATABASE "{database}" RESET synchronous_commit')


def test_a_server_that_takes_no_writes_is_named(store: Store) -> None:
    with pytest.raises(StoreFailed, match="primary"):
        write_while(
            store, lambda session: session.execute(text("SET LOCAL transaction_read_only = on"))
        )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"database": "upright_nowhere"}, "createdb"),
        ({"username": "upright_nobody", "password": "sesame"}, "user or the password"),
        ({"port": 1}, "can't be reached"),
    ],
)
def test_a_server_that_lets_us_not_in(url: str, change: dict[str, str], reason: str) -> None:
    wrong = make_url(url).set(**change)  # type: ignore[arg-type]
    store = open_store(wrong.render_as_string(hide_password=False))
    with pytest.raises(StoreFailed, match=reason) as caught:
        names(store)
    assert "sesame" not in str(caught.value) + str(caught.value.__cause__)
    store.close()


def test_a_lane_that_a_restart_cut_is_replaced_by_the_next(store: Store, url: str) -> None:
    assert store.ask(FIND, {"the_name": "a"}) is None
    disconnect(url)
    with pytest.raises(StoreFailed):
        store.ask(FIND, {"the_name": "a"})
    assert store.ask(FIND, {"the_name": "a"}) is None


def test_only_a_stroke_may_be_forgotten_by_a_server_that_crashes(store: Store) -> None:
    asked = "SELECT current_setting('synchronous_commit')"
    with store.stroke() as lane:
        assert lane.driver.execute(asked).fetchone() == ("off",)
    with store.write() as session:
        assert session.connection().exec_driver_sql(asked).scalar_one() == "on"
