"""One Save for a card of settings: all that changed is texted, and nothing else."""

import pytest
from sqlalchemy import select

from service.store.tables import Inbound
from tests.conftest import BOTH
from tests.phone import Phone
from tests.web.own_page import OwnPage, changed, count, own_page

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def texted(phone: Phone) -> list[str]:
    """The topics of what was chosen on pages, in the order in which it came."""
    with phone.runtime.store.read() as session:
        asked = select(Inbound.topic).where(Inbound.channel == "page").order_by(Inbound.id)
        return list(session.scalars(asked))


def rhythm(page: OwnPage) -> tuple[str, ...]:
    form = page.form("reminders")
    return tuple(form[f"was-{name}"][0] for name in ("hours", "lunch", "days", "every"))


@pytest.fixture
def page(phone: Phone) -> OwnPage:
    return own_page(phone.join())


@BOTH
def test_hours_and_a_day_are_saved_together(phone: Phone) -> None:
    page = own_page(phone.join())
    shown = page.save("reminders", hours_from="08:00", day=[*WORKDAYS, "sat"])
    assert "08:00-17:00" in shown
    assert shown.count('class="me-bubble"') == 2
    assert "08:00-17:00 Mon-Sat" in shown
    assert rhythm(page) == ("08:00-17:00", "12:30-13:30", "mon tue wed thu fri sat", "60")
    assert texted(phone) == ["DAYS", "HOURS"]


def test_what_wasnt_changed_is_not_texted(phone: Phone, page: OwnPage) -> None:
    phone.texts("NO ANKLES", "SEATED ON", "EVERY 100")
    before = phone.person.left_out, phone.person.seated, rhythm(page)
    entries = count(phone, Inbound)
    for card in ("reminders", "settings"):
        assert "Nothing was changed" in page.save(card)
    assert count(phone, Inbound) == entries
    assert (phone.person.left_out, phone.person.seated, rhythm(page)) == before


def test_each_field_starts_with_what_is_set(phone: Phone, page: OwnPage) -> None:
    phone.texts("EVERY 3h", "LUNCH OFF", "DAYS tue sun", "NO NECK", "NO KNEES", "DISCREET ON")
    phone.text("LANGUAGE ES")
    form = page.form("reminders")
    assert (form["every"], form["day"], form["lunch-off"]) == (["180"], ["tue", "sun"], ["1"])
    assert (form["lunch-from"], form["lunch-to"]) == ([""], [""])
    form = page.form("settings")
    assert (form["without"], form["language"]) == (["knees", "neck"], ["es"])
    assert ("seated" in form, form["discreet"]) == (False, ["ON"])


def test_an_area_comes_back_by_its_tick(phone: Phone, page: OwnPage) -> None:
    page.save("settings", without=["neck", "ankles"])
    assert phone.person.left_out == ["ankles", "neck"]
    page.save("settings", without=["ankles"])
    assert phone.person.left_out == ["ankles"]
    page.save("settings", without=[])
    assert phone.person.left_out == []


def test_a_form_with_several_changes_sent_twice_changes_nothing_twice(
    phone: Phone, page: OwnPage
) -> None:
    form = changed(page.form("reminders"), hours_from="08:00", every="90", lunch_off="1")
    first = page.client.post(page.link, data=form)
    texts = count(phone, Inbound)
    phone.text("EVERY 2h")
    second = page.client.post(page.link, data=form)
    assert second.headers["Location"] == first.headers["Location"]
    assert count(phone, Inbound) == texts + 1
    assert rhythm(page) == ("08:00-17:00", "OFF", "mon tue wed thu fri", "120")


def test_an_old_form_takes_back_nothing_that_it_doesnt_change(phone: Phone, page: OwnPage) -> None:
    form = changed(page.form("reminders"), day=["mon"])
    phone.texts("HOURS 7-15", "EVERY 2h")
    page.client.post(page.link, data=form)
    assert rhythm(page) == ("07:00-15:00", "12:30-13:30", "mon", "120")


def test_no_change_is_overtaken_by_the_question_about_another(phone: Phone, page: OwnPage) -> None:
    """Hours alone ask for more than was agreed to; the lunch break alone would overtake that question."""
    shown = page.save("reminders", hours_from="06:00", hours_to="20:00", lunch_off="1", day=["mon"])
    assert "up to 14 reminders a day" in shown
    assert rhythm(page)[2] == "mon"
    page.choose("answer", choice="YES")
    assert rhythm(page) == ("06:00-20:00", "OFF", "mon", "60")
    assert phone.person.agreed == 14


def test_no_change_is_refused_for_the_lack_of_another(page: OwnPage) -> None:
    """Hours that lie in the lunch break leave no room for a reminder until that is gone."""
    page.save("reminders", hours_from="12:30", hours_to="13:30", lunch_off="1")
    assert rhythm(page)[:2] == ("12:30-13:30", "OFF")


def test_a_lunch_break_is_kept_beside_hours_in_two_parts(phone: Phone, page: OwnPage) -> None:
    """Hours in parts end the break, as by text: one that is chosen with them comes after."""
    phone.text("HOURS 8-12 13-17")
    page.save(
        "reminders",
        hours_from=["09:00", "13:00"],
        lunch_from="15:00",
        lunch_to="15:30",
        lunch_off=[],
    )
    assert rhythm(page)[:2] == ("09:00-12:00 13:00-17:00", "15:00-15:30")


def test_settings_are_answered_in_the_language_chosen_with_them(
    phone: Phone, page: OwnPage
) -> None:
    shown = page.save("settings", language="es", seated="ON", zone="Chicago")
    assert '<html lang="es">' in shown
    assert (phone.person.language, phone.person.seated) == ("es", True)
    assert phone.person.zone == "America/Chicago"
    assert texted(phone) == ["LANGUAGE", "SEATED", "ZONE"]


def test_an_unknown_place_doesnt_keep_the_rest_from_being_saved(
    phone: Phone, page: OwnPage
) -> None:
    shown = page.save("settings", zone="Nowhereville", discreet="ON")
    assert "ZONE Berlin" in shown
    assert phone.person.discreet


@pytest.mark.parametrize("strange", ["", "x", "25:00-x", "0", "-1", "9" * 5000, "\ud7ff\x00"])
def test_a_form_that_no_page_of_ours_holds_breaks_nothing(page: OwnPage, strange: str) -> None:
    before = rhythm(page)
    fields = ("hours-from", "hours-to", "lunch-from", "lunch-to", "day", "every")
    shown = ("was-hours", "was-lunch", "was-days", "was-every")
    form = page.form("reminders")
    form |= {name: [strange] for name in (*fields, *shown)}
    answer = page.client.post(page.link, data=form)
    assert answer.status_code == 303
    assert rhythm(page) == before
