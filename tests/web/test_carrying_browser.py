"""What an operator wrote while their sign-in ended, in a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from service.runtime import Runtime
from tests.phone import Phone, Wall
from tests.web.browser import NARROW, WIDE, flaws, looking, served
from tests.web.operators import PASSWORD, signed_in
from tests.web.test_dashboard_browser import sign_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_text_is_found_again_behind_the_sign_in(
    service: Callable[..., Runtime], wall: Wall, chromium: Browser, width: int, dark: bool
) -> None:
    runtime = service()
    Phone(runtime, wall).join()
    signed_in(runtime)
    ended = "status of 403"  # the console tells of it
    with (
        served(runtime) as host,
        looking(chromium, width=width, dark=dark, expected=ended) as page,
    ):
        sign_in(page, host, "/dashboard/messages/broadcasts/new")
        page.get_by_label("Text (English)").fill("We are closed on Friday.")
        page.get_by_label("This is a service text").check()
        wall.moment += timedelta(hours=2)
        page.get_by_role("button", name="See what it comes to").click()
        expect(page.get_by_role("alert")).to_contain_text("what you sent is kept here")
        assert flaws(page) == []
        page.get_by_label("Name").fill("operator")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("We are closed on Friday.")).to_be_visible()
        assert flaws(page) == []
        page.get_by_role("button", name="Send it now").click()
        expect(page.get_by_role("heading", name="What it comes to")).to_be_visible()
