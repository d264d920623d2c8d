"""The stretches and what can be printed, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect
from pydantic import SecretStr

from service.runtime import Runtime
from tests.channels import updates
from tests.web.browser import NARROW, WIDE, flaws, looking, served
from tests.web.doors import REAL

pytestmark = pytest.mark.browser

LOOKS = pytest.mark.parametrize(
    ("width", "dark"), [(NARROW, False), (NARROW, True), (WIDE, False), (WIDE, True)]
)
ALL_LOADED = "Array.from(document.images).every(each => each.complete && each.naturalWidth > 0)"


@LOOKS
def test_a_stretch_is_found_and_read_by_everybody(
    service: Callable[..., Runtime], chromium: Browser, width: int, dark: bool
) -> None:
    with (
        served(service(**REAL)) as host,
        looking(chromium, width=width, dark=dark) as page,
    ):
        page.goto(f"{host}/stretches?lang=es", wait_until="domcontentloaded")
        page.get_by_role("link", name="Espalda media").click()
        page.get_by_role("link", name="Sentado", exact=True).click()
        expect(page.get_by_text("3 de 36 estiramientos")).to_be_visible()
        assert flaws(page) == []
        page.get_by_role("link", name="Giro en la silla").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Giro en la silla")
        expect(page.get_by_text("Pare si le duele más.")).to_be_visible()
        drawing = page.get_by_role("img", name="una persona")
        assert ("-dark" in drawing.evaluate("image => image.currentSrc")) == dark
        assert flaws(page) == []
        page.get_by_role("link", name="Siguiente").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Estirar el costado")


@LOOKS
def test_what_can_be_printed_is_shown_to_everybody(
    service: Callable[..., Runtime], chromium: Browser, width: int, dark: bool
) -> None:
    with served(service(**REAL)) as host, looking(chromium, width=width, dark=dark) as page:
        page.goto(f"{host}/print?lang=zh")
        expect(page.get_by_role("heading", level=1)).to_have_text("打印")
        page.wait_for_function(ALL_LOADED)
        assert flaws(page) == []


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_what_must_be_set_is_said_to_everybody(
    service: Callable[..., Runtime], chromium: Browser, width: int
) -> None:
    polled = service(telegram_bot_token=SecretStr(updates.TOKEN))
    with served(polled) as host, looking(chromium, width=width) as page:
        page.goto(f"{host}/print")
        expect(page.get_by_text("There is nothing to print yet")).to_be_visible()
        assert flaws(page) == []
