"""Somebody's own page: what they see of theirs, and that a choice there is a text."""

import json
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from service.runtime import Runtime
from service.store.tables import Entry, Inbound
from tests.conftest import BOTH
from tests.conversation.linked import another, link
from tests.phone import Phone, Wall
from tests.web.doors import REAL
from tests.web.own_page import NOT_SEATED, SEATED, count, events, own_page

UNDER = ("", "/stop", "/erase", "/week.svg", "/my-data.json")


def test_prefs_brings_the_link_where_the_service_is_known(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    demo = Phone(service(), wall)
    assert "http://127.0.0.1:8000/me/" in demo.text("PREFS")
    real = Phone(service(**REAL), wall, "+12125550101", "sms")
    assert f"{REAL['public_url']}/me/" in real.text("PREFS")
    only_telegram = {name: REAL[name] for name in ("telegram_bot_token", "telegram_webhook_secret")}
    nowhere = Phone(service(**only_telegram), wall, "+12125550102", "telegram")
    assert "/me/" not in nowhere.text("PREFS")
    assert "HOURS" in nowhere.text("PREFS")


def test_the_link_costs_at_most_two_segments(phone: Phone) -> None:
    for words in ("LANGUAGE EN", "LANGUAGE ES", "LANGUAGE ZH"):
        phone.texts(words, "PREFS")
        assert "/me/" in phone.entries()[-1].text
        assert phone.entries()[-1].segments <= 2


def test_the_page_says_how_things_stand(phone: Phone) -> None:
    phone.join().texts("HOURS 8-16", "NO NECK", "PAUSE 2 days")
    shown = own_page(phone).get().text
    for words in ("08:00-16:00", "New York", "United States", "neck", "Paused until"):
        assert words in shown
    assert phone.number not in shown
    assert "**********00" in shown


def test_nothing_of_a_page_is_kept_or_found(phone: Phone) -> None:
    page = own_page(phone.join())
    for under in UNDER:
        headers = page.get(under).headers
        assert headers["Cache-Control"] == "no-store", under
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers.get_all("Referrer-Policy") == ["strict-origin"]


def test_looking_changes_nothing(phone: Phone) -> None:
    page = own_page(phone.join())
    before = json.loads(page.get("/my-data.json").text)
    for under in UNDER:
        assert page.get(under).status_code == 200
        assert page.client.head(page.link + under).status_code == 200
    assert json.loads(page.get("/my-data.json").text) == before


def test_a_choice_is_a_text_and_its_answer_stands_on_the_page(phone: Phone) -> None:
    page = own_page(phone.join())
    phone.runtime.drain()
    entries = len(phone.entries())
    shown = page.save("reminders", hours_from="08:00", hours_to="16:00")
    assert "Set: 08:00-16:00" in shown
    [answer] = phone.entries()[entries:]
    assert (answer.key, answer.state) == ("HOURS_OK", "answered")
    phone.runtime.drain()
    assert phone.entries()[-1].state == "answered"  # it is nobody's to send


@BOTH
def test_a_form_that_is_sent_twice_changes_nothing_twice(phone: Phone) -> None:
    page = own_page(phone.join())
    form = {**page.fields(), "what": "pause", "choice": "2 days"}
    first = page.client.post(page.link, data=form)
    held = phone.person.held_until
    texts = count(phone, Inbound), count(phone, Entry)
    phone.wall.moment += timedelta(hours=1)
    second = page.client.post(page.link, data=form)
    assert second.headers["Location"] == first.headers["Location"]
    assert (count(phone, Inbound), count(phone, Entry)) == texts
    assert phone.person.held_until == held


def test_the_same_form_with_another_choice_counts(phone: Phone) -> None:
    page = own_page(phone.join())
    form = page.fields()
    page.client.post(page.link, data=form | SEATED)
    assert phone.person.seated
    page.client.post(page.link, data=form | NOT_SEATED)
    assert not phone.person.seated


def test_more_reminders_than_agreed_are_asked_about_on_the_page(phone: Phone) -> None:
    page = own_page(phone.join())
    shown = page.save("reminders", hours_from="06:00", hours_to="20:00")
    assert "more than you agreed to" in shown
    assert phone.person.agreed == 8
    assert "more than you agreed to" in page.get().text  # as long as it is open
    page.choose("answer", choice="YES")
    assert phone.person.agreed == 13
    assert events(phone)[-1] == ("given", "page", "YES")


def test_a_place_that_fits_twice_is_asked_back(phone: Phone) -> None:
    page = own_page(phone.join())
    shown = page.save("settings", zone="Portland")
    if 'value="2"' in shown:
        page.choose("answer", choice="2")
    assert phone.person.zone in {"America/Los_Angeles", "America/New_York"}


def test_a_page_answers_in_the_persons_language_whatever_the_words(phone: Phone) -> None:
    phone.join().text("LANGUAGE ES")
    page = own_page(phone)
    for opens in ("07:00", "08:00"):
        shown = page.save("reminders", hours_from=opens, hours_to="16:00")
    assert "Listo" in shown or "Próximo aviso" in shown
    assert '<html lang="es">' in shown
    assert phone.person.language == "es"
    assert '<html lang="zh">' in page.save("settings", language="zh")


def test_reminders_move_to_the_page_of_another_address(phone: Phone) -> None:
    other = another(phone.join())
    link(phone, other)
    shown = own_page(other).choose("here")
    assert "Reply YES" in shown  # nobody agreed to reminders there yet
    page = own_page(other)
    page.choose("answer", choice="YES")
    assert "reminders arrive here" in page.get().text


def test_the_download_holds_all_but_the_link(phone: Phone) -> None:
    page = own_page(phone.join())
    answer = page.get("/my-data.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    kept = json.loads(answer.text)
    assert kept["addresses"][0]["handle"] == phone.number
    assert [event["event"] for event in kept["consent"]] == ["asked", "given"]
    assert page.link not in answer.text


def test_the_picture_shows_the_week_and_runs_nothing(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 12)
    page = own_page(phone)
    answer = page.get("/week.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "<script" not in answer.text
    assert answer.headers.get_all("Content-Security-Policy")[0].startswith("default-src 'none'")
    arrived = len(phone.arrivals())
    assert arrived
    assert f"the last 7 days: {arrived} reminders" in page.get().text


def test_a_choice_on_a_page_opens_no_window_of_whatsapp(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    phone = Phone(service(**REAL), wall, channel="whatsapp")
    page = own_page(phone)
    form = page.form("settings")
    del form["pictures"]
    assert page.client.post(page.link, data=form).status_code == 303
    with phone.runtime.store.read() as session:
        channels = list(session.scalars(select(Inbound.channel).order_by(Inbound.id)))
    assert channels == ["whatsapp", "page"]
