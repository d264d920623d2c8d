"""Leaving, coming back and being forgotten, chosen on one's own page."""

from collections.abc import Callable

from sqlalchemy import select

from service.envelopes import Address, Inbound
from service.runtime import Runtime
from service.store.tables import AddressRow, Consent, Person
from tests.conftest import BOTH
from tests.phone import Phone, Wall
from tests.test_failing_database import read_only_disk
from tests.web.own_page import as_sms, count, events, own_page

UNDER = ("", "/stop", "/erase", "/week.svg", "/my-data.json")


def test_leaving_is_confirmed_on_a_page_of_its_own(phone: Phone) -> None:
    page = own_page(phone.join())
    assert "Yes, stop all messages" in page.get("/stop").text
    assert phone.person.state == "active"
    answer = page.send("/stop")
    assert "unsubscribed" in page.client.get(answer.headers["Location"]).text
    assert phone.person.state == "stopped"
    assert events(phone)[-1] == ("withdrawn", "page", "STOP")


def test_leaving_by_page_is_answered_where_twilio_answers_stop(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    phone = as_sms(service, wall)
    page = own_page(phone)
    answer = page.send("/stop")
    assert "unsubscribed" in page.client.get(answer.headers["Location"]).text
    with phone.runtime.store.read() as session:
        row = session.scalars(select(AddressRow)).one()
    # No carrier has heard it and none blocks us, so that JOIN leads back.
    assert (row.standing, row.out_by) == ("out", "words")
    assert "Reply YES" in phone.text("JOIN")


def test_coming_back_by_page_is_recorded_with_the_words_shown(phone: Phone) -> None:
    page = own_page(phone)
    assert "Reply YES" in page.choose("remind")
    assert "You&#39;re in" in page.choose("answer", choice="YES")
    with phone.runtime.store.read() as session:
        given = session.scalars(select(Consent).where(Consent.event == "given")).one()
    assert (given.source, given.used) == ("page", "YES")
    assert "Reply YES" in given.shown


@BOTH
def test_erasing_is_confirmed_and_leaves_a_hash(phone: Phone) -> None:
    page = own_page(phone.join())
    assert "keyed hash" in page.get("/erase").text
    form = page.fields("/erase")
    answer = page.client.post(f"{page.link}/erase", data=form)
    assert (answer.status_code, "Your data is erased" in answer.text) == (200, True)
    assert "keyed hash" in answer.text
    assert count(phone, Person) == count(phone, AddressRow) == 0
    assert events(phone)[-1] == ("erased", "page", "")
    assert page.get().status_code == 403
    again = page.client.post(f"{page.link}/erase", data=form)
    assert (again.status_code, "Your data is erased" in again.text) == (200, True)
    other = page.client.post(f"{page.link}/erase", data={**form, "once": "another"})
    assert other.status_code == 403


def test_nobody_is_told_that_they_are_erased_who_is_not(phone: Phone) -> None:
    page = own_page(phone.join())
    form = page.fields("/erase")
    with read_only_disk(phone.runtime):
        answer = page.client.post(f"{page.link}/erase", data=form)
    assert (answer.status_code, "went wrong" in answer.text) == (503, True)
    assert "erased" not in answer.text
    assert phone.person.state == "active"


def test_nobody_is_erased_by_looking_at_the_question(phone: Phone) -> None:
    page = own_page(phone.join())
    page.get("/erase")
    assert phone.person.state == "active"
    assert phone.person.held_until is None


def test_a_click_after_an_erasure_in_another_tab_meets_nobody(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    runtime = service()
    click = Inbound(Address("simulator", "+12125550100"), "click", "HOURS 8-16", page=True)
    assert runtime.receive(click) == []
    with runtime.store.read() as session:
        assert session.scalars(select(Person)).all() == []
