"""The front page and /join in a real browser, for everybody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from service.runtime import Runtime
from tests.phone import Phone, Wall
from tests.web.browser import NARROW, WIDE, flaws, looking, served
from tests.web.doors import REAL

pytestmark = pytest.mark.browser

LANGUAGES = {"en": "Text me the question", "es": "Envíenme la pregunta", "zh": "给我发确认短信"}


def fill(page: Page, number: str = "212 555 0100") -> None:
    page.locator("#country").select_option("US")
    page.locator("#number").fill(number)
    page.locator("#agree").check()


def flaws_anywhere(page: Page) -> list[str]:
    """Narrow and wide, by day and by night."""
    found = []
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += flaws(page)
    return found


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_joining_is_for_everybody(
    service: Callable[..., Runtime], chromium: Browser, tongue: str
) -> None:
    with served(service()) as host, looking(chromium) as page:
        page.goto(f"{host}/?lang={tongue}")
        assert flaws_anywhere(page) == []
        page.locator(".doors a").first.click()
        send = page.get_by_role("button", name=LANGUAGES[tongue])
        send.click()
        expect(page.locator(".problem")).to_have_count(2)  # the number, and that they agree
        assert flaws_anywhere(page) == []
        fill(page)
        send.click()
        page.wait_for_url("**/join/asked**")
        assert flaws_anywhere(page) == []


def test_every_way_in_is_shown_to_everybody(
    service: Callable[..., Runtime], chromium: Browser
) -> None:
    runtime = service(**REAL, telegram_name="upright_bot")
    with served(runtime) as host, looking(chromium) as page:
        page.goto(host)
        assert flaws_anywhere(page) == []
        assert page.locator(".qr").evaluate("image => image.naturalWidth") > 0
        page.goto(f"{host}/join")
        assert flaws_anywhere(page) == []


def test_the_journey_with_javascript(
    service: Callable[..., Runtime], chromium: Browser, wall: Wall
) -> None:
    runtime = service()
    with served(runtime) as host, looking(chromium) as page:
        page.goto(f"{host}/join")
        expect(page.get_by_label("Your city or time zone")).to_have_value("America/New_York")
        fill(page, "718 555 0100")
        page.get_by_label("from", exact=True).fill("10:00")
        page.get_by_label("to", exact=True).fill("18:00")
        page.get_by_label("Fri").uncheck()
        page.get_by_role("button", name="Text me the question").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Look at your phone")
    phone = Phone(runtime, wall, "+17185550100")
    phone.text("YES")
    assert "Mon-Thu 10:00-18:00" in phone.text("STATUS")
    assert phone.person.zone == "America/New_York"


def test_the_journey_without_javascript(
    service: Callable[..., Runtime], chromium: Browser, wall: Wall
) -> None:
    runtime = service()
    with served(runtime) as host, looking(chromium, script=False) as page:
        page.goto(f"{host}/join")
        fill(page, "one two three")
        page.get_by_role("button", name="Text me the question").click()
        page.get_by_role("link", name="no phone number").click()
        expect(page.get_by_label("Your mobile number")).to_have_value("one two three")
        fill(page, "818 555 0100")
        page.get_by_role("button", name="Text me the question").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Look at your phone")
    phone = Phone(runtime, wall, "+18185550100")
    phone.text("YES")
    assert phone.person.zone == "America/Los_Angeles"


@pytest.mark.parametrize("language", ["en", "es", "zh"])
@pytest.mark.parametrize("path", ["/", "/join", "/stretches/NK1"])
def test_our_number_never_breaks_in_the_middle(
    service: Callable[..., Runtime], chromium: Browser, path: str, language: str
) -> None:
    with served(service(**REAL)) as host, looking(chromium) as page:
        page.goto(f"{host}{path}?lang={language}")
        numbers = page.get_by_text("+1 415-555-0100", exact=True)
        expect(numbers.first).to_be_visible()
        for width in (320, 345, NARROW, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert (
                numbers.evaluate_all("all => all.map(each => each.getClientRects().length)")
                == [1] * numbers.count()
            )
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
