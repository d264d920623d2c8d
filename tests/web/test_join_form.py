"""The form of /join: how often it may be sent, what may be wrong in it, and in which language that is said."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service.runtime import Runtime
from tests.phone import Wall
from tests.web.joining import FILLED, Visitor, visitor


@pytest.fixture
def page(service: Callable[..., Runtime], wall: Wall) -> Visitor:
    return visitor(service(), wall)


def test_the_whole_installation_has_its_limit(service: Callable[..., Runtime], wall: Wall) -> None:
    page = visitor(service(join_limit=2), wall)
    shown = [page.join(number=f"(212) 555-0{last}00") for last in (1, 2, 3)]
    assert shown[0] == shown[1] == shown[2]  # that nobody was texted isn't told
    assert "very many people are joining" in shown[0]
    assert (page.people(), len(page.queued())) == (2, 2)
    wall.moment += timedelta(hours=1)
    page.join(number="(212) 555-0300")
    assert (page.people(), len(page.queued())) == (3, 3)


def test_forms_that_text_nobody_dont_close_the_page(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    page = visitor(service(join_limit=2), wall)
    for _ in range(4):
        page.join()  # one text, and three times none
    page.join(number="(212) 555-0101")
    assert len(page.queued()) == 2


def test_a_client_has_its_limit_and_others_theirs(page: Visitor) -> None:
    token = page.token()
    for number in range(10):
        assert page.send(token, number=f"(212) 555-01{number:02}").status_code == 303
    refused = page.send(token)
    assert (refused.status_code, "too often from your network" in refused.text) == (429, True)
    assert 'value="(212) 555-0100"' in refused.text
    assert page.elsewhere("203.0.113.8").send(token).status_code == 303


def test_a_client_may_send_no_more_than_forty_forms_a_day(page: Visitor) -> None:
    token, others = page.token(), page.elsewhere("203.0.113.8")
    for _ in range(4):
        assert [page.send(token).status_code for _ in range(10)] == [303] * 10
        an_hour_goes_by(page)
    assert page.send(token).status_code == 429
    assert others.send(token).status_code == 303


def test_mistakes_take_nothing_from_what_a_client_may_send(page: Visitor) -> None:
    token = page.token()
    for _ in range(59):
        assert page.send(token, agree=None).status_code == 200
    assert page.send(token).status_code == 303
    assert page.send(token, agree=None).status_code == 429  # but there is an end to them, too


def test_an_operator_says_how_many_may_join_behind_one_address(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    page = visitor(service(join_client_limit=1), wall)
    token = page.token()
    assert [page.send(token).status_code for _ in range(2)] == [303, 429]


def an_hour_goes_by(page: Visitor) -> None:
    """For what counts a client's forms, by a clock of its own."""
    for limiter in page.client.application.extensions["limiter"]:
        for counted in list(limiter.storage.storage):
            if counted.endswith("/hour"):
                limiter.storage.clear(counted)


def test_a_number_is_not_texted_again_within_a_day(page: Visitor, wall: Wall) -> None:
    wall.moment += timedelta(hours=10)  # 19:00 in New York
    page.join()
    assert len(page.arrived()) == 1
    for hours, texts in ((14, 1), (9, 1), (1, 2)):
        wall.moment += timedelta(hours=hours)
        page.join()
        assert len(page.arrived()) == texts


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
        ({"opens": "07:00", "closes": "15:00"}, "choose hours within 09:00-20:00"),
        ({"opens": "14:00", "closes": "20:30"}, "by text, such as HOURS 7-15"),
        ({"opens": "22:00", "closes": "06:00"}, "choose hours within 09:00-20:00"),
        ({"days": []}, "at least one day"),
        ({"days": ["9", "x"]}, "at least one day"),
        ({"agree": None}, "tick the box"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    page: Visitor, changes: dict[str, Any], told: str
) -> None:
    typed = {"place": "New York", **changes}
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


def test_a_browser_that_keeps_no_cookies_is_told_so(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    page = visitor(service(), wall)
    bare = replace(page, client=page.client.application.test_client(use_cookies=False))
    answer = bare.send(bare.token())
    assert (answer.status_code, "keeps no cookies" in answer.text) == (400, True)


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


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("es", ["HORARIO 7-15", "envíe ZONA y su ciudad"]),
        ("zh", ["发送 时间 7-15", "发送 时区 和您的城市"]),
    ],
)
def test_how_to_set_by_text_what_the_form_refuses_is_said_in_its_language(
    service: Callable[..., Runtime], wall: Wall, language: str, told: list[str]
) -> None:
    page = visitor(service(), wall, f"/join?lang={language}")
    text = page.send(opens="07:00", closes="15:00", place="Berlin").text
    assert [each in text for each in told] == [True, True]
    assert page.people() == 0


def test_the_usual_hours_can_be_sent_whatever_the_quiet_hours_are(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    page = visitor(service(quiet_hours="10:00-18:00"), wall)
    page.join()
    assert len(page.queued()) == 1
    assert "within 10:00-18:00" in page.send(opens="09:30", closes="17:00").text


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


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Afghanistan", "Åland Islands", "Albania"]),
        ("es", ["Baréin", "Bélgica", "Belice", "Benín"]),
        ("es", ["México", "Micronesia", "Moldavia", "Mónaco"]),
        (
            "zh",
            ["阿根廷", "巴西", "德国", "法国", "加拿大", "美国", "日本", "西班牙", "英国", "中国"],
        ),
    ],
)
def test_countries_stand_where_readers_of_the_language_look_for_them(
    page: Visitor, language: str, names: list[str]
) -> None:
    shown = html.unescape(page.client.get(f"/join?lang={language}").text)
    every = re.findall(r'<option value="[A-Z]{2}"[^>]*>([^<]+) \(\+', shown)
    assert [name for name in every if name in names] == names
