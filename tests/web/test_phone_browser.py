"""The phone page in a real browser: seen, typed into, and used without a mouse."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, Page, expect

from service.runtime import Runtime
from tests.web.browser import served

pytestmark = pytest.mark.browser

NEW_YORK = "+12125550123"
UNNAMED = """() => [...document.querySelectorAll("button, input, select, textarea")]
  .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.[0]?.textContent.trim()))
  .map((e) => e.outerHTML)"""
FOCUS = """() => {
  const e = document.activeElement;
  return [e.tagName, e.textContent.trim(), getComputedStyle(e).outlineStyle];
}"""
# Words whose contrast with what is painted behind them is below 4.5 (WCAG 2.2, 1.4.3).
PALE = """() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => rgba(colour).slice(0, 3)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (e) => {
    const colour = getComputedStyle(e).backgroundColor;
    return rgba(colour)[3] === 255 ? colour : behind(e.parentElement);
  };
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((e) => {
      const [low, high] = [light(getComputedStyle(e).color), light(behind(e))].sort();
      return [e.textContent.trim().slice(0, 40), (high + 0.05) / (low + 0.05)];
    })
    .filter(([, ratio]) => ratio < 4.5);
}"""


@pytest.fixture
def address(runtime: Runtime) -> Iterator[str]:
    with served(runtime) as host:
        yield f"{host}/phone"


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """The page of somebody new; whatever its console complains about fails the test."""
    complaints: list[str] = []
    person = chromium.new_context(viewport={"width": 360, "height": 740})
    page = person.new_page()
    page.set_default_timeout(5000)
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    page.select_option("#number", NEW_YORK)
    expect(page.locator("#zone")).to_have_text("New York time")
    yield page
    person.close()
    assert complaints == []


def say(page: Page, words: str, answer: str) -> None:
    page.get_by_label("Your text").fill(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").get_by_role("listitem").last).to_contain_text(answer)


def test_a_first_visit_ends_with_a_reminder(page: Page) -> None:
    log = page.get_by_role("log")
    say(page, "POSTURE", "back straight")
    say(page, "REMIND", "Reply YES")
    page.get_by_role("button", name="YES").click()
    expect(log).to_contain_text("You're in!")
    page.get_by_role("button", name="1 hour").click()
    reminder = log.locator(".reminder").first
    expect(reminder).to_contain_text("Reminder")
    expect(reminder).to_contain_text("09:50 · GSM-7, 1 segment")
    expect(page.locator("#time")).to_have_text("10:00")


def test_a_reminder_arrives_without_reloading(page: Page, runtime: Runtime) -> None:
    say(page, "REMIND", "Reply YES")
    say(page, "YES", "09:00-17:00")
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(runtime.skip, NEW_YORK, "1h").result()
    expect(page.locator(".reminder").first).to_be_visible()


def test_own_texts_stay_in_the_browser_and_in_order(page: Page) -> None:
    say(page, "POSTURE", "back straight")
    page.reload()
    rows = page.get_by_role("log").get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_have_text("Mon 2 Mar")
    expect(rows.nth(1)).to_contain_text("You sent: POSTURE")
    expect(rows.nth(2)).to_contain_text("Received: ")


def test_the_keyboard_is_enough_on_a_small_phone(page: Page) -> None:
    def tab_to(name: str) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            tag, focus, outline = page.evaluate(FOCUS)
            assert tag == "BODY" or outline == "solid", f"focus can't be seen on {focus}"
            if focus == name:
                return
        raise AssertionError(f"Tab never reaches {name}")

    tab_to("REMIND")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Reply YES")
    tab_to("YES")
    page.keyboard.press("Space")
    expect(page.get_by_role("log")).to_contain_text("You're in!")
    tab_to("1 hour")
    page.keyboard.press("Enter")
    expect(page.locator(".reminder").first).to_be_visible()
    wide, high = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert (wide, high) == (360, 740)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_has_a_name_and_can_be_read(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    say(page, "REMIND", "Reply YES")
    say(page, "YES", "09:00-17:00")
    page.get_by_role("button", name="15 min").click()
    say(page, "my legs are numb and I can't pee", "RESUME")
    expect(page.locator(".emergency")).to_contain_text("Emergency")
    page.select_option("#number", label="Another number ...")
    page.get_by_label("Number with +").fill("0415")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("country code")
    assert page.get_by_role("log").get_attribute("aria-live") == "polite"
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate(PALE) == []


def test_another_number_is_another_phone(page: Page) -> None:
    say(page, "POSTURE", "back straight")
    page.select_option("#number", label="Another number ...")
    page.get_by_label("Number with +").fill("+46 (70) 174-06 05")
    page.keyboard.press("Enter")
    expect(page.locator("#mine")).to_have_text("You: +46701740605 · Sweden")
    expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(0)
