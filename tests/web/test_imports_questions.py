"""What is being asked of somebody when a list brings them in."""

from service.runtime import Runtime
from service.store.tables import Person
from tests.conftest import BOTH
from tests.phone import Phone, Wall
from tests.web import joining
from tests.web.lists import AGREED, counts, listed, looked_through
from tests.web.operators import Desk

pytestmark = BOTH
ADA = "+12125550177"


def brought_in(desk: Desk, line: str) -> None:
    path = looked_through(desk, listed(line))
    desk.post(f"{path}/confirm")
    desk.runtime.bring_in()
    assert counts(desk.runtime)[-1] == 1


def test_a_strangers_form_at_join_changes_nothing_of_whom_a_list_brought_in(
    desk: Desk, runtime: Runtime, wall: Wall
) -> None:
    page = joining.visitor(runtime, wall)
    page.join(number="(212) 555-0177", language="es", opens="13:00", closes="15:00", days=["0"])
    path = looked_through(desk, listed(f"{ADA},,,8-16,{AGREED}"))
    desk.post(f"{path}/confirm")
    runtime.bring_in()
    assert page.arrived() == []
    ada = Phone(runtime, wall, ADA)
    ada.text("YES")
    plan = joining.plan_of(runtime, ada)
    assert (ada.person.language, plan.hours, plan.days) == ("en", "08:00-16:00", "1111100")


def test_a_question_about_warning_signs_stays_open(
    desk: Desk, runtime: Runtime, wall: Wall
) -> None:
    ada = Phone(runtime, wall, ADA)
    assert "CHECK 1/6" in ada.text("CHECK")
    brought_in(desk, f"{ADA},,,,{AGREED}")
    assert "911" in ada.text("1").partition("CHECK")[0]


def test_a_question_whether_to_erase_stays_open(desk: Desk, runtime: Runtime, wall: Wall) -> None:
    ada = Phone(runtime, wall, ADA)
    ada.texts("POSTURE", "DELETE")
    brought_in(desk, f"{ADA},,,,{AGREED}")
    ada.text("DELETE YES")
    with runtime.store.read() as session:
        assert session.get(Person, 1) is None
