"""Somebody's own page: what they see of theirs, and that a choice there is a text."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from service.app import create_app
from service.people.page_links import LASTS
from service.runtime import Runtime
from service.store.tables import AddressRow, Consent, Entry, Inbound, Person
from service.web.me import door
from tests.conftest import BOTH
from tests.conversation.linked import another, link
from tests.phone import Phone, Wall
from tests.web.doors import REAL
from tests.web.own_page import OwnPage, link_of, own_page

UNDER = ("", "/stop", "/erase", "/week.svg", "/my-data.json")


def events(phone: Phone) -> list[tuple[str, str, str]]:
    with phone.runtime.store.read() as session:
        rows = session.scalars(select(Consent).order_by(Consent.id))
        return [(row.event, row.source, row.used) for row in rows]


def count(phone: Phone, table: type[Any]) -> int:
    with phone.runtime.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def as_sms(service: Callable[..., Runtime], wall: Wall) -> Phone:
    """Somebody at a service with real channels, where the carriers' words are Twilio's to answer."""
    phone = Phone(service(**REAL), wall, channel="sms")
    phone.join()
    return phone


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
    shown = page.choose("hours", **{"from": "08:00", "to": "16:00"})
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
    form = {**page.fields(), "what": "seated"}
    page.client.post(page.link, data={**form, "choice": "ON"})
    assert phone.person.seated
    page.client.post(page.link, data={**form, "choice": "OFF"})
    assert not phone.person.seated


def test_more_reminders_than_agreed_are_asked_about_on_the_page(phone: Phone) -> None:
    page = own_page(phone.join())
    shown = page.choose("hours", **{"from": "06:00", "to": "20:00"})
    assert "more than you agreed to" in shown
    assert phone.person.agreed == 8
    assert "more than you agreed to" in page.get().text  # as long as it is open
    page.choose("answer", choice="YES")
    assert phone.person.agreed == 13
    assert events(phone)[-1] == ("given", "page", "YES")


def test_a_place_that_fits_twice_is_asked_back(phone: Phone) -> None:
    page = own_page(phone.join())
    shown = page.choose("zone", name="Portland")
    if 'value="2"' in shown:
        page.choose("answer", choice="2")
    assert phone.person.zone in {"America/Los_Angeles", "America/New_York"}


def test_a_page_answers_in_the_persons_language_whatever_the_words(phone: Phone) -> None:
    phone.join().text("LANGUAGE ES")
    page = own_page(phone)
    for _ in range(2):
        shown = page.choose("hours", **{"from": "08:00", "to": "16:00"})
    assert "Listo" in shown or "Próximo aviso" in shown
    assert '<html lang="es">' in shown
    assert phone.person.language == "es"
    assert '<html lang="zh">' in page.choose("language", choice="zh")


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


def test_nobody_is_erased_by_looking_at_the_question(phone: Phone) -> None:
    page = own_page(phone.join())
    page.get("/erase")
    assert phone.person.state == "active"
    assert phone.person.held_until is None


@pytest.mark.parametrize("under", UNDER)
def test_an_old_link_and_a_forged_one_say_how_to_get_a_new_one(phone: Phone, under: str) -> None:
    page = own_page(phone.join())
    forged = OwnPage(page.client, page.link[:-1] + ("b" if page.link[-1] == "a" else "a"))
    assert (forged.get(under).status_code, "text PREFS" in forged.get(under).text) == (403, True)
    phone.wall.moment += LASTS
    assert (page.get(under).status_code, "text PREFS" in page.get(under).text) == (410, True)


def test_a_made_up_link_looks_like_that_of_somebody_erased(phone: Phone) -> None:
    page = own_page(phone.join())
    assert page.send("/erase").status_code == 200
    made_up = OwnPage(page.client, f"/me/{'a' * 6}lj{'a' * 24}")
    gone = page.get()
    assert gone.status_code == 403
    assert made_up.get().status_code in {403, 410}
    assert gone.text.replace(page.link, "") == made_up.get().text.replace(made_up.link, "")


@pytest.mark.parametrize("under", ["", "/stop", "/erase"])
def test_a_form_without_its_token_does_nothing(phone: Phone, under: str) -> None:
    page = own_page(phone.join())
    fields = page.fields(under) | {"what": "seated", "choice": "ON"}
    for missing in ("csrf_token", "once"):
        form = {name: value for name, value in fields.items() if name != missing}
        assert page.client.post(page.link + under, data=form).status_code == 400
    assert (phone.person.state, phone.person.seated) == ("active", False)


def test_an_expired_link_changes_nothing(phone: Phone) -> None:
    page = own_page(phone.join())
    form = page.fields() | {"what": "seated", "choice": "ON"}
    phone.wall.moment += LASTS
    assert page.client.post(page.link, data=form).status_code == 410
    assert not phone.person.seated


def test_one_persons_link_shows_and_changes_nothing_of_anothers(phone: Phone) -> None:
    other = another(phone.join())
    other.join()
    page, theirs = own_page(phone), own_page(other)
    sent = page.send(what="seated", choice="ON")
    assert (phone.person.seated, other.person.seated) == (True, False)
    said = sent.headers["Location"].partition("?")[2]
    assert "Our answer" not in theirs.get(f"?{said}").text
    [kept] = json.loads(theirs.get("/my-data.json").text)["addresses"]
    assert kept["handle"] == other.number


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


def test_a_page_that_is_asked_for_too_often_says_so(phone: Phone) -> None:
    page = own_page(phone.join())
    most = int(door.OFTEN.split()[0])
    answers = [page.get("/stop").status_code for _ in range(most + 1)]
    assert set(answers[:most]) == {200}
    assert answers[-1] == 429
    assert OwnPage(page.client, link_of(another(phone))).get().status_code == 200


def test_danger_that_is_typed_into_a_field_is_met_as_in_a_text(phone: Phone) -> None:
    page = own_page(phone.join())
    shown = page.choose("zone", name="I can't feel my legs and can't pee")
    assert "911" in shown
    assert phone.person.held_why == "emergency"


def test_a_choice_on_a_page_opens_no_window_of_whatsapp(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    phone = Phone(service(**REAL), wall, channel="whatsapp")
    page = own_page(phone)
    page.choose("pictures", choice="OFF")
    with phone.runtime.store.read() as session:
        channels = list(session.scalars(select(Inbound.channel).order_by(Inbound.id)))
    assert channels == ["whatsapp", "page"]


def test_over_https_a_form_is_taken_from_our_own_pages_alone(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    phone = as_sms(service, wall)
    client = create_app(phone.runtime).test_client()
    address, public = link_of(phone), str(REAL["public_url"])
    secure = {"base_url": public}
    shown = client.get(address, **secure).text
    fields = OwnPage(client, address)
    del fields
    token = shown.partition('name="csrf_token" value="')[2].partition('"')[0]
    once = shown.partition('name="once" value="')[2].partition('"')[0]
    form = {"csrf_token": token, "once": once, "what": "seated", "choice": "ON"}
    foreign = client.post(
        address, data=form, headers={"Referer": "https://evil.example/"}, **secure
    )
    assert foreign.status_code == 400
    ours = client.post(address, data=form, headers={"Referer": f"{public}/"}, **secure)
    assert ours.status_code == 303
