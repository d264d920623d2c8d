"""The pages about people in a real browser."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service import places
from service.runtime import Runtime
from tests.phone import Phone, Wall
from tests.web.browser import NARROW, WIDE, flaws, looking, served
from tests.web.operators import signed_in
from tests.web.people import add
from tests.web.test_dashboard_browser import sign_in

pytestmark = pytest.mark.browser
LIST = (
    "number,country,name,consent_at,consent_source,consent_words\n"
    "+12125550101,,Ada,2026-02-01,paper form,I agree to reminders\n"
    "+12125550102,,Ben,2026-02-01,paper form,I agree to reminders\n"
    "1.21255E+10,,Cy,2026-02-01,paper form,I agree to reminders\n"
    "+12125550104,Atlantis,<b>Di</b>,,,\n"
)
SHOTS = os.environ.get("SHOTS")  # a folder, to look at the pages


@pytest.fixture
def runtime(service: Callable[..., Runtime], wall: Wall) -> Runtime:
    runtime = service()
    places.country_called("US")  # reads the atlas, as a service that starts does
    ada = Phone(runtime, wall, "+12125550177").join()
    ada.texts("POSTURE", "my knee is blue", "HOURS 8-16")
    wall.moment = wall.moment.replace(hour=15, minute=50)
    runtime.tick()
    delivering = threading.Thread(target=runtime.drain)  # Playwright has a loop in this one
    delivering.start()
    delivering.join()
    ada.texts("DONE", "PAUSE 2 days")
    with runtime.store.write() as session:
        for each in range(60):
            add(
                session, f"+1415555{each:04}", zone="America/Los_Angeles",
                standing="in" if each % 3 else "out", state="active" if each % 3 else "stopped",
            )  # fmt: skip
        add(session, "<b>U0123</b>", channel="slack", zone="America/New_York")
    return runtime


@pytest.fixture(
    params=[(NARROW, False), (NARROW, True), (WIDE, False), (WIDE, True)],
    ids=["narrow-light", "narrow-dark", "wide-light", "wide-dark"],
)
def page(
    request: pytest.FixtureRequest, runtime: Runtime, chromium: Browser
) -> Iterator[tuple[Page, str, str]]:
    width, dark = request.param
    signed_in(runtime)
    with served(runtime) as host, looking(chromium, width=width, dark=dark) as page:
        sign_in(page, host, "/dashboard/people")
        yield page, host, f"{width}-{'dark' if dark else 'light'}"


def shown(page: Page, name: str) -> list[str]:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    return flaws(page)


def test_the_list_and_a_person_are_for_everybody(page: tuple[Page, str, str]) -> None:
    looked, _, name = page
    expect(looked.get_by_role("heading", level=1)).to_have_text("People")
    assert shown(looked, f"list-{name}") == []
    looked.get_by_text("Filter and sort").click()
    looked.get_by_label("State").select_option("stopped")
    assert shown(looked, f"filters-{name}") == []
    looked.get_by_role("button", name="Apply").click()
    expect(looked.get_by_role("status")).to_contain_text("20 people")
    looked.get_by_label("Number, its last digits").fill("3")
    looked.get_by_role("button", name="Find").click()
    expect(looked.get_by_role("status")).to_contain_text("7 found")
    assert shown(looked, f"found-{name}") == []
    looked.get_by_label("Number, its last digits").fill("(212) 555-0177")
    looked.get_by_role("button", name="Find").click()
    expect(looked.get_by_role("heading", level=1)).to_have_text("Person 1")
    assert shown(looked, f"person-{name}") == []
    looked.get_by_label("Pause reminders until").fill("2026-03-20")
    looked.get_by_role("button", name="Pause").click()
    expect(looked.get_by_role("status")).to_have_text("Reminders are paused.")
    looked.get_by_role("link", name="Erase").click()
    assert shown(looked, f"erase-{name}") == []
    looked.get_by_role("button", name="Erase them for good").click()
    expect(looked.get_by_role("alert").or_(looked.locator(".alert"))).to_have_text(
        "They are erased."
    )


def test_a_list_is_handed_in_and_confirmed(
    page: tuple[Page, str, str], runtime: Runtime, tmp_path: Path
) -> None:
    looked, _, name = page
    (tmp_path / "people.csv").write_text(LIST)
    looked.get_by_role("link", name="Bring in a list").click()
    looked.get_by_text("How a list looks").click()
    assert shown(looked, f"imports-{name}") == []
    looked.get_by_label("A CSV file").set_input_files(tmp_path / "people.csv")
    looked.get_by_role("button", name="Look it through").click()
    expect(looked.get_by_role("heading", level=2).first).to_have_text("Looking it through")
    assert shown(looked, f"reading-{name}") == []
    threading.Thread(target=runtime.bring_in).start()
    expect(looked.get_by_role("button", name="Import 2 people")).to_be_visible()
    assert shown(looked, f"checked-{name}") == []
    looked.get_by_role("button", name="Import 2 people").click()
    expect(looked.get_by_role("heading", level=2).first).to_have_text("Bringing people in")
    assert shown(looked, f"writing-{name}") == []
    threading.Thread(target=runtime.bring_in).start()
    expect(looked.get_by_role("heading", level=2).first).to_have_text("Done")
    assert shown(looked, f"done-{name}") == []
