"""The overview in a real browser: for everybody, and up to date by itself."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from service.runtime import Runtime
from tests.phone import Phone, Wall
from tests.web.browser import NARROW, WIDE, flaws, looking, served
from tests.web.operators import signed_in

pytestmark = pytest.mark.browser
LIVE = re.compile("/dashboard/live")


@contextmanager
def watched(
    runtime: Runtime,
    chromium: Browser,
    *,
    width: int = WIDE,
    dark: bool = False,
    expected: str | None = None,
) -> Iterator[Page]:
    """The overview, signed in, with the page's timers in the test's hand."""
    kept = signed_in(runtime).client.get_cookie("session")
    assert kept
    with (
        served(runtime) as host,
        looking(chromium, width=width, dark=dark, expected=expected) as page,
    ):
        page.context.add_cookies([{"name": "session", "value": kept.value, "url": host}])
        page.clock.install()
        page.goto(f"{host}/dashboard")
        expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
        yield page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_the_overview_is_for_everybody(
    service: Callable[..., Runtime], wall: Wall, chromium: Browser, width: int, dark: bool
) -> None:
    runtime = service()
    Phone(runtime, wall).join().texts("POSTURE", "DONE")
    runtime.counting.tally()
    with watched(runtime, chromium, width=width, dark=dark) as page:
        for details in page.get_by_text("The numbers").all():
            details.click()
        assert flaws(page) == []
        drawn = page.locator("figure img")
        expect(drawn.first).to_have_js_property("complete", True)
        ratios = drawn.evaluate_all("all => all.map((img) => img.naturalWidth / img.naturalHeight)")
        assert all((ratio > 2) == (width == WIDE) for ratio in ratios)


def test_numbers_change_without_a_reload_and_leave_the_reader_where_they_are(
    service: Callable[..., Runtime], wall: Wall, chromium: Browser
) -> None:
    runtime = service()
    runtime.tick()
    with watched(runtime, chromium) as page:
        people = page.locator(".tile", has_text="People who get reminders").locator(".big")
        expect(people).to_have_text("0")
        page.evaluate("window.here = true")
        page.get_by_text("The numbers").first.click()
        link = page.get_by_role("link", name="30 days")
        link.focus()
        page.evaluate("scrollTo(0, 300)")
        Phone(runtime, wall).join()
        runtime.counting.tally()
        page.clock.run_for(11_000)
        expect(people).to_have_text("1")
        assert page.evaluate("window.here")
        assert page.evaluate("scrollY") == 300
        expect(link).to_be_focused()
        expect(page.locator("details").first).to_have_js_property("open", True)


def test_it_stops_asking_once_the_sign_in_has_ended(
    service: Callable[..., Runtime], wall: Wall, chromium: Browser
) -> None:
    runtime = service()
    runtime.tick()
    with watched(runtime, chromium) as page:
        wall.moment += timedelta(hours=2)
        page.clock.run_for(11_000)
        expect(page.get_by_role("status")).to_contain_text("You are signed out")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.clock.run_for(60_000)
        assert asked == []
        assert flaws(page) == []


def test_a_service_that_does_not_answer_is_asked_ever_less_often(
    service: Callable[..., Runtime], chromium: Browser
) -> None:
    runtime = service()
    runtime.tick()
    with watched(runtime, chromium, expected="status of 503") as page:
        told = page.locator("#live-note")
        page.route(LIVE, lambda route: route.fulfill(status=503))
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for times, seconds in enumerate((10, 20, 40)):
            page.clock.run_for(1000 * seconds - 1000)
            assert len(asked) == times
            told.evaluate("note => { note.textContent = ''; }")
            with page.expect_response(LIVE):
                page.clock.run_for(1000)
            expect(told).to_contain_text("not up to date")
        page.unroute(LIVE)
        with page.expect_response(LIVE):
            page.clock.run_for(80_000)
        expect(told).to_have_text("")


def test_a_page_that_nobody_sees_asks_nothing(
    service: Callable[..., Runtime], chromium: Browser
) -> None:
    runtime = service()
    runtime.tick()
    with watched(runtime, chromium) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        turn(page, hidden=True)
        page.clock.run_for(60_000)
        assert asked == []
        with page.expect_response(LIVE):
            turn(page, hidden=False)


def turn(page: Page, *, hidden: bool) -> None:
    """To another tab, or back."""
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


def test_no_card_is_stretched_to_the_height_of_another(
    service: Callable[..., Runtime], wall: Wall, chromium: Browser
) -> None:
    runtime = service()
    Phone(runtime, wall).join().texts("POSTURE", "DONE")
    runtime.counting.tally()
    with watched(runtime, chromium) as page:
        page.locator("figure img").first.wait_for()
        empty = page.locator("figure").evaluate_all(
            """all => all.map(card => card.getBoundingClientRect().bottom
              - card.lastElementChild.getBoundingClientRect().bottom)"""
        )
        assert max(empty) < 40
