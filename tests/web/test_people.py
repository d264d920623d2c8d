"""The list of people, one person's page, and who sees what of them."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.operators.accounts import ROLES, VIEWER
from service.people import searching
from service.runtime import Runtime
from service.store.operator_tables import Audit
from service.store.tables import Person
from tests.phone import Phone, Wall
from tests.web.operators import Desk, signed_in
from tests.web.people import add, crowd, number

ADA = "+12125550177"
LIST = "/dashboard/people"
FIND = f"{LIST}/find"


@pytest.fixture
def ada(runtime: Runtime, wall: Wall) -> Phone:
    return Phone(runtime, wall, ADA).join()


@pytest.fixture
def desk(runtime: Runtime, ada: Phone) -> Desk:
    return signed_in(runtime)


def noted(runtime: Runtime) -> list[tuple[str, int | None]]:
    with runtime.store.read() as session:
        rows = session.execute(select(Audit.action, Audit.person_id).order_by(Audit.id))
        return [(action, person) for action, person in rows if not action.startswith("sign-in")]


def test_the_list_masks_every_number(desk: Desk) -> None:
    page = desk.client.get("/dashboard/people").text
    assert "**********77" in page
    assert ADA not in page


@pytest.mark.parametrize(
    "written",
    [
        ADA, "+1 (212) 555-0177", "001 212 555 0177", "212.555.0177", "0177", "77",
        "\uff12\uff11\uff12 555 0177", "'+12125550177",
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_is_written(desk: Desk, written: str) -> None:
    answer = desk.post(FIND, LIST, find=written)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/dashboard/people/1")


@pytest.mark.parametrize("written", ["+12125550178", "0178", "00177", "%", "_", "nobody"])
def test_another_number_is_not(desk: Desk, written: str) -> None:
    answer = desk.post(FIND, LIST, find=written)
    assert (answer.status_code, "Nobody is found so." in answer.text) == (200, True)


def test_a_search_by_number_is_noted_without_it_and_no_link_repeats_it(
    desk: Desk, runtime: Runtime
) -> None:
    with runtime.store.write() as session:
        for each in range(searching.SHOWN + 9):
            add(session, f"+1415{each:03}0177")
    page = desk.post(FIND, LIST, find="0177").text
    assert page.count('row"><a href="/dashboard/people/') == searching.SHOWN
    assert not re.search(r'(?:href|action)="[^"]*0177', page)
    after = re.search(r'name="after" value="([^"]+)"', page)
    assert after
    rest = desk.post(FIND, LIST, find="0177", after=after[1]).text
    assert rest.count('row"><a href="/dashboard/people/') == 10  # Ada, too
    desk.post(FIND, LIST, find=ADA)
    looked = "people looked for"
    assert noted(runtime) == [(looked, None), (looked, None), (looked, 1)]
    with runtime.store.read() as session:
        details = session.scalars(select(Audit.detail).where(Audit.action == looked)).all()
    assert details == [{"found": searching.SHOWN}, {"found": 10}, {"found": 1}]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "written", [ADA, "2125550177", "50177", "0177", "177", "+12125550177 ", "@0177"]
)
def test_an_address_finds_nobody_by_more_than_two_digits(
    runtime: Runtime, ada: Phone, role: str, written: str
) -> None:
    browser = signed_in(runtime, role)
    page = browser.client.get(LIST, query_string={"find": written}).text
    assert "Nobody is found so." in page
    assert f'row"><a href="{LIST}/' not in page


@pytest.mark.parametrize("written", ["77", "7", "1", "#1"])
def test_a_viewer_finds_by_the_two_digits_that_they_see_or_by_our_number(
    runtime: Runtime, ada: Phone, written: str
) -> None:
    viewer = signed_in(runtime, VIEWER)
    page = viewer.client.get(LIST, query_string={"find": written}).text
    assert "1 person." in page
    assert viewer.post(FIND, LIST, find=ADA).status_code == 403


@pytest.mark.parametrize("written", ["C3", "ABC3", "U0ABC3"])
def test_a_handle_is_searched_as_a_number_is(runtime: Runtime, written: str) -> None:
    with runtime.store.write() as session:
        add(session, "U0ABC3", channel="slack")
    page = signed_in(runtime, VIEWER).client.get(LIST, query_string={"find": written}).text
    assert ("1 person." in page) is (len(written) == 2)
    assert signed_in(runtime).post(FIND, LIST, find=written).status_code == 303


def test_an_address_that_makes_no_sense_is_the_whole_list(desk: Desk) -> None:
    nonsense = {"after": "x~y", "plan": "-1", "silent": "soon", "state": "gone", "order": "worst"}
    page = desk.client.get("/dashboard/people", query_string=nonsense)
    assert (page.status_code, "1 person." in page.text) == (200, True)


def test_pages_follow_each_other_to_the_last_person(desk: Desk, runtime: Runtime) -> None:
    many = searching.SHOWN * 2
    with runtime.store.write() as session:
        for each in range(many):
            add(session, number(each))
    for order in searching.ORDERS:
        seen: list[str] = []
        address: str | None = f"/dashboard/people?order={order}"
        while address:
            page = desk.client.get(address).text
            seen += [
                part.split('"')[0] for part in page.split('row"><a href="/dashboard/people/')[1:]
            ]
            more = page.split('rel="next" href="')[1:]
            address = more[0].split('"')[0].replace("&amp;", "&") if more else None
        assert sorted(map(int, seen)) == list(range(1, many + 2))


def test_the_download_holds_whole_numbers_and_is_noted(desk: Desk, runtime: Runtime) -> None:
    answer = desk.client.get("/dashboard/people/people.csv?state=active")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["number"] for row in rows] == [f"'{ADA}"]
    assert (rows[0]["consent"], rows[0]["hours"]) == ("in", "09:00-17:00")
    assert noted(runtime) == [("list exported", None)]


def test_a_filtered_download_holds_only_those(desk: Desk) -> None:
    answer = desk.client.get("/dashboard/people/people.csv?state=stopped")
    assert len(answer.text.splitlines()) == 1


def test_a_page_shows_what_was_understood_and_never_their_words(desk: Desk, ada: Phone) -> None:
    ada.text("my lower back hurts from lifting boxes, what now")
    ada.text("DONE")
    page = desk.client.get("/dashboard/people/1").text
    assert "boxes" not in page
    for shown in (
        "Asked <b>",
        "Said <b>DONE</b>",
        "Consent given",
        "Asked for consent",
        "this very word",
    ):
        assert shown in page
    assert "09:00:00" in page  # of New York; the wall shows 14:00 UTC


def test_an_answer_stands_below_the_text_that_it_answers(runtime: Runtime, ada: Phone) -> None:
    ada.after(hours=1)
    ada.text("STATUS")
    page = signed_in(runtime).client.get("/dashboard/people/1").text
    assert page.index("Said <b>STATUS</b>") < page.index("Mon-Fri 09:00-17:00, every")
    assert page.index("Said <b>STATUS</b>") < page.index("Consent given")  # the newest first


def test_a_text_that_was_not_sent_says_why(runtime: Runtime, ada: Phone) -> None:
    ada.wall.moment += timedelta(minutes=50)
    runtime.tick()
    ada.text("PAUSE 3 days")
    page = signed_in(runtime).client.get("/dashboard/people/1").text
    assert "withdrawn" in page
    assert "Why: paused" in page


def test_a_long_history_comes_a_page_at_a_time(runtime: Runtime, ada: Phone) -> None:
    for _ in range(30):
        ada.wall.moment += timedelta(hours=1)
        ada.text("MENU")
    desk = signed_in(runtime)
    shown, address = 0, "/dashboard/people/1"
    while address:
        page = desk.client.get(address).text
        shown += page.count("Said <b>MENU</b>")
        more = page.split('rel="next" href="')[1:]
        address = more[0].split('"')[0].replace("&amp;", "&") if more else ""
    assert shown == 30


def test_whole_numbers_are_for_operators_and_each_look_is_noted(
    desk: Desk, runtime: Runtime
) -> None:
    assert ADA not in desk.client.get("/dashboard/people/1").text
    assert noted(runtime) == []
    assert ADA in desk.client.get("/dashboard/people/1/numbers").text
    assert noted(runtime) == [("numbers shown", 1)]


def test_a_viewer_sees_no_whole_number_and_no_button(runtime: Runtime, ada: Phone) -> None:
    viewer = signed_in(runtime, VIEWER)
    for path in ("/dashboard/people", "/dashboard/people?find=77", "/dashboard/people/1"):
        page = viewer.client.get(path).text
        assert ADA not in page
        assert "Erase" not in page
        assert "Download" not in page


def test_an_export_is_all_that_is_kept(desk: Desk, runtime: Runtime) -> None:
    answer = desk.client.get("/dashboard/people/1/export.json")
    kept = json.loads(answer.text)
    assert kept["addresses"][0]["handle"] == ADA
    assert [event["event"] for event in kept["consent"]] == ["asked", "given"]
    assert noted(runtime) == [("person exported", 1)]


@pytest.mark.parametrize("path", ["", "/numbers", "/export.json", "/stop", "/erase"])
def test_nobody_is_no_error_of_ours(desk: Desk, path: str) -> None:
    answer = desk.client.get(f"/dashboard/people/99{path}")
    assert (answer.status_code, "nobody here" in answer.text) == (404, True)


def test_markup_in_what_is_kept_is_shown_and_never_run(desk: Desk, runtime: Runtime) -> None:
    with runtime.store.write() as session:
        person = add(session, "<b>U1</b>", channel="slack")
        session.get_one(Person, person).left_out = ["<script>x</script>"]
    for path in ("/dashboard/people", f"/dashboard/people/{person}/numbers"):
        page = desk.client.get(path).text
        assert "<script>x" not in page
        assert "<b>U1" not in page


def test_many_people_are_counted_only_so_far(runtime: Runtime) -> None:
    crowd(runtime.store, searching.COUNTED + 50, 1)
    page = signed_in(runtime).client.get("/dashboard/people").text
    assert "More than 1,000 people" in page


def test_the_plan_of_somebody_who_stopped_is_only_what_they_would_come_back_to(
    desk: Desk, ada: Phone
) -> None:
    page = f"/dashboard/people/{ada.person.id}"
    row = f'href="/dashboard/people?plan={ada.person.plan_id}"'
    assert "<dt>Plan</dt>" in desk.client.get(page).text
    ada.text("STOP")
    stopped = desk.client.get(page).text
    assert "<dt>Plan</dt>" not in stopped
    assert "<dt>If they come back</dt>" in stopped
    assert row not in desk.client.get("/dashboard/people?state=stopped").text
