"""STOP on WhatsApp, and on the same number by SMS."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.store.tables import Consent, Person
from tests.conftest import BOTH
from tests.conversation.linked import code_of
from tests.whatsapp.ada import Ada

pytestmark = BOTH


def test_stop_and_help_are_answered_by_us_whatever_the_provider_does_for_sms(
    ada: Ada,
) -> None:
    ada.joins()
    assert ada.hears("HELP")
    assert "unsubscribed" in ada.hears("STOP")
    assert ada.standing() == "out"
    assert ada.hears_by_sms("HELP") == ""  # there Twilio has answered
    assert ada.hears("START")
    assert ada.standing() == "in"


def test_an_opt_out_that_twilio_has_confirmed_is_not_confirmed_again(ada: Ada) -> None:
    assert ada.joins().hears("STOP", OptOutType="STOP") == ""
    assert ada.standing() == "out"


def test_a_number_on_sms_and_whatsapp_is_two_people_until_it_says_stop(ada: Ada) -> None:
    ada.joins()
    ada.hears_by_sms("REMIND")
    ada.hears_by_sms("YES")
    assert ada.count(Person) == 2
    assert len(ada.rests_until(9)) == 2
    assert ada.hears("STOP")
    assert (ada.standing("sms"), ada.standing("whatsapp")) == ("out", "out")
    assert ada.rests_until(20) == []
    with ada.runtime.store.read() as session:
        events = session.scalars(select(Consent.event).where(Consent.event == "withdrawn")).all()
    assert len(events) == 2
    ada.hears_by_sms("JOIN")  # nobody blocks us there, so JOIN may ask again
    ada.hears_by_sms("YES")
    assert (ada.standing("sms"), ada.standing("whatsapp")) == ("in", "out")


@pytest.mark.parametrize("words", ["STOP", "leave me alone"])
def test_an_opt_out_by_sms_silences_what_is_queued_on_whatsapp(ada: Ada, words: str) -> None:
    ada.joins()
    ada.hears_by_sms("LIFT")
    ada.phone.wall.moment += timedelta(minutes=50)
    ada.runtime.tick()
    ada.hears_by_sms(words)
    ada.runtime.drain()
    assert [entry.state for entry in ada.started()] == ["dropped"]
    assert ada.api.sent == []


def test_leaving_in_danger_leaves_on_whatsapp_too(ada: Ada) -> None:
    ada.joins()
    ada.hears_by_sms("REMIND")
    ada.hears_by_sms("YES")
    assert "911" in ada.hears_by_sms("i cant feel my legs and cant pee. STOP texting me")
    ada.hears_by_sms("SIGNS")  # by then it is stored, on a busy machine, too
    assert (ada.standing("sms"), ada.standing("whatsapp")) == ("out", "out")


@pytest.mark.parametrize(
    ("sms", "whatsapp"), [("+525512345678", "+5215512345678"), ("+541123456789", "+5491123456789")]
)
def test_stop_knows_a_number_that_whatsapp_writes_otherwise(
    ada: Ada, sms: str, whatsapp: str
) -> None:
    ada.hears("REMIND", whatsapp)
    ada.hears("YES", whatsapp)
    ada.hears_by_sms("STOP", sms)
    assert ada.standing() == "out"


@pytest.mark.parametrize(
    ("sms", "whatsapp"), [("+525512345678", "+5215512345678"), ("+541123456789", "+5491123456789")]
)
@pytest.mark.parametrize("by_sms", [True, False])
def test_stop_ends_both_where_such_a_number_is_linked(
    ada: Ada, sms: str, whatsapp: str, by_sms: bool
) -> None:
    for hears, number in ((ada.hears, whatsapp), (ada.hears_by_sms, sms)):
        hears("REMIND", number)
        hears("YES", number)
    code = code_of(ada.hears("LINK", whatsapp))
    assert "Linked" in ada.hears_by_sms(f"LINK {code}", sms)
    hears, number = (ada.hears_by_sms, sms) if by_sms else (ada.hears, whatsapp)
    hears("STOP", number)
    assert (ada.standing("sms"), ada.standing("whatsapp")) == ("out", "out")


def test_stop_leaves_other_numbers_alone(ada: Ada) -> None:
    ada.joins().hears_by_sms("STOP", "+12125550124")
    assert ada.standing() == "in"


def test_whoever_blocks_the_sender_is_out_there(ada: Ada) -> None:
    ada.joins().rests_until(9)
    ada.told("opted_out")
    assert ada.standing() == "out"
