"""The page of all texts."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Browser, expect

from messages.language import Review
from messages.review_sheet import HOLDS, Sheet, Text, Version, sheet
from service.operators.accounts import VIEWER
from service.runtime import Runtime
from service.web import spreadsheet
from service.web.dashboard import words
from tests.phone import Wall
from tests.web.browser import NARROW, WIDE, flaws, looking, served
from tests.web.operators import Desk, signed_in
from tests.web.test_dashboard_browser import sign_in


@pytest.fixture
def viewer(service: Callable[..., Runtime]) -> Desk:
    return signed_in(service(), VIEWER)


def shown(viewer: Desk, path: str = "/dashboard/words") -> str:
    answer = viewer.client.get(path)
    assert answer.status_code == 200
    return answer.text


def table(viewer: Desk, path: str) -> list[dict[str, str]]:
    answer = viewer.client.get(path)
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_a_text_stands_side_by_side_with_its_translations(viewer: Desk) -> None:
    page = shown(viewer, "/dashboard/words?q=Sit+and+stand+with+your+back")
    assert all(f'lang="{language}"' in page for language in ("en", "es", "zh"))
    assert "of 2," in page
    assert "GSM-7" in page
    assert "UCS-2" in page


def test_filters_narrow_it(viewer: Desk) -> None:
    assert "E_SPINE" in shown(viewer, "/dashboard/words?section=emergency")
    assert "STOP_OK" not in shown(viewer, "/dashboard/words?section=emergency")
    assert "No text is like that" in shown(viewer, "/dashboard/words?state=overdue")
    page = shown(viewer, "/dashboard/words?language=es&section=check")
    assert 'lang="es"' in page
    assert 'lang="zh"' not in page.partition("<main")[2]


def test_pages_hold_every_text_once(viewer: Desk) -> None:
    found = sheet(viewer.runtime.catalogue).texts
    pages = -(-len(found) // words.PAGE)
    seen = "".join(shown(viewer, f"/dashboard/words?page={page}") for page in range(1, pages + 1))
    assert [key for key in found if seen.count(f'id="t-{key}"') != 1] == []


def test_the_page_of_a_text_shows_its_claims_file_and_worst_case(viewer: Desk) -> None:
    page = shown(viewer, "/dashboard/words/text/POSTURE")
    assert "messages/es/replies.toml" in page
    assert "[topics.POSTURE]" in page
    assert "rise and move" not in page
    assert "correct how you sit and stand" in page
    assert "At its worst: 2 segments of 2" in shown(viewer, "/dashboard/words/text/STATUS")
    assert viewer.client.get("/dashboard/words/text/NOTHING").status_code == 404


def test_a_review_sheet_has_the_chosen_texts_and_room_for_an_answer(viewer: Desk) -> None:
    rows = table(viewer, "/dashboard/words/review.csv?section=topics&language=en&q=POSTURE")
    sms = next(row for row in rows if (row["key"], row["form"]) == ("POSTURE", "sms"))
    assert sms["claims"].startswith("P1: ")
    assert (sms["budget"], sms["agreed (yes or no)"]) == ("2", "")
    assert {row["language"] for row in rows} == {"en"}


def test_a_review_that_is_over_is_said(
    viewer: Desk, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files have no review yet: this one is made up."""
    text = sheet(viewer.runtime.catalogue).texts["E_SPINE"]
    old = text.versions[0]
    signed = Version(
        old.language, old.file, old.table, Review("Dr A. Example", date(2025, 1, 15)), old.forms, ()
    )
    made_up = Sheet({"E_SPINE": Text("E_SPINE", "emergency", "", [signed])}, ["en"])
    monkeypatch.setattr(words, "_sheet", lambda: made_up)
    page = shown(viewer, "/dashboard/words?state=overdue")
    assert "Dr A. Example, 2025-01-15" in page
    assert f"past its date since {date(2025, 1, 15) + HOLDS}" in page
    wall.moment = datetime(2025, 6, 1, tzinfo=UTC)
    assert "No text is like that" in signed_in_again(viewer, "/dashboard/words?state=overdue")


def signed_in_again(viewer: Desk, path: str) -> str:
    """On another day the sign-in has ended."""
    return shown(signed_in(viewer.runtime, VIEWER), path)


def test_no_cell_is_run_as_a_formula(service: Callable[..., Runtime]) -> None:
    with signed_in(service()).client.application.test_request_context():
        file = spreadsheet.download("x", ["text"], [["=1+1"], ["-2"], ["fine"]]).get_data(True)
    assert file.splitlines()[1:] == ["'=1+1", "'-2", "fine"]


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_everybody_can_read_it(
    service: Callable[..., Runtime], chromium: Browser, width: int, dark: bool
) -> None:
    runtime = service()
    signed_in(runtime)
    with served(runtime) as host, looking(chromium, width=width, dark=dark) as page:
        sign_in(page, host, "/dashboard/words")
        assert flaws(page) == []
        page.get_by_label("Words in it").fill("Moves today")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="STATUS", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("STATUS")
        page.get_by_text("At its worst").first.click()
        assert flaws(page) == []
