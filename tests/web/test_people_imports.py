"""Lists of people: looked through, confirmed, and brought in once."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from service.imports import files
from service.operators.accounts import VIEWER
from service.runtime import Runtime
from service.store.import_tables import ImportFile, ImportLine, ImportPart
from service.store.operator_tables import Audit
from service.store.tables import AddressRow, Consent, Person, Plan
from tests.conftest import BOTH
from tests.phone import Phone, Wall
from tests.web.lists import AGREED, counts, hand_in, listed, looked_through, reasons
from tests.web.operators import Desk, audited, signed_in

pytestmark = BOTH
ADA, BEN = "+12125550177", "+12125550188"


def people(runtime: Runtime) -> int:
    with runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_dry_run_brings_nobody_in(desk: Desk, runtime: Runtime) -> None:
    path = looked_through(desk, listed(f"{ADA},,,,{AGREED}", f"{BEN},,,8-16,{AGREED}", "12,,,,,,"))
    assert counts(runtime) == (2, 0, 1, 0)
    assert people(runtime) == 0
    page = desk.client.get(path).text
    assert "Import 2 people" in page
    assert "This is no phone number" not in page  # what is asked first: a country for it
    assert "fill in the country" in page


def test_who_is_brought_in_agreed_with_the_words_shown(desk: Desk, runtime: Runtime) -> None:
    path = looked_through(desk, listed(f"{ADA},,,8-16,{AGREED}"))
    assert desk.post(f"{path}/confirm").status_code == 303
    runtime.bring_in()
    with runtime.store.read() as session:
        person = session.scalars(select(Person)).one()
        event = session.scalars(select(Consent)).one()
        assert person.plan_id is not None
        assert session.get_one(Plan, person.plan_id).hours == "08:00-16:00"
    assert (person.state, person.zone, person.country) == ("active", "America/New_York", "US")
    assert (event.event, event.source, event.rule) == ("given", "import", "paper form")
    assert event.shown == "I agree to reminders"
    assert f"{event.at:%Y-%m-%d}" == "2026-02-01"
    assert counts(runtime) == (0, 0, 0, 1)


def test_they_are_reminded_and_told_who_we_are(desk: Desk, runtime: Runtime, wall: Wall) -> None:
    path = looked_through(desk, listed(f"{ADA},,,,{AGREED}"))
    desk.post(f"{path}/confirm")
    runtime.bring_in()
    texts = Phone(runtime, wall, ADA).until(2026, 3, 2, 10, 0)
    assert len(texts) == 2
    assert "STOP" in texts[1]


def test_a_line_without_consent_is_refused(desk: Desk, runtime: Runtime) -> None:
    looked_through(desk, listed(f"{ADA},,,,,,", f"{BEN},,,,2026-02-01,paper,"))
    found = reasons(runtime)
    assert found[0][:2] == (2, "consent_at, consent_source, consent_words")
    assert found[1][:2] == (3, "consent_words")
    assert all("No consent is documented" in reason for _, _, reason in found)


@pytest.mark.parametrize("last", ["STOP", "DELETE"])
def test_who_left_is_never_brought_back(
    desk: Desk, runtime: Runtime, wall: Wall, last: str
) -> None:
    ada = Phone(runtime, wall, ADA).join()
    ada.texts(*(["STOP"] if last == "STOP" else ["DELETE", "DELETE YES"]))
    looked_through(desk, listed(f"{ADA},,,,{AGREED}"))
    assert counts(runtime) == (0, 0, 1, 0)
    assert "only they themselves can come back" in reasons(runtime)[0][2]


def test_who_leaves_between_dry_run_and_import_stays_out(
    desk: Desk, runtime: Runtime, wall: Wall
) -> None:
    path = looked_through(desk, listed(f"{ADA},,,,{AGREED}", f"{BEN},,,,{AGREED}"))
    Phone(runtime, wall, ADA).text("STOP")
    desk.post(f"{path}/confirm")
    runtime.bring_in()
    assert counts(runtime) == (0, 0, 1, 1)
    with runtime.store.read() as session:
        standings = select(AddressRow.handle, AddressRow.standing).order_by(AddressRow.handle)
        assert [tuple(row) for row in session.execute(standings)] == [(ADA, "out"), (BEN, "in")]


def test_who_gets_reminders_already_is_left_as_they_are(
    desk: Desk, runtime: Runtime, wall: Wall
) -> None:
    ada = Phone(runtime, wall, ADA).join()
    before = ada.person.plan_id
    path = looked_through(desk, listed(f"{ADA},,,6-12,{AGREED}"))
    assert counts(runtime) == (0, 1, 0, 0)
    desk.post(f"{path}/confirm")
    runtime.bring_in()
    assert ada.person.plan_id == before


def test_somebody_who_only_asked_something_is_brought_in(
    desk: Desk, runtime: Runtime, wall: Wall
) -> None:
    ada = Phone(runtime, wall, ADA)
    ada.text("POSTURE")
    path = looked_through(desk, listed(f"{ADA},,,8-16,{AGREED}"))
    desk.post(f"{path}/confirm")
    runtime.bring_in()
    assert (people(runtime), ada.person.state) == (1, "active")
    assert ada.until(2026, 3, 2, 10, 0) != []


def test_the_same_number_twice_is_one_person(desk: Desk, runtime: Runtime) -> None:
    looked_through(
        desk, listed(f"{ADA},,,,{AGREED}", f"(212) 555-0177,US,,,{AGREED}", f"{BEN},,,,{AGREED}")
    )
    assert counts(runtime) == (2, 0, 1, 0)
    assert reasons(runtime) == [(3, "number", "Line 2 has the same number.")]


def test_a_number_with_and_without_the_digit_that_whatsapp_adds_is_one_person(
    desk: Desk, runtime: Runtime
) -> None:
    with_it, without = (f"{number},,,,{AGREED}" for number in ("+5491123456789", "+541123456789"))
    looked_through(desk, listed(with_it, without))
    assert reasons(runtime) == [(3, "number", "Line 2 has the same number.")]


def test_confirming_twice_is_once(desk: Desk, runtime: Runtime) -> None:
    path = looked_through(desk, listed(f"{ADA},,,,{AGREED}"))
    for _ in range(2):
        assert desk.post(f"{path}/confirm").status_code == 303
        runtime.bring_in()
    assert desk.post(f"{path}/confirm").status_code == 303
    assert (people(runtime), counts(runtime)) == (1, (0, 0, 0, 1))
    with runtime.store.read() as session:
        confirmed = select(func.count()).where(Audit.action == "import confirmed")
        assert session.scalar(confirmed) == 1


def test_the_same_file_handed_in_twice_is_one_list(desk: Desk, runtime: Runtime) -> None:
    content = listed(f"{ADA},,,,{AGREED}")
    assert hand_in(desk, content).headers["Location"] == hand_in(desk, content).headers["Location"]
    assert audited(runtime, "list handed in") == [("operator", None, {"file": 1})] * 2


def test_what_a_crash_left_is_gone_on_with(
    desk: Desk, runtime: Runtime, service: Callable[..., Runtime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.imports.checking.BATCH", 7)
    monkeypatch.setattr("service.imports.writing.FIRST", 3)
    lines = [f"+1212555{each:04},,,,{AGREED}" for each in range(40)]
    path = hand_in(desk, listed(*lines)).headers["Location"]
    for process in (runtime, service(), service(), service(), service(), service(), service()):
        process._ending.set()  # it ends after each slice
        process.bring_in()
    assert counts(runtime) == (40, 0, 0, 0)
    desk.post(f"{path}/confirm")
    for _ in range(20):
        process = service()
        process._ending.set()
        process.bring_in()
    assert (people(runtime), counts(runtime)) == (40, (0, 0, 0, 40))


def test_people_are_spread_over_the_minutes(desk: Desk, runtime: Runtime) -> None:
    lines = [f"+1212555{each:04},,,,{AGREED}" for each in range(120)]
    path = looked_through(desk, listed(*lines))
    desk.post(f"{path}/confirm")
    runtime.bring_in()
    with runtime.store.read() as session:
        each = select(Plan.minute, func.count()).join(Person, Person.plan_id == Plan.id)
        spread = dict(session.execute(each.group_by(Plan.minute)).all())
    assert spread == {50: 54, 51: 54, 52: 12}


def test_a_list_that_is_thrown_away_is_forgotten(desk: Desk, runtime: Runtime) -> None:
    path = looked_through(desk, listed(f"{ADA},,,,{AGREED}"))
    desk.post(f"{path}/discard")
    assert desk.post(f"{path}/confirm").status_code == 303
    runtime.bring_in()
    assert people(runtime) == 0
    runtime.tidy()
    assert desk.client.get(path).status_code == 404
    with runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(ImportLine)) == 0


def test_a_list_that_is_being_brought_in_cant_be_thrown_away(desk: Desk, runtime: Runtime) -> None:
    path = looked_through(desk, listed(f"{ADA},,,,{AGREED}"))
    desk.post(f"{path}/confirm")
    assert desk.post(f"{path}/discard").status_code == 303
    assert "It is being brought in already." in desk.client.get(path).text
    runtime.bring_in()
    assert (people(runtime), counts(runtime)) == (1, (0, 0, 0, 1))
    assert audited(runtime, "list thrown away") == []


def test_a_list_is_kept_a_day(desk: Desk, runtime: Runtime, wall: Wall) -> None:
    looked_through(desk, listed(f"{ADA},,,,{AGREED}"))
    with runtime.store.read() as session:  # its numbers stand in one place only
        assert session.scalar(select(func.count()).select_from(ImportPart)) == 0
    wall.moment += files.KEPT - timedelta(minutes=1)
    runtime.tidy()
    assert counts(runtime) == (1, 0, 0, 0)
    wall.moment += timedelta(minutes=1)
    runtime.tidy()
    with runtime.store.read() as session:
        assert session.scalars(select(ImportFile)).all() == []


def test_who_is_erased_is_erased_from_a_list_too(desk: Desk, runtime: Runtime, wall: Wall) -> None:
    ada = Phone(runtime, wall, ADA).join()
    looked_through(desk, listed(f"{ADA},,,,{AGREED}"))
    ada.texts("DELETE", "DELETE YES")
    with runtime.store.read() as session:
        assert session.scalars(select(ImportLine.handle)).all() == []


def test_every_refused_line_can_be_downloaded(desk: Desk, runtime: Runtime) -> None:
    broken = ["=HYPERLINK(1),,,,,,", *(f"{each},,,,," for each in range(files.SHOWN + 20))]
    path = looked_through(desk, listed(*broken))
    page = desk.client.get(path).text
    assert page.count('<th scope="row">') == files.SHOWN
    assert 'rel="next"' in page
    answer = desk.client.get(f"{path}/refused.csv")
    assert audited(runtime, "refused lines exported") == [("operator", None, {"file": 1})]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == len(broken)
    assert rows[0]["number"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column called"),
        (b"phone,name\n1,2\n", "no column called"),
        (b"\x00\xff\xfe\x01" * 100, "no column called"),
        (b"number,number\n1,2\n", "Two columns"),
    ],
)
def test_what_is_no_list_is_told_so(desk: Desk, content: bytes, said: str) -> None:
    assert hand_in(desk, content).headers["Location"] == "/dashboard/people/imports"
    assert said in desk.client.get("/dashboard/people/imports").text


def test_without_a_file_nothing_is_handed_in(desk: Desk) -> None:
    desk.post("/dashboard/people/imports")
    assert "Choose a file first." in desk.client.get("/dashboard/people/imports").text


def test_a_file_may_be_large_and_no_larger(desk: Desk) -> None:
    line = f"{ADA},,,,{AGREED}\n".encode()
    assert hand_in(desk, listed() + b"\n" + line * 20_000).status_code == 303
    answer = hand_in(desk, b"x" * (files.LARGEST + 128 * 1024))
    assert answer.status_code == 413
    assert "20544 kB" in answer.text


def test_only_an_operator_may_send_so_much(runtime: Runtime, desk: Desk) -> None:
    viewer = signed_in(runtime, VIEWER)
    sent = {"csrf_token": viewer.token("/dashboard"), "file": (io.BytesIO(b"x" * 100_000), "a")}
    assert viewer.client.post("/dashboard/people/imports", data=sent).status_code == 413
