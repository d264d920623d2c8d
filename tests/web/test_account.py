"""What everybody may change who is signed in: their own account."""

import re

import pyotp
import pytest
from sqlalchemy import select

from service.operators import accounts, throttle
from service.runtime import Runtime
from service.store.operator_tables import Audit, Operator
from tests.phone import Wall
from tests.web.operators import PASSWORD, Desk, audited, desk, signed_in

NEW = "another password altogether"
ACCOUNT = "/dashboard/account"


def noted(runtime: Runtime) -> list[tuple[str, str, str]]:
    """Who did what to whom, but for signing in."""
    with runtime.store.read() as session:
        lines = session.scalars(select(Audit).order_by(Audit.id)).all()
    return [
        (line.name, line.action, line.detail["account"])
        for line in lines
        if "account" in line.detail
    ]


def change(browser: Desk, old: str = PASSWORD, new: str = NEW, again: str = NEW) -> int:
    form = {"password": old, "new": new, "again": again}
    return browser.post(f"{ACCOUNT}/password", ACCOUNT, **form).status_code


def switched_on(browser: Desk, wall: Wall) -> str:
    """The secret of a code that counts."""
    secret = begun(browser)
    code = pyotp.TOTP(secret).at(wall.moment)
    assert browser.post(f"{ACCOUNT}/code", f"{ACCOUNT}/code", code=code).status_code == 303
    return secret


def begun(browser: Desk) -> str:
    answer = browser.post(f"{ACCOUNT}/code/begin", ACCOUNT, password=PASSWORD)
    assert answer.headers["Location"] == f"{ACCOUNT}/code"
    shown = re.search(r'<code class="secret">([^<]+)', browser.client.get(f"{ACCOUNT}/code").text)
    assert shown
    return shown[1].replace(" ", "")


@pytest.mark.parametrize("role", accounts.ROLES)
def test_a_new_password_counts_and_ends_all_other_sign_ins(runtime: Runtime, role: str) -> None:
    browser, elsewhere = signed_in(runtime, role), signed_in(runtime, role)
    assert change(browser) == 303
    assert browser.client.get(ACCOUNT).status_code == 200
    assert elsewhere.client.get(ACCOUNT).status_code == 303
    assert desk(runtime).sign_in(role).status_code == 403
    assert desk(runtime).sign_in(role, NEW).status_code == 303
    assert noted(runtime) == [(role, "password changed", role)]


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"old": "not the password"}, 403),
        ({"again": "something else entirely"}, 400),
        ({"new": "short", "again": "short"}, 400),
        ({"new": "viewerviewer", "again": "viewerviewer"}, 400),
        ({"new": "x" * 257, "again": "x" * 257}, 400),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(
    runtime: Runtime, form: dict[str, str], status: int
) -> None:
    browser = signed_in(runtime, "viewer")
    assert change(browser, **form) == status
    assert desk(runtime).sign_in("viewer").status_code == 303
    assert noted(runtime) == []


def test_whoever_finds_an_open_browser_cannot_try_out_passwords_in_it(runtime: Runtime) -> None:
    browser = signed_in(runtime)
    for _ in range(throttle.OF_BOTH):
        assert change(browser, "not the password") == 403
    assert change(browser) == 429
    assert (
        browser.post(f"{ACCOUNT}/code/begin", ACCOUNT, password=PASSWORD).headers["Location"]
        == ACCOUNT
    )
    assert signed_in(runtime).client.get(ACCOUNT).status_code == 200


def test_a_code_counts_once_a_right_one_was_typed(runtime: Runtime, wall: Wall) -> None:
    browser, elsewhere = signed_in(runtime, "viewer"), signed_in(runtime, "viewer")
    secret = begun(browser)
    wrong = browser.post(f"{ACCOUNT}/code", f"{ACCOUNT}/code", code="12345")
    assert (wrong.status_code, "That code isn&#39;t right" in wrong.text) == (403, True)
    assert desk(runtime).sign_in("viewer").status_code == 303
    code = pyotp.TOTP(secret).at(wall.moment)
    assert browser.post(f"{ACCOUNT}/code", f"{ACCOUNT}/code", code=code).status_code == 303
    assert elsewhere.client.get(ACCOUNT).status_code == 303
    assert desk(runtime).sign_in("viewer").status_code == 403
    assert desk(runtime).sign_in("viewer", code=code).status_code == 403  # it was used
    wall.moment += throttle.WITHIN
    code = pyotp.TOTP(secret).at(wall.moment)
    assert desk(runtime).sign_in("viewer", code=code).status_code == 303
    assert noted(runtime) == [("viewer", "code switched on", "viewer")]


def test_the_code_is_shown_as_a_picture_as_text_and_as_a_link(runtime: Runtime) -> None:
    browser = signed_in(runtime)
    secret = begun(browser)
    page = browser.client.get(f"{ACCOUNT}/code").text
    assert 'src="data:image/svg+xml' in page
    assert f"otpauth://totp/Upright:operator?secret={secret}" in page


def test_a_code_is_tied_to_no_phone_without_the_password(runtime: Runtime) -> None:
    browser = signed_in(runtime)
    answer = browser.post(f"{ACCOUNT}/code/begin", ACCOUNT, password="not the password")
    assert answer.headers["Location"] == ACCOUNT
    assert browser.client.get(f"{ACCOUNT}/code").headers["Location"] == ACCOUNT
    answer = browser.post(f"{ACCOUNT}/code", ACCOUNT, code="123456")
    assert answer.headers["Location"] == ACCOUNT


def test_a_code_is_switched_off_with_the_password_only(runtime: Runtime, wall: Wall) -> None:
    browser = signed_in(runtime)
    switched_on(browser, wall)
    browser.post(f"{ACCOUNT}/code/off", ACCOUNT, password="not the password")
    assert desk(runtime).sign_in("operator").status_code == 403
    browser.post(f"{ACCOUNT}/code/off", ACCOUNT, password=PASSWORD)
    assert desk(runtime).sign_in("operator").status_code == 303
    assert noted(runtime)[-1] == ("operator", "code switched off", "operator")


def test_a_sign_in_elsewhere_is_seen_and_ended(runtime: Runtime, wall: Wall) -> None:
    browser = signed_in(runtime)
    wall.moment += throttle.WITHIN
    one, other = signed_in(runtime), signed_in(runtime)
    page = browser.client.get(ACCOUNT).text
    assert page.count("last seen") == 3
    assert page.count("This browser.") == 1
    with one.client.session_transaction() as cookie:
        token = cookie["operator"]
    assert token not in page
    which = re.findall(r'name="which" value="([^"]+)"', page)
    assert len(which) == 2
    browser.post(f"{ACCOUNT}/sign-ins/end", ACCOUNT, which=which[0])
    states = [each.client.get(ACCOUNT).status_code for each in (browser, one, other)]
    assert (states[0], sorted(states[1:])) == (200, [200, 303])
    assert audited(runtime, "sign-in ended") == [("operator", None, {})]
    browser.post(f"{ACCOUNT}/sign-ins/end", ACCOUNT)
    assert [each.client.get(ACCOUNT).status_code for each in (browser, one, other)] == [
        200,
        303,
        303,
    ]


def test_nobody_ends_the_sign_in_of_another(runtime: Runtime) -> None:
    operator, viewer = signed_in(runtime), signed_in(runtime, "viewer")
    signed_in(runtime)
    page = operator.client.get(ACCOUNT).text
    [which] = re.findall(r'name="which" value="([^"]+)"', page)
    viewer.post(f"{ACCOUNT}/sign-ins/end", ACCOUNT, which=which)
    viewer.post(f"{ACCOUNT}/sign-ins/end", ACCOUNT)
    assert operator.client.get(ACCOUNT).text.count("last seen") == 2


def test_it_says_how_often_others_tried(runtime: Runtime) -> None:
    browser = signed_in(runtime)
    assert "refused" not in browser.client.get(ACCOUNT).text
    desk(runtime).sign_in("operator", "not the password")
    shown = browser.client.get(ACCOUNT).text
    assert "In the last 30 days 1 attempt to prove to be you was refused." in " ".join(
        shown.split()
    )
    assert "somebody knows your password" not in shown


def test_an_account_closed_meanwhile_changes_nothing(runtime: Runtime, wall: Wall) -> None:
    browser = signed_in(runtime)
    token = browser.token(ACCOUNT)
    with runtime.store.write() as session:
        session.scalars(select(Operator)).one().disabled_at = wall.moment
    form = {"csrf_token": token, "password": PASSWORD, "new": NEW, "again": NEW}
    answer = browser.client.post(f"{ACCOUNT}/password", data=form)
    assert (answer.status_code, noted(runtime)) == (403, [])
    assert "Your sign-in had ended" in answer.text
    assert NEW not in answer.text  # nor is a password written into a page
