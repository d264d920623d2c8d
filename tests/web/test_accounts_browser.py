"""Account, operators and audit in a real browser."""

import re
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from service.operators import accounts, audit
from service.runtime import Runtime
from tests.phone import Wall
from tests.web.browser import NARROW, WIDE, flaws, looking, served
from tests.web.operators import signed_in
from tests.web.test_dashboard_browser import sign_in

pytestmark = pytest.mark.browser
BOTH_SCHEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
BOTH_WIDTHS = pytest.mark.parametrize("width", [NARROW, WIDE])


@pytest.fixture
def runtime(service: Callable[..., Runtime], wall: Wall) -> Runtime:
    """With two who may come in, and what they did."""
    runtime = service()
    signed_in(runtime)
    signed_in(runtime, "viewer")
    with runtime.store.write() as session:
        operator = accounts.find(session, "operator")
        for number in range(60):
            audit.note(
                session, "number shown", operator, wall.moment, person_id=number, origin="a1b2c3d4",
                reason="They asked by phone why no reminder came since Thursday",
            )  # fmt: skip
        audit.note(session, audit.WRONG_CODE, None, wall.moment, name="operator")
    return runtime


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


@BOTH_SCHEMES
@BOTH_WIDTHS
def test_an_account_is_changed_by_everybody(
    runtime: Runtime, chromium: Browser, wall: Wall, width: int, dark: bool
) -> None:
    with served(runtime) as host, looking(chromium, width=width, dark=dark) as page:
        sign_in(page, host, "/dashboard/account")
        assert heading(page) == "Your account"
        assert flaws(page) == []
        page.get_by_label("Your password", exact=True).fill("correct horse battery staple")
        page.get_by_role("button", name="Set up a code").click()
        assert heading(page) == "Set up a code"
        assert flaws(page) == []
        secret = page.locator("code.secret").inner_text().replace(" ", "")
        page.get_by_label("Type the code").fill(pyotp.TOTP(secret).at(wall.moment))
        page.get_by_role("button", name="Switch on").click()
        expect(page.get_by_role("status")).to_contain_text("wants a code")
        assert flaws(page) == []


@BOTH_SCHEMES
@BOTH_WIDTHS
def test_operators_let_others_in(
    runtime: Runtime, chromium: Browser, width: int, dark: bool
) -> None:
    with served(runtime) as host, looking(chromium, width=width, dark=dark) as page:
        sign_in(page, host, "/dashboard/operators")
        assert heading(page) == "Operators"
        assert flaws(page) == []
        page.get_by_label("Name").fill("ana.of-the-clinic@example.org")
        page.get_by_role("button", name="Add").click()
        expect(page.locator("code.secret")).to_have_text(re.compile(r"^\w{5}(-\w{5}){3}$"))
        assert flaws(page) == []
        page.get_by_role("link", name="Done").click()
        assert heading(page) == "ana.of-the-clinic@example.org"
        assert flaws(page) == []
        page.get_by_role("button", name="Disable").click()
        expect(page.get_by_role("status")).to_contain_text("Disabled")
        assert flaws(page) == []


@BOTH_SCHEMES
@BOTH_WIDTHS
def test_the_audit_is_looked_through(
    runtime: Runtime, chromium: Browser, width: int, dark: bool
) -> None:
    with served(runtime) as host, looking(chromium, width=width, dark=dark) as page:
        sign_in(page, host, "/dashboard/audit")
        assert heading(page) == "Audit"
        assert flaws(page) == []
        page.get_by_label("What", exact=True).select_option("number shown")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="Older").click()
        expect(page.locator("tbody tr")).to_have_count(10)
        assert flaws(page) == []
        with page.expect_download() as file:
            page.get_by_role("link", name="Download CSV").click()
        assert file.value.suggested_filename == "audit-2026-03-02.csv"


def test_all_of_it_goes_without_a_script(runtime: Runtime, chromium: Browser) -> None:
    with served(runtime) as host, looking(chromium, script=False) as page:
        sign_in(page, host, "/dashboard/operators")
        page.get_by_label("Name").fill("ana")
        page.get_by_role("button", name="Add").click()
        page.get_by_role("link", name="Done").click()
        page.get_by_label("Role").select_option("operator")
        page.get_by_role("button", name="Change role").click()
        expect(page.locator("dl.facts")).to_contain_text("operator")
