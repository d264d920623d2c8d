"""What an operator does for somebody who asks for it by phone."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from service.envelopes import Address
from service.people import directory
from service.runtime import Runtime
from service.store.operator_tables import Audit
from service.store.tables import AddressRow, Consent, Entry, Person, Suppression
from tests.conftest import BOTH
from tests.phone import Phone, Wall
from tests.web.operators import Desk, audited, signed_in

pytestmark = BOTH
ADA = "+12125550177"


@pytest.fixture
def ada(runtime: Runtime, wall: Wall) -> Phone:
    return Phone(runtime, wall, ADA).join()


@pytest.fixture
def desk(runtime: Runtime, ada: Phone) -> Desk:
    return signed_in(runtime)


def noted(runtime: Runtime) -> list[str]:
    with runtime.store.read() as session:
        rows = session.scalars(select(Audit.action).order_by(Audit.id))
        return [action for action in rows if not action.startswith("sign-in")]


def said(desk: Desk) -> str:
    return desk.client.get("/dashboard/people").text


def test_a_pause_holds_reminders_until_that_day_begins_for_them(desk: Desk, ada: Phone) -> None:
    assert desk.post("/dashboard/people/1/pause", until="2026-03-04").status_code == 303
    assert ada.until(2026, 3, 3, 20, 0) == []
    assert ada.until(2026, 3, 4, 10, 0) != []
    assert noted(desk.runtime) == ["paused"]


def test_what_was_queued_when_they_were_paused_stays_here(desk: Desk, ada: Phone) -> None:
    ada.wall.moment += timedelta(minutes=50)
    desk.runtime.tick()
    desk.post("/dashboard/people/1/pause", until="2026-03-04")
    assert [entry.state for entry in ada.entries() if entry.kind == "reminder"] == ["dropped"]


@pytest.mark.parametrize("until", ["", "soon", "2026-03-01", "2027-03-01", "9999-12-31"])
def test_a_pause_needs_a_day_to_come_and_not_too_far(desk: Desk, ada: Phone, until: str) -> None:
    desk.post("/dashboard/people/1/pause", until=until)
    assert ada.person.held_until is None
    assert noted(desk.runtime) == []


def test_resuming_brings_reminders_back(desk: Desk, ada: Phone) -> None:
    ada.text("PAUSE 5 days")
    desk.post("/dashboard/people/1/resume")
    assert ada.until(2026, 3, 2, 12, 0) != []
    assert audited(desk.runtime, "resumed") == [("operator", 1, {})]


def test_a_warning_sign_is_not_overruled(desk: Desk, ada: Phone) -> None:
    ada.text("I can't feel my legs and wet myself")
    held = ada.person.held_until
    assert held is not None
    desk.post("/dashboard/people/1/resume")
    assert ada.person.held_until == held
    assert "warning sign" in said(desk)
    desk.post("/dashboard/people/1/pause", until="2026-03-02")
    assert ada.person.held_until == held


def test_whether_they_want_to_leave_is_theirs_to_say(desk: Desk, ada: Phone) -> None:
    with desk.runtime.store.write() as session:
        session.get_one(Person, 1).doubt_until = ada.wall.moment.replace(day=3)
    desk.post("/dashboard/people/1/resume")
    assert ada.person.doubt_until is not None
    assert "only their own answer ends this" in said(desk)


def test_a_stop_is_consent_withdrawn_and_nothing_is_sent(desk: Desk, ada: Phone) -> None:
    before = len(ada.entries())
    desk.post("/dashboard/people/1/stop")
    with desk.runtime.store.read() as session:
        row = session.scalars(select(AddressRow)).one()
        last = session.scalars(select(Consent).order_by(Consent.id.desc())).first()
    assert (ada.person.state, row.standing, row.out_by) == ("stopped", "out", "words")
    assert last is not None
    assert (last.event, last.source) == ("withdrawn", "operator")
    assert len(ada.entries()) == before
    assert ada.until(2026, 3, 3, 12, 0) == []
    assert ada.texts("JOIN", "YES") != ""
    assert ada.person.state == "active"


def test_a_stop_sent_twice_is_one(desk: Desk, ada: Phone) -> None:
    for _ in range(2):
        assert desk.post("/dashboard/people/1/stop").status_code == 303
    with desk.runtime.store.read() as session:
        withdrawn = select(func.count()).where(Consent.event == "withdrawn")
        assert session.scalar(withdrawn) == 1
    assert noted(desk.runtime) == ["opted out"]


def test_a_stop_reaches_the_same_number_on_another_channel(
    desk: Desk, ada: Phone, runtime: Runtime
) -> None:
    with runtime.store.write() as session:
        for channel in ("sms", "whatsapp"):
            person = Person(created_at=ada.wall.moment, state="active")
            session.add(person)
            session.flush()
            session.add(
                AddressRow(
                    person_id=person.id, channel=channel, handle="+12125550100", standing="in"
                )
            )
            last = person.id
    desk.post(f"/dashboard/people/{last}/stop")
    with runtime.store.read() as session:
        standings = select(AddressRow.standing).where(AddressRow.handle == "+12125550100")
        assert list(session.scalars(standings)) == ["out", "out"]


def test_erasing_is_what_delete_does(desk: Desk, ada: Phone) -> None:
    assert desk.post("/dashboard/people/1/erase").headers["Location"] == "/dashboard/people"
    with desk.runtime.store.read() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (Person, AddressRow, Entry, Suppression)
        ]
        events = [
            (row.event, row.source, row.address_id)
            for row in session.scalars(select(Consent).order_by(Consent.id))
        ]
    assert counts == [0, 0, 0, 1]
    assert events[-2:] == [("withdrawn", "operator", None), ("erased", "operator", None)]
    assert noted(desk.runtime) == ["erased"]


def test_who_is_erased_stays_out_until_they_say_otherwise(desk: Desk, ada: Phone) -> None:
    desk.post("/dashboard/people/1/erase")
    ada.text("MENU")
    assert ada.person.state == "stranger"
    with desk.runtime.store.read() as session:
        assert session.scalars(select(AddressRow.standing)).one() == "out"


def test_erasing_twice_says_that_nobody_is_here(desk: Desk, ada: Phone) -> None:
    desk.post("/dashboard/people/1/erase")
    assert desk.post("/dashboard/people/1/erase").status_code == 303
    assert "There is nobody here" in said(desk)
    assert noted(desk.runtime) == ["erased"]


def test_nobody_can_be_opted_in(desk: Desk, ada: Phone) -> None:
    ada.text("STOP")
    for deed in ("resume", "pause"):
        desk.post(f"/dashboard/people/1/{deed}", until="2026-03-09")
    assert ada.person.state == "stopped"
    assert noted(desk.runtime) == []


def test_a_hash_of_an_erased_number_is_by_its_channel(desk: Desk, ada: Phone) -> None:
    key = desk.runtime.house.suppression_keys[0]
    desk.post("/dashboard/people/1/erase")
    with desk.runtime.store.read() as session:
        kept = session.scalars(select(Suppression.handle_hash)).one()
    with desk.runtime.store.write() as session:
        known = directory.meet(session, _address(), [key], ada.wall.moment)
        assert known.address.standing == "out"
        assert kept == directory.handle_hash(key, _address())


def _address() -> Address:
    return Address("simulator", ADA)
