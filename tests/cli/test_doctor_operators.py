"""What doctor says about the dashboard's operators and the way to it."""

from collections.abc import Iterator

import pytest

from config.settings import Settings
from service.commands import operator_findings
from service.operators import accounts, changes, codes, passwords
from service.operators.changes import By
from service.store.engine import Store
from tests.conftest import KEYS
from tests.phone import Wall
from tests.web.doors import REAL

BY = By(Wall().moment)
DEMO: dict[str, object] = {}


@pytest.fixture(autouse=True)
def _looks_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "METHOD", "pbkdf2:sha256:1")


def findings(store: Store, **settings: object) -> Iterator[tuple[str, str]]:
    given = Settings(**{**KEYS, **settings})  # type: ignore[arg-type]
    with store.read() as session:
        for found in operator_findings.of_operators(session, given):
            yield found.level, found.what


def add(store: Store, name: str, role: str = accounts.OPERATOR, *, code: bool = True) -> None:
    with store.write() as session:
        made = changes.enrol(session, name, role, "kept", BY)
        if code:
            changes.set_code(session, made, codes.new_secret(), 0, BY)


@pytest.mark.parametrize(("settings", "level"), [(DEMO, "note"), (REAL, "warning")])
def test_without_an_operator_nobody_opens_the_dashboard(
    store: Store, settings: dict[str, object], level: str
) -> None:
    assert list(findings(store, **settings)) == [(level, "nobody can open the dashboard")]
    assert list(findings(store, dashboard_password="long enough a password", **settings)) == []
    add(store, "vera", accounts.VIEWER)
    assert list(findings(store, **settings)) == [(level, "no operator may change anything")]
    add(store, "ana")
    assert list(findings(store, **settings)) == []


def test_accounts_with_a_password_only_are_counted(store: Store) -> None:
    add(store, "ana")
    add(store, "ben", code=False)
    add(store, "cleo", code=False)
    said = "accounts of the dashboard {} no code from an authenticator app"
    assert list(findings(store)) == [("note", f"2 of 3 {said.format('have')}")]
    with store.write() as session:
        changes.disable(session, changes.find(session, "cleo"), BY)
    assert list(findings(store)) == [("note", f"1 of 2 {said.format('has')}")]


def test_a_dashboard_over_plain_http_is_told(store: Store) -> None:
    add(store, "ana")
    telegram = {
        "telegram_bot_token": REAL["telegram_bot_token"],
        "telegram_webhook_secret": REAL["telegram_webhook_secret"],
    }
    assert list(findings(store, **telegram)) == [
        ("warning", "the dashboard is reached over plain http")
    ]
    assert list(findings(store, **REAL, host="0.0.0.0")) == [
        ("note", "the service listens on 0.0.0.0, in plain http")
    ]
    assert list(findings(store, host="0.0.0.0")) == []
