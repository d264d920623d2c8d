"""Operators let others in, and out, without a terminal."""

import re

import pyotp
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.operators import accounts
from service.runtime import Runtime
from service.store.operator_tables import Operator
from tests.web.operators import Desk, desk, signed_in
from tests.web.test_account import noted

OPERATORS = "/dashboard/operators"


@pytest.fixture
def boss(runtime: Runtime) -> Desk:
    return signed_in(runtime)


def password_in(answer: TestResponse) -> str:
    shown = re.search(r'<code class="secret">([^<]+)', answer.text)
    assert shown
    return shown[1]


def added(boss: Desk, name: str, role: str = "viewer") -> str:
    """Their password."""
    answer = boss.post(OPERATORS, OPERATORS, name=name, role=role)
    assert answer.status_code == 200
    return password_in(answer)


def do(boss: Desk, what: str, name: str = "ana", **form: object) -> TestResponse:
    return boss.post(f"{OPERATORS}/{name}/{what}", OPERATORS, **form)


def test_somebody_added_signs_in_with_the_password_shown_once(runtime: Runtime, boss: Desk) -> None:
    password = added(boss, " Ana ", "operator")
    ana = desk(runtime)
    assert ana.sign_in("ana", password).status_code == 303
    assert "ana (operator)" in ana.client.get("/dashboard").text
    for page in (OPERATORS, f"{OPERATORS}/ana", "/dashboard/audit"):
        assert password not in boss.client.get(page).text
    assert noted(runtime) == [("operator", "operator added", "ana")]


@pytest.mark.parametrize(
    ("name", "role", "said"),
    [
        ("operator", "viewer", "There is an operator called operator already."),
        ("two words", "viewer", "begins with a letter or digit"),
        ("command line", "viewer", "begins with a letter or digit"),
        ("", "viewer", "begins with a letter or digit"),
        ("ana", "owner", "A role is one of: viewer, operator."),
    ],
)
def test_what_cannot_be_added_is_said(
    runtime: Runtime, boss: Desk, name: str, role: str, said: str
) -> None:
    answer = boss.post(OPERATORS, OPERATORS, name=name, role=role)
    assert (answer.status_code, said in answer.text) == (400, True)
    with runtime.store.read() as session:
        assert [each.name for each in accounts.everybody(session)] == ["operator"]


def test_a_list_and_a_page_tell_who_there_is(boss: Desk) -> None:
    added(boss, "ana")
    shown = boss.client.get(OPERATORS).text
    assert "never signed in" in shown
    assert "password only" in boss.client.get(f"{OPERATORS}/Ana").text
    assert boss.client.get(f"{OPERATORS}/nobody").status_code == 404


def test_another_role_counts_at_the_next_sign_in(runtime: Runtime, boss: Desk) -> None:
    password, ana = added(boss, "ana"), desk(runtime)
    ana.sign_in("ana", password)
    assert ana.client.get(OPERATORS).status_code == 403
    do(boss, "role", role="operator")
    assert ana.client.get(OPERATORS).status_code == 303
    ana.sign_in("ana", password)
    assert ana.client.get(OPERATORS).status_code == 200


def test_a_forgotten_password_is_made_anew(runtime: Runtime, boss: Desk) -> None:
    old, ana = added(boss, "ana"), desk(runtime)
    ana.sign_in("ana", old)
    new = password_in(do(boss, "password"))
    assert ana.client.get("/dashboard").status_code == 303
    assert ana.sign_in("ana", old).status_code == 403
    assert ana.sign_in("ana", new).status_code == 303


def test_a_lost_phone_is_let_go(runtime: Runtime, boss: Desk) -> None:
    password, ana = added(boss, "ana"), desk(runtime)
    with runtime.store.write() as session:
        named = session.scalars(select(Operator).where(Operator.name == "ana")).one()
        named.totp_secret = pyotp.random_base32()
    assert ana.sign_in("ana", password).status_code == 403
    do(boss, "code/off")
    assert ana.sign_in("ana", password).status_code == 303


def test_somebody_disabled_is_out_until_enabled(runtime: Runtime, boss: Desk) -> None:
    password, ana = added(boss, "ana"), desk(runtime)
    ana.sign_in("ana", password)
    do(boss, "disable")
    assert ana.client.get("/dashboard").status_code == 303
    assert ana.sign_in("ana", password).status_code == 403
    do(boss, "enable")
    assert ana.client.get("/dashboard").status_code == 303  # what was ended stays so
    assert ana.sign_in("ana", password).status_code == 303
    do(boss, "sign-ins/end")
    assert ana.client.get("/dashboard").status_code == 303
    assert [what for _, what, _ in noted(runtime)] == [
        "operator added",
        "operator disabled",
        "operator enabled",
        "sign-ins ended",
    ]


@pytest.mark.parametrize("what", ["role", "password", "code/off", "disable", "sign-ins/end"])
def test_nobody_changes_their_own_account_here(runtime: Runtime, boss: Desk, what: str) -> None:
    """So somebody is always left who may do everything."""
    answer = do(boss, what, "operator", role="viewer")
    assert answer.headers["Location"] == OPERATORS
    assert "This is your own account" in boss.client.get(OPERATORS).text
    assert noted(runtime) == []


@pytest.mark.parametrize("what", ["role", "password", "code/off", "disable", "enable"])
def test_who_is_not_there_cannot_be_changed(boss: Desk, what: str) -> None:
    do(boss, what, "nobody", role="viewer")
    assert "There is no operator called nobody." in boss.client.get(OPERATORS).text


def test_a_viewer_sees_no_way_there(runtime: Runtime) -> None:
    viewer = signed_in(runtime, "viewer")
    shown = viewer.client.get("/dashboard").text
    assert OPERATORS not in shown
    assert "/dashboard/audit" in shown
