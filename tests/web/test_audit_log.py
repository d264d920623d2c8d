"""The audit as operators look at it."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import select

from service.operators import audit
from service.runtime import Runtime
from service.store.operator_tables import Audit
from service.web.dashboard import audit_log
from tests.phone import Phone, Wall
from tests.web.operators import Desk, signed_in

AUDIT = "/dashboard/audit"


@pytest.fixture
def viewer(runtime: Runtime) -> Desk:
    return signed_in(runtime, "viewer")


def put(runtime: Runtime, wall: Wall, *, days: int = 0, name: str = "ana", **line: object) -> None:
    at = wall.moment - timedelta(days=days)
    values = {"action": "number shown", "person_id": None} | line
    with runtime.store.write() as session:
        audit.note(session, operator=None, now=at, name=name, **values)  # type: ignore[arg-type]


def rows(viewer: Desk, **asked: object) -> list[list[str]]:
    """Who, what and person of each line of the file."""
    answer = viewer.client.get(f"{AUDIT}/audit.csv", query_string=asked)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == "attachment; filename=audit-2026-03-02.csv"
    return [line[1:4] for line in csv.reader(StringIO(answer.text))][1:]


def test_who_did_what_to_whom_stands_there(runtime: Runtime, viewer: Desk, wall: Wall) -> None:
    put(runtime, wall, person_id=7, reason="asked by phone")
    shown = viewer.client.get(AUDIT).text
    for words in (
        "ana",
        "number shown",
        'class="whom">7</td>',
        "reason: asked by phone",
        "2026-03-02 14:00",
    ):
        assert words in shown


def test_it_is_asked_for_by_whoever_whatever_whom_and_when(
    runtime: Runtime, viewer: Desk, wall: Wall
) -> None:
    put(runtime, wall, name="ana", person_id=1)
    put(runtime, wall, name="ben", person_id=1, days=5)
    put(runtime, wall, name="ben", action="text sent", person_id=2, days=50)
    ana, ben, sent = (
        ["ana", "number shown", "1"],
        ["ben", "number shown", "1"],
        ["ben", "text sent", "2"],
    )
    assert rows(viewer, who="ben") == [ben, sent]
    assert rows(viewer, person="1") == [ana, ben]
    assert rows(viewer, action="text sent") == [sent]
    assert rows(viewer, who="ben", action="number shown", person="1") == [ben]
    assert rows(viewer, who="ben", days="7") == [ben]
    assert rows(viewer, who="ben", days="1") == []
    shown = viewer.client.get(AUDIT, query_string={"who": "ben", "days": "30"}).text
    assert "number shown</td>" in shown
    assert "text sent</td>" not in shown


def test_what_is_no_number_is_as_if_it_were_not_asked(
    runtime: Runtime, viewer: Desk, wall: Wall
) -> None:
    put(runtime, wall)
    for asked in ({"days": "x"}, {"days": "9" * 30}, {"after": "x~1"}, {"after": "2026-01-01~1"}):
        assert "number shown</td>" in viewer.client.get(AUDIT, query_string=asked).text
    far = {
        "person": ("9" * 30, "Nothing of a person with this no."),
        "after": (f"2026-01-01T00:00:00+00:00~{2**62}", "Nothing was done that fits."),
    }
    for key, (value, said) in far.items():
        answer = viewer.client.get(AUDIT, query_string={key: value})
        assert (answer.status_code, said in answer.text) == (200, True)


def test_older_lines_follow_page_by_page_even_while_new_ones_come(
    runtime: Runtime, viewer: Desk, wall: Wall
) -> None:
    for number in range(audit_log.PAGE * 2 + 3):
        put(runtime, wall, person_id=number + 1, days=number % 3)
    seen: list[int] = []
    asked: dict[str, object] | None = {"who": "ana"}
    with runtime.store.read() as session:
        lines = session.scalars(select(Audit).where(Audit.name == "ana")).all()
    right = [line.person_id for line in sorted(lines, key=lambda each: (each.at, each.id))][::-1]
    address = f"{AUDIT}?who=ana"
    while asked is not None:
        page = viewer.client.get(address).text
        seen += [int(number) for number in column(page)]
        put(runtime, wall, person_id=0)
        asked = {} if "Older" in page else None
        address = link(page, "Older") if asked is not None else ""
    assert seen == right


def column(page: str) -> list[str]:
    return re.findall(r'class="whom">(\d+)</td>', page)


def link(page: str, words: str) -> str:
    return page.split(f'">{words}</a>', maxsplit=1)[0].rpartition('href="')[2].replace("&amp;", "&")


def test_a_file_holds_all_of_it(
    runtime: Runtime, viewer: Desk, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "_BATCH", 3)
    for number in range(7):
        put(runtime, wall, person_id=number)
    assert [row[2] for row in rows(viewer, who="ana")] == list("6543210")
    assert (
        rows(viewer, who="viewer", action="audit downloaded")
        == [["viewer", "audit downloaded", ""]] * 2
    )


def test_a_spreadsheet_takes_no_cell_for_a_formula(
    runtime: Runtime, viewer: Desk, wall: Wall
) -> None:
    put(runtime, wall, name="=HYPERLINK(1)", action="@x", words='a "quoted", text')
    assert rows(viewer, action="@x") == [["'=HYPERLINK(1)", "'@x", ""]]


def test_erasing_a_person_leaves_what_was_done_but_no_number(
    runtime: Runtime, viewer: Desk, wall: Wall
) -> None:
    phone = Phone(runtime, wall).join()
    put(runtime, wall, person_id=phone.person.id)
    number = str(phone.person.id)
    phone.texts("DELETE", "DELETE YES")
    assert phone.entries() == []
    assert rows(viewer, who="ana") == [["ana", "number shown", number]]
    assert phone.number not in viewer.client.get(f"{AUDIT}/audit.csv").text
    assert phone.number[-4:] not in viewer.client.get(AUDIT).text


@pytest.mark.parametrize("typed", ["+1 212 555 0100", "12125550100", "5550100", "Ana"])
@pytest.mark.parametrize("path", ["/dashboard/audit", "/dashboard/messages"])
def test_whoever_gives_a_telephone_number_for_a_persons_is_told_which_is_meant(
    desk: Desk, path: str, typed: str
) -> None:
    page = desk.client.get(path, query_string={"person": typed}).text
    assert "Nothing of a person with this no." in page
    assert "<time" not in page
    assert ">Person no.</label>" in page
