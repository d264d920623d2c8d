"""Somebody's own page in a real browser, with scripts and without."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from service.app import create_app
from service.runtime import Runtime
from tests.phone import NEW_YORK, Phone, Wall
from tests.web.browser import NARROW, WIDE, cut_off, flaws, looking, served
from tests.web.own_page import link_of

pytestmark = pytest.mark.browser

MASKED = "*" * 10 + "00"


@pytest.fixture
def phone(service: Callable[..., Runtime], wall: Wall) -> Phone:
    """Somebody with a morning of reminders behind them; the atlas has been read."""
    phone = Phone(service(), wall).join()
    with ThreadPoolExecutor(1) as aside:  # delivery has a loop of its own, and so has the browser
        aside.submit(phone.until, 2026, 3, 2, 12).result()
    phone.text("DONE")
    create_app(phone.runtime).test_client().get(link_of(phone))
    return phone


@pytest.fixture
def address(phone: Phone) -> Iterator[str]:
    with served(phone.runtime) as host:
        yield host + link_of(phone)


def save(page: Page, card: str = "Change your reminders") -> None:
    page.get_by_role("button", name=f"Save: {card}").click()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_part_is_for_everybody(
    chromium: Browser, address: str, width: int, dark: bool
) -> None:
    with looking(chromium, width=width, dark=dark) as page:
        page.goto(address)
        page.get_by_text("The same as a table").click()
        assert flaws(page) == []
        page.get_by_label("From").first.fill("06:00")
        save(page)
        expect(page.get_by_role("button", name="YES")).to_be_visible()
        assert flaws(page) == []
        page.goto(f"{address}?lang=zh")
        assert flaws(page) == []
        for under in ("/stop", "/erase"):
            page.goto(address + under)
            assert flaws(page) == []
        page.get_by_role("button", name="Yes, erase everything").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your data is erased")
        assert flaws(page) == []


@pytest.mark.parametrize("script", [True, False], ids=["scripts", "no scripts"])
def test_settings_are_seen_changed_and_paused(
    phone: Phone, chromium: Browser, address: str, script: bool
) -> None:
    with looking(chromium, script=script) as page:
        page.goto(address)
        expect(page.get_by_text(MASKED).first).to_be_visible()
        page.get_by_label("How often", exact=True).select_option("90")
        for day in ("Wed", "Fri"):
            page.get_by_label(day, exact=True).uncheck()
        save(page)
        expect(page.get_by_role("status")).to_contain_text("every 90 min")
        expect(page.get_by_role("status")).to_contain_text("Mon Tue Thu")
        expect(page.get_by_label("How often", exact=True)).to_have_value("90")
        expect(page.get_by_label("Fri", exact=True)).not_to_be_checked()
        page.get_by_label("For how long").select_option("3 days")
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Paused until").first).to_be_visible()
        until = phone.person.held_until
        assert until
        assert until.astimezone(NEW_YORK).date() == date(2026, 3, 5)
        page.get_by_role("button", name="Resume reminders now").click()
        expect(page.get_by_text("Paused until")).to_have_count(0)
        assert phone.person.held_until is None


@pytest.mark.parametrize("script", [True, False], ids=["scripts", "no scripts"])
def test_what_is_left_out_is_ticked_and_stays_so(
    phone: Phone, chromium: Browser, address: str, script: bool
) -> None:
    phone.text("NO NECK")
    with looking(chromium, script=script) as page:
        page.goto(address)
        expect(page.get_by_label("neck", exact=True)).to_be_checked()
        expect(page.get_by_label("ankle", exact=True)).not_to_be_checked()
        save(page, "You and your stretches")
        expect(page.get_by_role("status")).to_contain_text("Nothing was changed")
        assert phone.person.left_out == ["neck"]
        page.get_by_label("ankle", exact=True).check()
        page.get_by_label("Seated stretches only").check()
        save(page, "You and your stretches")
        expect(page.get_by_label("ankle", exact=True)).to_be_checked()
        assert (phone.person.left_out, phone.person.seated) == (["ankles", "neck"], True)


@pytest.mark.parametrize("script", [True, False], ids=["scripts", "no scripts"])
def test_more_reminders_than_agreed_want_a_yes(
    phone: Phone, chromium: Browser, address: str, script: bool
) -> None:
    with looking(chromium, script=script) as page:
        page.goto(address)
        page.get_by_label("From").first.fill("06:00")
        page.get_by_label("To").first.fill("20:00")
        save(page)
        page.get_by_role("button", name="YES").click()
        expect(page.get_by_text("06:00-20:00").first).to_be_visible()
    assert phone.person.agreed > 8


@pytest.mark.parametrize("script", [True, False], ids=["scripts", "no scripts"])
def test_leaving_and_erasing_are_asked_first(
    phone: Phone, chromium: Browser, address: str, script: bool
) -> None:
    with looking(chromium, script=script) as page:
        page.goto(address)
        page.get_by_role("link", name="Stop all messages").click()
        page.get_by_role("link", name="No, go back").click()
        assert phone.person.state == "active"
        page.get_by_role("link", name="Stop all messages").click()
        page.get_by_role("button", name="Yes, stop all messages").click()
        expect(page.get_by_role("status")).to_contain_text("unsubscribed")
        assert phone.person.state == "stopped"
        page.get_by_role("link", name="Erase my data").click()
        page.get_by_role("button", name="Yes, erase everything").click()
        expect(page.get_by_text("keyed hash")).to_be_visible()
        expect(page.get_by_text("no longer works")).to_be_visible()


def test_the_week_is_drawn(chromium: Browser, address: str) -> None:
    for dark in (False, True):
        with looking(chromium, dark=dark) as page:
            page.goto(address)
            picture = page.get_by_role("img", name=re.compile("Bar chart of the last 7 days"))
            assert picture.evaluate("e => e.complete && e.naturalWidth") > 0
            assert picture.evaluate("e => e.currentSrc.includes('dark')") is dark


def test_the_whole_data_can_be_taken_along(chromium: Browser, address: str) -> None:
    with looking(chromium) as page:
        page.goto(address)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download my data").click()
        assert download.value.suggested_filename == "my-data.json"


def test_the_phone_page_leads_there(service: Callable[..., Runtime], chromium: Browser) -> None:
    runtime = service()
    with served(runtime) as host, looking(chromium) as page:
        create_app(runtime).test_client().get(link_of(Phone(runtime, Wall(), "+12125550101")))
        page.goto(f"{host}/phone")
        page.get_by_label("Your text").fill("PREFS")
        page.get_by_label("Your text").press("Enter")
        page.get_by_role("link", name=re.compile("127.0.0.1:8000")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your page")


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_no_choice_is_cut_off_on_a_phone(chromium: Browser, address: str, language: str) -> None:
    with looking(chromium) as page:
        page.goto(f"{address}?lang={language}")
        page.wait_for_load_state()
        assert cut_off(page) == []
