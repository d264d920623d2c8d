"""Who is kept away from somebody's own page, and what a link can't do."""

import json
from collections.abc import Callable

import pytest

from service.app import create_app
from service.people.page_links import LASTS
from service.runtime import Runtime
from tests.conversation.linked import another
from tests.phone import Phone, Wall
from tests.web.doors import REAL
from tests.web.own_page import SEATED, OwnPage, as_sms, link_of, own_page

UNDER = ("", "/stop", "/erase", "/week.svg", "/my-data.json")


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
    fields = page.fields(under) | SEATED
    for missing in ("csrf_token", "once"):
        form = {name: value for name, value in fields.items() if name != missing}
        assert page.client.post(page.link + under, data=form).status_code == 400
    assert (phone.person.state, phone.person.seated) == ("active", False)


def test_a_form_that_waited_too_long_is_told_so_in_the_persons_language(phone: Phone) -> None:
    page = own_page(phone.join())
    answer = page.client.post(f"{page.link}?lang=es", data=SEATED)
    assert (answer.status_code, "No se cambió nada" in answer.text) == (400, True)


def test_an_expired_link_changes_nothing(phone: Phone) -> None:
    page = own_page(phone.join())
    form = page.fields() | SEATED
    phone.wall.moment += LASTS
    assert page.client.post(page.link, data=form).status_code == 410
    assert not phone.person.seated


def test_one_persons_link_shows_and_changes_nothing_of_anothers(phone: Phone) -> None:
    other = another(phone.join())
    other.join()
    page, theirs = own_page(phone), own_page(other)
    sent = page.send(**SEATED)
    assert (phone.person.seated, other.person.seated) == (True, False)
    said = sent.headers["Location"].partition("?")[2]
    assert "Our answer" not in theirs.get(f"?{said}").text
    [kept] = json.loads(theirs.get("/my-data.json").text)["addresses"]
    assert kept["handle"] == other.number


def test_two_pages_that_drew_the_same_token_change_each_their_own(phone: Phone) -> None:
    other = another(phone.join())
    other.join()
    for page in own_page(phone), own_page(other):
        form = {**page.fields(), "once": "the same", **SEATED}
        assert page.client.post(page.link, data=form).status_code == 303
    assert (phone.person.seated, other.person.seated) == (True, True)


def test_a_page_that_is_asked_for_too_often_says_so(phone: Phone) -> None:
    page = own_page(phone.join())
    answers = [page.get("/stop").status_code for _ in range(61)]
    assert set(answers[:60]) == {200}
    assert answers[-1] == 429
    assert OwnPage(page.client, link_of(another(phone))).get().status_code == 200


def test_danger_that_is_typed_into_a_field_is_met_as_in_a_text(phone: Phone) -> None:
    page = own_page(phone.join())
    shown = page.save("settings", zone="I can't feel my legs and can't pee")
    assert "911" in shown
    assert phone.person.held_why == "emergency"


def test_over_https_a_form_is_taken_from_our_own_pages_alone(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    phone = as_sms(service, wall)
    client = create_app(phone.runtime).test_client()
    address, public = link_of(phone), str(REAL["public_url"])
    secure = {"base_url": public}
    shown = client.get(address, **secure).text
    token = shown.partition('name="csrf_token" value="')[2].partition('"')[0]
    once = shown.partition('name="once" value="')[2].partition('"')[0]
    form = {"csrf_token": token, "once": once, **SEATED}
    foreign = client.post(
        address, data=form, headers={"Referer": "https://evil.example/"}, **secure
    )
    assert foreign.status_code == 400
    ours = client.post(address, data=form, headers={"Referer": f"{public}/"}, **secure)
    assert ours.status_code == 303
