"""The page /join and numbers that we have met already, or whose other chat we have."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from service.conversation import signing_up
from service.conversation.signing_up import Wish
from service.envelopes import Address
from service.people import alone
from service.reminders.rhythm import Rhythm
from service.runtime import Runtime
from service.store.tables import AddressRow
from tests.conftest import NEEDS_POSTGRESQL
from tests.people.turns import waits
from tests.phone import Phone, Wall
from tests.web.joining import NUMBER, Visitor, visitor

FROM_AUSTRALIA = "+61491570156"


@pytest.fixture
def page(service: Callable[..., Runtime], wall: Wall) -> Visitor:
    return visitor(service(), wall)


def sign_up(page: Visitor, address: Address, wish: Wish) -> None:
    with page.runtime.store.write() as session:
        signing_up.sign_up(session, page.runtime.house, address, wish, page.wall.moment, 10)


def test_a_number_that_no_text_reaches_is_not_texted(page: Visitor) -> None:
    page.phone.text("MENU")
    with page.runtime.store.write() as session:
        session.scalars(select(AddressRow)).one().dead = "30006"
    page.join()
    assert [each.key for each in page.queued() if each.inbound_id is None] == []


def test_who_perhaps_wants_to_leave_is_not_told_that_they_are_in(page: Visitor) -> None:
    assert "Do you want to leave?" in page.phone.join().text("stop it")
    page.join()
    assert page.arrived() == []
    assert [each.event for each in page.consents()] == ["asked", "given"]


def test_somebody_new_is_answered_in_the_language_of_the_form(page: Visitor) -> None:
    page.join(language="es")
    page.arrived()
    assert "AYUDA" in page.phone.text("?")


def test_a_yes_brings_the_language_of_the_form_to_somebody_we_knew_in_another(
    page: Visitor,
) -> None:
    page.phone.text("POSTURE")
    page.join(language="es")
    assert page.phone.person.language == "en"  # anybody may have filled it in
    page.arrived()
    assert "Responda OK" in page.phone.text("OK")
    assert page.phone.person.language == "es"


def test_no_form_says_where_a_number_is_that_cant_be_there(page: Visitor) -> None:
    berlin = Wish("en", Rhythm.default("Europe/Berlin", "DE"), "words", "origin")
    sign_up(page, Address("simulator", FROM_AUSTRALIA), berlin)
    phone = Phone(page.runtime, page.wall, FROM_AUSTRALIA)
    assert "Which city" in phone.text("YES")
    assert phone.person.zone == ""


@NEEDS_POSTGRESQL
@pytest.mark.parametrize("database", ["postgresql"])
def test_a_form_waits_for_somebody_with_the_number_who_is_just_leaving(page: Visitor) -> None:
    """They are on WhatsApp with it, and say so in another chat."""
    phone = Phone(page.runtime, page.wall, NUMBER, "whatsapp").join()
    with page.runtime.store.write() as session:
        chat = {"channel": "telegram", "handle": "4711", "primary": False}
        session.add(AddressRow(person_id=phone.person.id, **chat))
    wish = Wish("en", Rhythm.default("America/New_York", "US"), "words", "origin")
    with ThreadPoolExecutor(1) as pool:
        with page.runtime.store.write() as session:
            alone.find(session, Address("telegram", "4711"), page.wall.moment)
            asked = pool.submit(sign_up, page, Address("sms", NUMBER), wish)
            while not (waits(page.runtime.store) or asked.done()):
                pass
            whatsapp = select(AddressRow).where(AddressRow.channel == "whatsapp")
            session.scalars(whatsapp).one().standing = "out"
        asked.result(10)
    assert [each.key for each in page.queued() if each.channel == "sms"] == []
