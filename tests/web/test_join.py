"""The page /join: whom it texts, how often, and what it tells a stranger (nothing)."""

import html
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.conversation import signing_up
from service.conversation.signing_up import Wish
from service.envelopes import Address
from service.hours import Span
from service.reminders.rhythm import Rhythm
from service.runtime import Runtime
from service.store.tables import Dialogue, Plan
from service.web import join
from tests.conftest import BOTH
from tests.phone import Wall
from tests.web.joining import NUMBER, Visitor, plan, standing, visitor

pytestmark = BOTH


@pytest.fixture
def page(service: Callable[..., Runtime], wall: Wall) -> Visitor:
    return visitor(service(), wall)


def test_one_question_is_texted_and_nothing_else_before_the_yes(page: Visitor) -> None:
    page.join()
    (question,) = page.arrived()
    assert "Reply YES for stand-up reminders" in question
    assert standing(page) == "none"
    assert page.phone.until(2026, 3, 6, 18, 0) == []  # the week goes by


def test_yes_brings_what_was_chosen(page: Visitor) -> None:
    page.join(
        number="(312) 555-0100",
        opens="10:00",
        closes="18:00",
        days=["0", "2"],
        place="Chicago",
        language="es",
    )
    phone = page.phone
    phone.number = "+13125550100"
    page.runtime.drain()
    (question,) = phone.entries()
    assert "Responda SI" in question.text
    assert phone.person.plan_id is None  # not yet
    assert "10:00-18:00" in phone.text("SI")
    person = phone.person
    with page.runtime.store.read() as session:
        theirs = session.get_one(Plan, person.plan_id)
    assert (person.state, person.language, person.zone) == ("active", "es", "America/Chicago")
    assert (theirs.hours, theirs.days, theirs.own) == ("10:00-18:00", "1010000", False)
    assert (theirs.zone, theirs.holidays) == ("America/Chicago", "US")


def test_the_usual_hours_leave_quiet_hours_alone(page: Visitor) -> None:
    page.join()
    assert "09:00-17:00" in page.phone.text("YES")
    assert (plan(page).own, plan(page).zone) == (False, "America/New_York")


@pytest.mark.parametrize("place", ["Berlin", "Chicago", "Asia/Shanghai"])
def test_a_form_moves_nobody_to_where_their_number_cant_be(page: Visitor, place: str) -> None:
    refused = page.send(place=place)
    assert (refused.status_code, page.queued()) == (200, [])
    assert "another time there than where your number is from" in refused.text
    assert "text ZONE and your city" in refused.text


def test_what_a_form_asks_for_yields_to_what_the_number_says(page: Visitor, wall: Wall) -> None:
    """However it came into the question: such as from a form of the release before."""
    early = replace(Rhythm.default("Europe/Berlin", "DE"), hours=(Span.parse("02:00-09:00"),))
    wish = Wish("en", replace(early, own=True), "words", "origin")
    with page.runtime.store.write() as session:
        address = Address("simulator", NUMBER)
        signing_up.sign_up(session, page.runtime.house, address, wish, wall(), 10)
    page.arrived()
    page.phone.text("YES")
    person, theirs = page.phone.person, plan(page)
    assert (person.country, person.zone) == ("US", "America/New_York")
    assert (theirs.holidays, theirs.zone, theirs.own) == ("US", "America/New_York", False)


def test_an_equal_time_under_another_name_is_no_move(page: Visitor) -> None:
    page.join(place="Toronto")
    page.phone.text("YES")
    assert (page.phone.person.country, plan(page).holidays) == ("US", "US")


def test_a_place_chooses_among_the_zones_of_a_number(page: Visitor) -> None:
    page.join(country="AU", number="0491 570 156", place="Perth")
    phone = page.phone
    phone.number = "+61491570156"
    phone.text("YES")
    assert (phone.person.country, phone.person.zone) == ("AU", "Australia/Perth")


def test_an_unknown_zone_is_asked_by_text(page: Visitor) -> None:
    page.join(country="AU", number="0491 570 156")
    phone = page.phone
    phone.number = "+61491570156"
    assert "Which city" in phone.text("YES")


def test_the_consent_record_holds_the_words_of_the_page(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    page = visitor(service(programme_name="O'Neil & Son"), wall)
    shown = re.search(r'<p id="consent">(.*?)</p>', page.client.get("/join").text)
    assert shown
    page.join()
    (asked,) = page.consents()
    assert (asked.event, asked.source, asked.at) == ("asked", "page", page.wall.moment)
    assert asked.shown == html.unescape(shown[1])
    assert asked.shown.startswith("I ask O'Neil & Son to text this number once")
    assert f"(up to {page.phone.person.agreed} a working day)" in asked.shown
    assert re.fullmatch(r"form from [0-9a-f]{16}", asked.rule)
    assert asked.used == "en 09:00-17:00 1111100 America/New_York"
    page.phone.text("YES")
    given = page.consents()[-1]
    assert (given.event, given.source, given.used) == ("given", "text", "YES")
    assert given.shown == page.phone.entries()[0].text


@pytest.mark.parametrize("word", ["NO", "STOP"])
def test_no_and_stop_are_honoured_as_always(page: Visitor, word: str) -> None:
    page.join()
    page.arrived()
    page.phone.text(word)
    page.phone.text("YES")
    assert standing(page) == ("none" if word == "NO" else "out")
    assert page.phone.until(2026, 3, 6, 18, 0) == []


def test_stop_silences_the_question_while_it_is_queued(page: Visitor) -> None:
    page.join()
    page.phone.text("STOP")
    assert page.arrived() == []


def test_a_double_submit_sends_one_text(page: Visitor) -> None:
    token = page.token()
    assert [page.send(token).status_code for _ in range(3)] == [303] * 3
    assert len(page.arrived()) == 1


def test_the_first_form_stays_while_its_question_is_open(page: Visitor, wall: Wall) -> None:
    page.join(opens="10:00", closes="18:00")
    page.join(opens="11:00", closes="19:00", language="es")
    assert len(page.arrived()) == 1
    wall.moment += timedelta(hours=2)
    page.join(opens="11:00", closes="19:00", days=["5"])
    assert len(page.arrived()) == 1
    assert "10:00-18:00" in page.phone.text("YES")
    assert (plan(page).hours, plan(page).days) == ("10:00-18:00", "1111100")
    assert page.phone.person.language == "en"
    assert [each.event for each in page.consents()] == ["asked", "given"]


def test_the_first_form_stays_when_its_text_never_went(page: Visitor, wall: Wall) -> None:
    page.join(opens="10:00", closes="18:00")
    wall.moment += timedelta(hours=1)
    assert page.arrived() == []  # too late for it
    page.join(opens="11:00", closes="19:00", language="es")
    (question,) = page.arrived()
    assert "Reply YES" in question
    page.phone.text("YES")
    assert plan(page).hours == "10:00-18:00"


def test_who_was_asked_in_reply_is_not_asked_again_by_a_form(page: Visitor, wall: Wall) -> None:
    wall.moment += timedelta(hours=14)  # the page's own text waits for the morning
    page.join(opens="10:00", closes="18:00")
    page.phone.text("JOIN")
    wall.moment += timedelta(hours=10)
    page.join(opens="11:00", closes="19:00")
    assert [each.inbound_id is None for each in page.queued() if each.state == "queued"] == []
    page.phone.text("YES")
    assert plan(page).hours == "10:00-18:00"


def test_a_number_is_texted_once_a_day_and_three_times_a_month(page: Visitor, wall: Wall) -> None:
    for number in range(40):
        page.elsewhere(f"203.0.113.{number}").join()
        page.arrived()
        wall.moment += timedelta(hours=6)  # ten days
    assert len(page.arrived()) == signing_up.MOST
    wall.moment += timedelta(days=25)
    page.join()
    assert len(page.arrived()) == signing_up.MOST + 1


def test_a_question_that_never_went_may_be_asked_again(page: Visitor, wall: Wall) -> None:
    page.join()
    wall.moment += timedelta(hours=1)
    assert page.arrived() == []  # too late for it
    page.join()
    assert len(page.arrived()) == 1


def test_forms_at_once_send_one_text(page: Visitor, wall: Wall) -> None:
    runtime = page.runtime
    wish = Wish("en", Rhythm.default("America/New_York", "US"), "words", "origin")

    def send(_number: int) -> None:
        with runtime.store.write() as session:
            address = Address("simulator", NUMBER)
            signing_up.sign_up(session, runtime.house, address, wish, wall(), 10)

    with ThreadPoolExecutor(4) as at_once:
        list(at_once.map(send, range(8)))
    assert (len(page.queued()), page.people()) == (1, 1)


def test_everybody_is_told_the_same(page: Visitor) -> None:
    new = page.join()
    page.phone.text("YES")
    subscribed = page.join()
    page.phone.text("STOP")
    left = page.join()
    page.phone.texts("DELETE", "DELETE YES")
    erased = page.join()
    assert new == subscribed == left == erased
    assert "ends in 00" in new


@pytest.mark.parametrize("before", [[], ["REMIND", "YES"], ["STOP"]], ids=["new", "in", "left"])
def test_how_long_an_answer_takes_tells_nothing_either(
    page: Visitor, monkeypatch: pytest.MonkeyPatch, before: list[str]
) -> None:
    page.phone.texts(*before, "MENU")
    token = page.token()
    monkeypatch.setattr(join, "AS_LONG", 0.2)
    began = time.monotonic()
    assert page.send(token).status_code == 303
    assert time.monotonic() - began >= 0.2


def test_who_is_in_hears_so_once_a_day(page: Visitor, wall: Wall) -> None:
    page.phone.join()
    for _ in range(3):
        page.join(opens="10:00", closes="18:00")
    (told,) = page.arrived()
    assert "You get our reminders already" in told
    assert "09:50" in told
    assert "STATUS" in told
    assert plan(page).hours == "09:00-17:00"  # nobody changes them from a page
    assert [each.event for each in page.consents()] == ["asked", "given"]


@pytest.mark.parametrize("leave", [["STOP"], ["leave me alone"], ["DELETE", "DELETE YES"]])
def test_who_left_is_texted_nothing(page: Visitor, leave: list[str]) -> None:
    page.phone.join().texts(*leave)
    people, said = page.people(), len(page.queued())
    page.join()
    assert (page.people(), len(page.queued())) == (people, said)
    assert page.arrived() == []


def test_a_question_that_is_open_by_text_comes_first(page: Visitor) -> None:
    page.phone.text("CHECK")
    page.join()
    assert page.arrived() == []
    with page.runtime.store.read() as session:
        assert session.scalars(select(Dialogue.question)).one() == "check"


def test_join_by_text_keeps_what_was_chosen_on_the_page(page: Visitor) -> None:
    page.join(opens="10:00", closes="18:00")
    page.arrived()
    page.phone.texts("JOIN", "YES")
    assert plan(page).hours == "10:00-18:00"
