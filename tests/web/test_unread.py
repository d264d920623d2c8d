"""What wasn't understood, on a page, and what the matcher thought of it."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import insert

from service.conversation import unread_texts
from service.operators.accounts import VIEWER
from service.runtime import Runtime
from service.store.unread_tables import Unread
from service.web.dashboard import unread
from tests.conftest import BOTH
from tests.conversation.test_unread import GIBBERISH, rows
from tests.phone import Phone, Wall
from tests.web.browser import NARROW, WIDE, flaws, looking, served
from tests.web.operators import Desk, audited, signed_in
from tests.web.test_dashboard_browser import sign_in

PAGE = "/dashboard/unread"


@pytest.fixture
def reader(phone: Phone) -> Desk:
    phone.text(GIBBERISH)
    return signed_in(phone.runtime)


def shown(desk: Desk, path: str = PAGE) -> str:
    answer = desk.client.get(path)
    assert answer.status_code == 200
    return answer.text


@BOTH
def test_it_shows_each_text_once_with_its_count(reader: Desk, phone: Phone, wall: Wall) -> None:
    wall.moment += timedelta(minutes=5)
    Phone(phone.runtime, wall, "+12125550188").text("GRONK the blorp vertebrate, 555-0100!")
    page = shown(reader)
    assert page.count("/dashboard/unread/text/") == 1
    assert "GRONK the blorp vertebrate, [number]!" in page
    assert '<td data-name="Times">2</td>' in page
    assert "0100" not in page


def test_one_click_shows_what_the_matcher_thought(reader: Desk) -> None:
    link = re.search(r'href="(/dashboard/unread/text/[^"]+)"', shown(reader))
    assert link
    page = shown(reader, link[1])
    assert "Today it is read as UNKNOWN" in page
    for told in ("Nearest topics", "SURGERY", "Rules that were tried", "English", "none"):
        assert told in page
    assert reader.client.get(f"{PAGE}/text/nothing").status_code == 404


@BOTH
def test_pages_go_back_to_the_oldest(reader: Desk) -> None:
    with reader.runtime.store.write() as session:
        session.execute(insert(Unread), rows(130))
    seen, path = list[str](), PAGE
    for _ in range(3):
        page = shown(reader, path)
        seen += re.findall(r"unread/text/(\w+)", page)
        following = re.search(r'href="([^"]+)">Older', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert path == ""
    assert len(seen) == len(set(seen)) == 131


def test_a_language_can_be_chosen(reader: Desk) -> None:
    assert GIBBERISH in shown(reader, f"{PAGE}?language=en")
    assert GIBBERISH not in shown(reader, f"{PAGE}?language=zh")


@pytest.mark.parametrize("after", ["x", "2026-03-02~a", "2026-13-02~a", "~"])
def test_a_place_that_somebody_made_up_is_no_error_of_ours(reader: Desk, after: str) -> None:
    answer = reader.client.get(PAGE, query_string={"after": after})
    assert answer.status_code in {200, 400}


def test_translators_get_a_file(reader: Desk) -> None:
    text = reader.client.get(f"{PAGE}/unread.csv").text.removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["text"], row["times"], row["topic that it means"]) == (GIBBERISH, "1", "")
    assert audited(reader.runtime, "unread texts exported") == [("operator", None, {})]


def test_switched_off_it_shows_nothing_and_says_how(
    reader: Desk, service: Callable[..., Runtime]
) -> None:
    off = signed_in(service(keep_unread=False))
    page = shown(off)
    assert "KEEP_UNREAD=1" in page
    assert GIBBERISH not in page
    assert GIBBERISH not in shown(reader)  # it went when the service started without it


def test_a_viewer_may_not_read_it_and_is_not_led_there(phone: Phone) -> None:
    phone.text(GIBBERISH)
    viewer = signed_in(phone.runtime, VIEWER)
    with phone.runtime.store.read() as session:
        likeness = unread_texts.newest(session, 1)[0].likeness
    for path in (PAGE, f"{PAGE}/text/{likeness}", f"{PAGE}/unread.csv"):
        assert viewer.client.get(path).status_code == 403
    assert PAGE not in shown(viewer, "/dashboard")


def test_it_tells_the_day_alone_and_what_may_still_be_guessed(reader: Desk) -> None:
    page = shown(reader)
    assert '<td data-name="Last seen (UTC)">02 Mar</td>' in page
    assert "can miss a name" in page
    assert "may guess" in page
    assert "simulator" not in page
    (line,) = csv.DictReader(io.StringIO(reader.client.get(f"{PAGE}/unread.csv").text))
    assert line["last seen (UTC, day)"] == "2026-03-02"


def test_nobody_without_an_account_reads_it(phone: Phone) -> None:
    browser = signed_in(phone.runtime)
    browser.post("/dashboard/sign-out")
    assert browser.client.get(f"{PAGE}/unread.csv").status_code == 303


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_everybody_can_read_it(phone: Phone, chromium: Browser, width: int, dark: bool) -> None:
    phone.texts(GIBBERISH, "wibble wobble flonk 12", "quisiera un gronk azul", "blorp")
    runtime = phone.runtime
    signed_in(runtime)
    with served(runtime) as host, looking(chromium, width=width, dark=dark) as page:
        sign_in(page, host, PAGE)
        assert flaws(page) == []
        page.get_by_role("link", name=GIBBERISH).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("What the matcher thought")
        assert flaws(page) == []


def test_a_file_has_no_more_rows_than_it_says(
    reader: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unread, "EXPORTED", 2)
    with reader.runtime.store.write() as session:
        session.execute(insert(Unread), rows(5))
    assert len(reader.client.get(f"{PAGE}/unread.csv").text.splitlines()) == 3
