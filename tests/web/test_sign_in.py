"""Signing in to the dashboard, and what keeps others out."""

import re
from collections.abc import Callable

import pyotp
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from config.settings import SettingsError
from service.app import create_app
from service.operators import accounts, sign_ins, throttle
from service.runtime import Runtime
from service.store.operator_tables import Audit, Operator, SignIn
from tests.phone import Wall
from tests.web.doors import REAL
from tests.web.operators import PASSWORD, desk, signed_in


def actions(runtime: Runtime) -> list[str]:
    with runtime.store.read() as session:
        return list(session.scalars(select(Audit.action).order_by(Audit.id)))


def test_the_first_operator_comes_from_the_environment(service: Callable[..., Runtime]) -> None:
    browser = desk(service(dashboard_password=SecretStr(PASSWORD)))
    assert browser.sign_in("Admin").status_code == 303
    page = browser.client.get("/dashboard")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "admin (operator)" in page.text


def test_the_audit_says_that_the_settings_made_the_first_operator(
    service: Callable[..., Runtime],
) -> None:
    for _ in range(2):
        browser = desk(service(dashboard_password=SecretStr(PASSWORD)))
    columns = Audit.name, Audit.action, Audit.operator_id, Audit.detail
    with browser.runtime.store.read() as session:
        lines = [tuple(row) for row in session.execute(select(*columns))]
    made = {"account": "admin", "role": "operator"}
    assert lines == [("the settings", "operator added", None, made)]
    browser.sign_in("admin")
    assert '<td role="cell">the settings</td>' in browser.client.get("/dashboard/audit").text


def test_a_password_of_the_environment_changes_no_account(service: Callable[..., Runtime]) -> None:
    desk(service(dashboard_password=SecretStr(PASSWORD)))
    again = desk(service(dashboard_password=SecretStr("another password altogether")))
    assert again.sign_in("admin", "another password altogether").status_code == 403
    assert again.sign_in("admin").status_code == 303


def test_an_operator_hears_that_it_changed_nothing(
    service: Callable[..., Runtime], caplog: pytest.LogCaptureFixture
) -> None:
    desk(service(dashboard_password=SecretStr(PASSWORD)))
    desk(service(dashboard_password=SecretStr(PASSWORD)))
    assert "dashboard_password_unused" not in caplog.text
    desk(service(dashboard_password=SecretStr("another password altogether")))
    assert "upright operators password admin" in caplog.text
    assert "altogether" not in caplog.text


def test_a_password_that_is_too_short_ends_the_start(service: Callable[..., Runtime]) -> None:
    with pytest.raises(SettingsError, match=r"DASHBOARD_PASSWORD.*12 to 256 characters"):
        create_app(service(dashboard_password=SecretStr("short")))


def test_without_an_operator_the_page_says_how_to_make_one(runtime: Runtime) -> None:
    page = desk(runtime).client.get("/dashboard", follow_redirects=True).text
    assert "DASHBOARD_PASSWORD" in page
    assert "upright operators add" in page


@pytest.mark.parametrize(
    ("name", "password"), [("operator", "wrong password"), ("nobody", PASSWORD)]
)
def test_what_was_wrong_is_not_said(runtime: Runtime, name: str, password: str) -> None:
    signed_in(runtime)
    answer = desk(runtime).sign_in(name, password)
    assert answer.status_code == 403
    assert "That name, password or code isn&#39;t right." in answer.text


def test_guessing_is_throttled_even_with_the_right_password(runtime: Runtime, wall: Wall) -> None:
    signed_in(runtime)
    guesser = desk(runtime)
    for _ in range(throttle.OF_BOTH):
        assert guesser.sign_in("operator", "wrong password").status_code == 403
    answer = guesser.sign_in("operator")
    assert (answer.status_code, "quarter of an hour" in answer.text) == (429, True)
    wall.moment += throttle.WITHIN
    assert guesser.sign_in("operator").status_code == 303


def test_a_code_is_wanted_and_good_once(runtime: Runtime, wall: Wall) -> None:
    signed_in(runtime)
    secret = pyotp.random_base32()
    with runtime.store.write() as session:
        session.scalars(select(Operator)).one().totp_secret = secret
    code = pyotp.TOTP(secret).at(wall.moment)
    browser = desk(runtime)
    assert browser.sign_in("operator").status_code == 403
    assert browser.sign_in("operator", code="000000").status_code == 403
    assert browser.sign_in("operator", code=f"{code[:3]} {code[3:]}").status_code == 303
    assert desk(runtime).sign_in("operator", code=code).status_code == 403


def test_a_sign_in_ends_by_itself(runtime: Runtime, wall: Wall) -> None:
    browser = signed_in(runtime)
    for _ in range(int(sign_ins.LASTS / sign_ins.IDLE) * 2 - 1):
        wall.moment += sign_ins.IDLE / 2
        assert browser.client.get("/dashboard").status_code == 200
    wall.moment += sign_ins.IDLE / 2
    assert browser.client.get("/dashboard").status_code == 303


def test_a_browser_left_alone_is_signed_out(runtime: Runtime, wall: Wall) -> None:
    browser = signed_in(runtime)
    wall.moment += sign_ins.IDLE
    assert browser.client.get("/dashboard").status_code == 303


def test_signing_out_ends_it_for_a_stolen_cookie_too(runtime: Runtime) -> None:
    browser, thief = signed_in(runtime), desk(runtime)
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    thief.client.set_cookie("session", cookie.value)
    assert thief.client.get("/dashboard").status_code == 200
    assert browser.post("/dashboard/sign-out").status_code == 303
    assert thief.client.get("/dashboard").status_code == 303


def test_signing_in_again_ends_the_sign_in_before(runtime: Runtime) -> None:
    browser, thief = signed_in(runtime), desk(runtime)
    stolen = browser.client.get_cookie("session")
    assert stolen is not None
    browser.client.post(
        "/dashboard/sign-in",
        data={"csrf_token": browser.token("/dashboard"), "name": "operator", "password": PASSWORD},
    )
    assert browser.client.get("/dashboard").status_code == 200
    thief.client.set_cookie("session", stolen.value)
    assert thief.client.get("/dashboard").status_code == 303


def test_what_a_browser_brought_along_is_not_kept(runtime: Runtime) -> None:
    """A cookie that somebody planted in a browser is worth nothing once its owner has signed in."""
    signed_in(runtime)
    planted = desk(runtime)
    before = planted.token()
    planted.sign_in("operator")
    with planted.client.session_transaction() as cookie:
        assert set(cookie) == {"operator"}
    answer = planted.client.post("/dashboard/sign-out", data={"csrf_token": before})
    assert answer.status_code == 400


def test_its_cookies_are_for_us_alone(service: Callable[..., Runtime]) -> None:
    runtime = service(**REAL)
    with runtime.store.write() as session:
        accounts.add(session, "operator", "operator", PASSWORD, runtime.clock.wall())
    client = create_app(runtime).test_client()
    there = {
        "base_url": "https://sms.example.org",
        "headers": {"Referer": "https://sms.example.org/"},
    }
    token = re.search(r'csrf_token" value="([^"]+)', client.get("/dashboard/sign-in", **there).text)
    assert token
    form = {"csrf_token": token[1], "name": "operator", "password": PASSWORD}
    answer = client.post("/dashboard/sign-in", data=form, **there)
    cookies = answer.headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["familiar", "session"]
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_a_disabled_account_is_out_at_once(runtime: Runtime, wall: Wall) -> None:
    browser = signed_in(runtime)
    with runtime.store.write() as session:
        session.scalars(select(Operator)).one().disabled_at = wall.moment
    assert browser.client.get("/dashboard").status_code == 303
    assert desk(runtime).sign_in("operator").status_code == 403


def test_a_token_is_kept_as_a_hash(runtime: Runtime) -> None:
    browser = signed_in(runtime)
    with browser.client.session_transaction() as cookie:
        token = cookie["operator"]
    with runtime.store.read() as session:
        kept = session.scalars(select(SignIn)).one()
    assert token not in kept.token_hash


def test_every_sign_in_is_noted(runtime: Runtime) -> None:
    browser = signed_in(runtime)
    browser.post("/dashboard/sign-out")
    browser.sign_in("operator", "wrong password")
    assert actions(runtime) == ["sign-in", "sign-out", "sign-in refused"]


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/dashboard?days=7", "/dashboard?days=7"),
        ("/dashboard/people/7?behind=12", "/dashboard/people/7?behind=12"),
        ("/dashboard/../phone", "/dashboard"),
        ("/dashboard/sign-out", "/dashboard"),
        ("/dashboard/no-such-page", "/dashboard"),
        ("//evil.example/dashboard", "/dashboard"),
        ("http://[", "/dashboard"),
        ("https://evil.example/dashboard", "/dashboard"),
        ("/\\evil.example", "/dashboard"),
        ("/phone", "/dashboard"),
        ("/dashboardless", "/dashboard"),
        ("/dashboard/\t/evil.example", "/dashboard"),
        ("/\t/evil.example/dashboard", "/dashboard"),
        ("/dashboard\r\nSet-Cookie: a=b", "/dashboard"),
        ("javascript:alert(1)//dashboard", "/dashboard"),
    ],
)
def test_it_leads_back_to_where_one_was_going(runtime: Runtime, back: str, to: str) -> None:
    signed_in(runtime)
    assert desk(runtime).sign_in("operator", back=back).headers["Location"] == to
