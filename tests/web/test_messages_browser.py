"""Messages and broadcasts in a real browser, for everybody: narrow and wide, by day and by night."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Browser, expect

from service.runtime import Runtime
from tests.phone import Phone, Wall
from tests.web.browser import NARROW, WIDE, flaws, looking, served
from tests.web.operators import signed_in
from tests.web.test_dashboard_browser import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def runtime(service: Callable[..., Runtime], wall: Wall) -> Runtime:
    made = service()
    for number in range(4):
        Phone(made, wall, f"+1212555010{number}").join()
    phone = Phone(made, wall)
    phone.text("my back hurts and I have lost control of my bladder")
    aside(partial(phone.after, hours=1))
    signed_in(made)
    return made


def aside(*work: Callable[[], object]) -> None:
    """Playwright's loop runs in the thread of a test, and delivery brings its own."""
    for each in work:
        thread = threading.Thread(target=each)
        thread.start()
        thread.join()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_text_is_written_looked_at_sent_and_watched(
    runtime: Runtime, chromium: Browser, width: int, dark: bool
) -> None:
    with served(runtime) as host, looking(chromium, width=width, dark=dark) as page:
        sign_in(page, host, "/dashboard/messages")
        expect(page.get_by_role("heading", level=1)).to_have_text("Messages")
        assert flaws(page) == []
        page.locator("tbody .when a").first.click()
        expect(page.get_by_role("heading", name="How far it got")).to_be_visible()
        assert flaws(page) == []
        page.get_by_role("link", name="Write").click()
        page.get_by_label("Text (English)").fill("We are closed on Friday.")
        page.get_by_label("This is a service text").check()
        assert flaws(page) == []
        page.get_by_role("button", name="See what it comes to").click()
        expect(page.get_by_role("heading", name="What it comes to")).to_be_visible()
        assert flaws(page) == []
        page.get_by_role("button", name="Send it to 3 people").click()
        expect(page.get_by_text("0 of 3 are settled")).to_be_visible()
        assert flaws(page) == []
        aside(runtime.broadcast, runtime.drain, runtime.broadcast)
        expect(page.get_by_text("3 of 3 are settled")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_contain_text("done")
        assert flaws(page) == []
        page.get_by_role("link", name="Broadcasts").click()
        expect(page.get_by_text("3 of 3")).to_be_visible()
        assert flaws(page) == []


def test_without_a_script_a_page_under_way_asks_again_by_itself(
    runtime: Runtime, chromium: Browser
) -> None:
    with served(runtime) as host, looking(chromium, script=False) as page:
        sign_in(page, host, "/dashboard/messages/broadcasts/new")
        page.get_by_label("Text (English)").fill("We are closed on Friday.")
        page.get_by_label("This is a service text").check()
        page.get_by_role("button", name="See what it comes to").click()
        page.get_by_role("button", name="Send it to 3 people").click()
        expect(page.locator('meta[http-equiv="refresh"]')).to_have_count(1)
        page.get_by_role("button", name="Cancel it").click()
        expect(page.get_by_text("nothing more of it goes out")).to_be_visible()
