"""Accounts and their passwords, on either database."""

import threading
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from service.operators import accounts, audit, changes, codes, passwords, sign_ins
from service.operators.accounts import OPERATOR, VIEWER, Refused
from service.operators.changes import By
from service.store.engine import Store
from service.store.operator_tables import Audit, Operator, SignIn

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
BY = By(NOW)


def enrolled(store: Store, *names: str, role: str = OPERATOR) -> None:
    with store.write() as session:
        for name in names:
            changes.enrol(session, name, role, "kept", BY)


def test_a_look_takes_as_long_where_there_is_nobody() -> None:
    assert passwords.hashed("ana", "correct horse battery").startswith(passwords.METHOD)
    assert passwords._NOBODY.startswith(f"{passwords.METHOD}$")
    assert len(passwords._NOBODY) == len(passwords.hashed("ana", "correct horse battery"))
    assert not passwords.fits("", "nobody")  # its own password opens nothing either


def test_no_more_passwords_are_looked_at_than_the_memory_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each takes 32 MB and a web thread: texts come through the same threads."""
    inside, most, full = [0], [0], threading.Event()
    lock, outcomes = threading.Lock(), list[str]()

    def slow(_kept: str, _password: str) -> bool:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        assert full.wait(10)
        with lock:
            inside[0] -= 1
        return True

    def look() -> None:
        try:
            outcome = str(passwords.fits("kept", "password"))
        except passwords.Crowded:
            outcome = "crowded"
        with lock:
            outcomes.append(outcome)
            if outcomes.count("crowded") == 12:
                full.set()

    monkeypatch.setattr(passwords, "check_password_hash", slow)
    threads = [threading.Thread(target=look) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most[0], outcomes.count("True"), outcomes.count("crowded")) == (2, 4, 12)
    assert passwords.fits("kept", "password")


@pytest.mark.parametrize(
    "password",
    ["ana-20262026", "password12345", "Welcome-2026-!", "123456789012", "aaaabbbbaaaa"],
)
def test_a_password_that_others_try_first_is_refused(password: str) -> None:
    with pytest.raises(passwords.Refused, match="too easy"):
        passwords.hashed("ana", password)


def test_a_password_that_is_made_will_do_and_comes_once() -> None:
    made = {passwords.made() for _ in range(100)}
    assert len(made) == 100
    assert all(passwords.SHORTEST <= len(each) <= 30 for each in made)


@pytest.mark.parametrize("change", ["disable", "remove", "role"])
def test_the_last_operator_stays_unless_forced(store: Store, change: str) -> None:
    enrolled(store, "ana")
    enrolled(store, "vera", role=VIEWER)
    with pytest.raises(Refused, match="ana is the last one"):
        _do(store, change, "ana")
    enrolled(store, "ben")
    _do(store, change, "ana")
    with pytest.raises(Refused, match="ben is the last one"):
        _do(store, change, "ben")
    _do(store, change, "vera")
    _do(store, change, "ben", force=True)
    with store.read() as session:
        assert not accounts.staffed(session)


def _do(store: Store, change: str, name: str, *, force: bool = False) -> None:
    with store.write() as session:
        operator = changes.find(session, name)
        if change == "disable":
            changes.disable(session, operator, BY, force=force)
        elif change == "remove":
            changes.remove(session, operator, BY, force=force)
        else:
            changes.set_role(session, operator, VIEWER, BY, force=force)


def test_two_operators_cannot_close_each_others_account_at_once(store: Store) -> None:
    enrolled(store, "ana", "ben")
    start = threading.Barrier(2)

    def close(name: str) -> None:
        start.wait()
        try:
            _do(store, "disable", name)
        except Refused as refused:
            outcomes.append(str(refused))

    outcomes: list[str] = []
    threads = [threading.Thread(target=close, args=(name,)) for name in ("ana", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 1
    with store.read() as session:
        assert accounts.staffed(session)


def test_what_somebody_did_outlives_their_account(store: Store) -> None:
    enrolled(store, "ana", "ben")
    with store.write() as session:
        ana = changes.find(session, "ana")
        sign_ins.begin(session, ana, NOW)
        audit.note(session, "number shown", ana, NOW, person_id=7)
    _do(store, "remove", "ana")
    with store.read() as session:
        line = session.scalars(select(Audit).where(Audit.action == "number shown")).one()
        assert (line.name, line.person_id) == ("ana", 7)
        assert session.scalars(select(SignIn)).all() == []


def test_a_code_counts_once(store: Store) -> None:
    secret = codes.new_secret()
    enrolled(store, "ana")
    with store.write() as session:
        changes.set_code(session, changes.find(session, "ana"), secret, 0, BY)
    with store.read() as session:
        ana = session.scalars(select(Operator)).one()
        assert codes.use(ana, pyotp.TOTP(secret).at(NOW), NOW)
        assert not codes.use(ana, pyotp.TOTP(secret).at(NOW), NOW)


@pytest.mark.parametrize(
    ("off", "right"), [(0, True), (30, True), (-30, True), (60, False), (-60, False)]
)
def test_a_phone_may_be_half_a_minute_off_and_no_more(off: int, right: bool) -> None:
    secret = "JBSWY3DPEHPK3PXP" * 2
    code = pyotp.TOTP(secret).at(NOW + timedelta(seconds=off))
    assert (codes.step_of(secret, code, NOW) is not None) == right
