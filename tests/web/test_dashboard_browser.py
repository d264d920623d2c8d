"""The dashboard in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from service.runtime import Runtime
from tests.web.browser import NARROW, WIDE, cut_off, flaws, looking, served
from tests.web.operators import PASSWORD, signed_in

pytestmark = pytest.mark.browser


def sign_in(page: Page, host: str, path: str = "/dashboard") -> None:
    page.goto(f"{host}{path}")
    page.get_by_label("Name").fill("operator")
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():  # a click alone doesn't wait for the next page's sheets
        page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_signing_in_and_out_is_for_everybody(
    service: Callable[..., Runtime], chromium: Browser, width: int, dark: bool
) -> None:
    runtime = service()
    signed_in(runtime)
    with served(runtime) as host, looking(chromium, width=width, dark=dark) as page:
        page.goto(f"{host}/dashboard")
        assert flaws(page) == []
        sign_in(page, host)
        expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
        assert flaws(page) == []
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize("path", ["", "/words", "/audit"])
def test_on_a_phone_the_row_of_sections_shows_where_one_is(
    service: Callable[..., Runtime], chromium: Browser, path: str
) -> None:
    runtime = service()
    signed_in(runtime)
    with served(runtime) as host, looking(chromium, width=NARROW) as page:
        sign_in(page, host, f"/dashboard{path}")
        here = page.get_by_role("navigation", name="Dashboard").locator("[aria-current]")
        expect(here).to_be_in_viewport(ratio=1)
        assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("path", ["words", "messages"])
def test_no_choice_of_a_filter_is_cut_off(
    service: Callable[..., Runtime], chromium: Browser, path: str, width: int
) -> None:
    runtime = service()
    signed_in(runtime)
    with served(runtime) as host, looking(chromium, width=width) as page:
        sign_in(page, host, f"/dashboard/{path}")
        assert cut_off(page) == []
