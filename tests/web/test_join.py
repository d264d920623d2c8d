"""The page /join: whom it texts, how often, and what it tells a stranger (nothing)."""

import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.conversation import signing_up
from service.conversation.signing_up import Wish
from service.envelopes import Address
from service.reminders.rhythm import Rhythm
from service.runtime import Runtime
from service.store.tables import AddressRow, Dialogue, Plan
from tests.conftest import BOTH
from tests.phone import Wall
from tests.web.joining import FILLED, NUMBER, Visitor, visitor

pytestmark = BOTH


@pytest.fixture
def page(service: Callable[..., Runtime], wall: Wall) -> Visitor:
    return visitor(service(), wall)


def plan(page: Visitor) -> Plan:
    with page.runtime.store.read() as session:
        return session.get_one(Plan, page.phone.person.plan_id)


def standing(page: Visitor) -> str:
    with page.runtime.store.read() as session:
        return session.scalars(select(AddressRow.standing)).one()


def test_one_question_is_texted_and_nothing_else_before_the_yes(page: Visitor) -> None:
    page.join()
    (question,) = page.arrived()
    assert "Reply YES for stand-up reminders" in question
    assert standing(page) == "none"
    assert page.phone.until(2026, 3, 6, 18, 0) == []  # the week goes by


def test_yes_brings_what_was_chosen(page: Visitor) -> None:
    page.join(opens="07:00", closes="15:00", days=["0", "2"], place="Chicago", language="es")
    (question,) = page.arrived()
    assert "Responda SI" in question
    assert page.phone.person.plan_id is None  # not yet
    assert "07:00-15:00" in page.phone.text("SI")
    person, theirs = page.phone.person, plan(page)
    assert (person.state, person.language, person.zone) == ("active", "es", "America/Chicago")
    assert (theirs.hours, theirs.days, theirs.own) == ("07:00-15:00", "1010000", True)
    assert (theirs.zone, theirs.holidays) == ("America/Chicago", "US")


def test_the_usual_hours_leave_quiet_hours_alone(page: Visitor) -> None:
    page.join()
    assert "09:00-17:00" in page.phone.text("YES")
    assert (plan(page).own, plan(page).zone) == (False, "America/New_York")


def test_who_works_abroad_gets_that_countrys_emergency_number(page: Visitor) -> None:
    page.join(place="Berlin")
    page.phone.text("YES")
    assert (page.phone.person.country, plan(page).holidays) == ("DE", "DE")


def test_an_unknown_zone_is_asked_by_text(page: Visitor) -> None:
    page.join(country="AU", number="0491 570 156")
    phone = page.phone
    phone.number = "+61491570156"
    assert "Which city" in phone.text("YES")


def test_the_consent_record_holds_the_words_of_the_page(page: Visitor) -> None:
    shown = re.search(r'<p id="consent">(.*?)</p>', page.client.get("/join").text)
    assert shown
    page.join()
    (asked,) = page.consents()
    assert (asked.event, asked.source, asked.at) == ("asked", "page", page.wall.moment)
    assert asked.shown == html.unescape(shown[1])
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


def test_the_last_form_counts_while_its_question_is_open(page: Visitor) -> None:
    page.join()
    page.join(opens="08:00", closes="16:00")
    page.arrived()
    page.phone.text("YES")
    assert plan(page).hours == "08:00-16:00"


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
    page.join(opens="08:00", closes="16:00")
    page.arrived()
    page.phone.texts("JOIN", "YES")
    assert plan(page).hours == "08:00-16:00"


def test_no_phone_rings_at_night(page: Visitor, wall: Wall) -> None:
    wall.moment += timedelta(hours=14)  # 23:00 in New York
    assert "outside texting hours there (09:00-20:00)" in page.join()
    assert page.arrived() == []
    wall.moment += timedelta(hours=9, minutes=59)
    assert page.arrived() == []
    wall.moment += timedelta(minutes=1)
    assert len(page.arrived()) == 1
    wall.moment += timedelta(hours=23)
    page.phone.text("YES")  # the day begins when it was asked
    assert standing(page) == "in"


def test_who_joins_by_text_at_night_isnt_asked_again_in_the_morning(
    page: Visitor, wall: Wall
) -> None:
    wall.moment += timedelta(hours=14)
    page.join(opens="10:00", closes="18:00")
    page.phone.texts("JOIN", "YES")
    wall.moment += timedelta(hours=10)
    assert page.arrived() == []
    assert plan(page).hours == "10:00-18:00"


@pytest.mark.parametrize(("place", "texts"), [("", 0), ("Perth", 1), ("Berlin", 0)])
def test_a_number_of_several_zones_waits_for_all_of_them(
    page: Visitor, wall: Wall, place: str, texts: int
) -> None:
    wall.moment += timedelta(hours=-4)  # 21:00 in Sydney, 18:00 in Perth, 11:00 in Berlin
    page.join(country="AU", number="0491 570 156", place=place)
    page.runtime.drain()
    assert sum(each.state == "delivered" for each in page.queued()) == texts


def test_a_day_later_the_question_is_closed(page: Visitor, wall: Wall) -> None:
    page.join()
    page.arrived()
    wall.moment += timedelta(hours=25)
    page.phone.text("YES")
    assert standing(page) == "none"


def test_whom_only_the_page_knows_is_forgotten_after_a_month(page: Visitor, wall: Wall) -> None:
    page.join()
    page.arrived()
    wall.moment += timedelta(days=30)
    page.runtime.tidy()
    assert page.people() == 1
    wall.moment += timedelta(days=2)
    page.runtime.tidy()
    assert (page.people(), page.queued()) == (0, [])
    (asked,) = page.consents()
    assert (asked.event, asked.address_id, asked.used) == ("asked", None, "")
    assert asked.handle_hash
    page.join()
    assert len(page.arrived()) == 1  # no opt-out: they may be asked anew


def test_who_answered_is_not_forgotten(page: Visitor, wall: Wall) -> None:
    page.join()
    page.phone.text("NO")
    wall.moment += timedelta(days=40)
    page.runtime.tidy()
    assert page.people() == 1


def test_the_whole_installation_has_its_limit(service: Callable[..., Runtime], wall: Wall) -> None:
    page = visitor(service(join_limit=2), wall)
    for last in (1, 2):
        page.join(number=f"(212) 555-010{last}")
    refused = page.send(number="(212) 555-0103")
    assert (refused.status_code, "Too many people are joining" in refused.text) == (429, True)
    assert page.people() == 2
    wall.moment += timedelta(hours=1)
    page.join(number="(212) 555-0103")
    assert page.people() == 3


def test_a_client_has_its_limit_and_others_theirs(page: Visitor) -> None:
    token = page.token()
    for _ in range(20):
        assert page.send(token, agree=None).status_code == 200
    refused = page.send(token)
    assert (refused.status_code, "too often from your network" in refused.text) == (429, True)
    assert 'value="(212) 555-0100"' in refused.text
    assert page.elsewhere("203.0.113.8").send(token).status_code == 303


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"number": ""}, "Type your mobile number"),
        ({"number": "0" * 5000}, "no phone number that we can read"),
        ({"number": "9" * 39}, "no phone number that we can read"),
        ({"number": "<script>alert(1)</script>"}, "no phone number that we can read"),
        ({"number": "+12125550100 ext 5"}, "no phone number that we can read"),
        ({"country": "XX"}, "Choose one of these countries"),
        ({"country": None}, "Choose one of these countries"),
        ({"language": "tlh"}, "Choose one of these languages"),
        ({"place": "Nowhere at all"}, "no city or time zone of that name"),
        ({"place": "Springfield"}, "several places of that name"),
        ({"opens": "late"}, "Type both times"),
        ({"closes": "25:00"}, "Type both times"),
        ({"opens": "09:00", "closes": "09:00"}, "No reminder fits"),
        ({"opens": "09:00", "closes": "09:20"}, "No reminder fits"),
        ({"opens": "06:00", "closes": "20:00"}, "more than 8 reminders a day"),
        ({"days": []}, "at least one day"),
        ({"days": ["9", "x"]}, "at least one day"),
        ({"agree": None}, "tick the box"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    page: Visitor, changes: dict[str, Any], told: str
) -> None:
    typed = {"place": "Chicago", **changes}
    answer = page.send(**typed)
    text = html.unescape(answer.text)
    assert (answer.status_code, told in text, page.people()) == (200, True, 0)
    assert "Nothing was sent yet" in text
    for name in ("number", "place", "opens"):
        value = html.escape(str((FILLED | typed)[name])[:120])
        assert f'value="{value}"' in answer.text.replace("&#34;", "&quot;").replace(
            "&#39;", "&#x27;"
        )
    assert "<script>alert" not in answer.text


def test_markup_in_any_field_stays_text(page: Visitor) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    answer = page.send(
        number=evil, country=evil, language=evil, place=evil, opens=evil, closes=evil, days=[evil]
    )
    assert answer.status_code == 200
    assert "<img src=x" not in answer.text


def test_a_forged_or_stale_form_is_said_in_the_pages_language(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    page = visitor(service(), wall, "/join?lang=es")
    for token in ("forged", f"{page.token()}x"):
        answer = page.send(token)
        assert (answer.status_code, page.people()) == (400, 0)
        assert "no se envió" in answer.text
        assert 'value="(212) 555-0100"' in answer.text


def test_a_body_of_100_kb_is_refused_with_a_sentence(page: Visitor) -> None:
    answer = page.send(place="a" * 100_000)
    assert (answer.status_code, page.people()) == (413, 0)
    assert "too much text for this form" in answer.text


def test_the_result_speaks_the_pages_language(service: Callable[..., Runtime], wall: Wall) -> None:
    page = visitor(service(), wall, "/join?lang=zh")
    assert "请看手机" in page.join(language="es")
    assert "Responda SI" in page.arrived()[0]  # theirs is another


def test_without_a_form_there_is_no_result(page: Visitor) -> None:
    assert page.client.get("/join/asked").headers["Location"] == "/join"
    assert page.client.get("/join").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("accepts", "path", "country"),
    [
        ("en-GB,en;q=0.9", "/join", "GB"),
        ("es-MX", "/join", "MX"),
        ("de", "/join", "US"),
        ("zh-Hant-TW", "/join", "TW"),
        ("", "/join?lang=es", "ES"),
        ("%%%;q=x", "/join", "US"),
    ],
)
def test_the_country_is_guessed_from_the_browser(
    page: Visitor, accepts: str, path: str, country: str
) -> None:
    shown = page.client.get(path, headers={"Accept-Language": accepts}).text
    assert re.findall(r'<option value="([A-Z]{2})" selected>', shown) == [country]


def test_the_number_wins_over_the_country(page: Visitor) -> None:
    page.join(number="+49 171 3920012")
    phone = page.phone
    phone.number = "+491713920012"
    assert len(phone.entries()) == 1
