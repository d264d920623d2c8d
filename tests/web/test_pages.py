"""The front page."""

import re
from collections.abc import Callable
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from markupsafe import escape

from service.app import create_app
from service.conversation.understand import understand
from service.runtime import Runtime
from service.web import ways_in
from tests.web.doors import REAL


def home(runtime: Runtime) -> str:
    response = create_app(runtime).test_client().get("/")
    assert (response.status_code, response.mimetype) == (200, "text/html")
    return response.text


def test_a_demo_leads_to_the_phone_page(service: Callable[..., Runtime]) -> None:
    page = home(service())
    assert 'href="/phone"' in page
    assert "sms:" not in page


def test_a_real_service_names_its_number(service: Callable[..., Runtime]) -> None:
    page = home(service(**REAL))
    assert 'href="sms:+14155550100?&amp;body=JOIN"' in page
    assert "/phone" not in page.replace("phone.svg", "")


def test_every_way_in_is_a_plain_link(service: Callable[..., Runtime]) -> None:
    page = home(service(**REAL, telegram_name="upright_bot"))
    assert 'href="/join"' in page
    assert 'href="https://wa.me/14155550177?text=JOIN"' in page
    assert 'href="https://t.me/upright_bot"' in page
    assert "choose Apps in the sidebar, search for Upright" in page
    assert "+1 415-555-0100" in page


def test_a_way_that_isnt_set_up_isnt_offered(service: Callable[..., Runtime]) -> None:
    page = home(service())
    assert not re.search(r"wa\.me|t\.me|Slack|Telegram|WhatsApp", page)
    nameless = home(service(**REAL))
    assert "t.me" not in nameless
    assert "the bot that you were told of" in nameless


@pytest.mark.parametrize(("language", "word"), [("en", "JOIN"), ("es", "AVISOS"), ("zh", "提醒")])
def test_each_language_joins_with_a_word_of_its_own(
    service: Callable[..., Runtime], language: str, word: str
) -> None:
    runtime = service(**REAL)
    client = create_app(runtime).test_client()
    page = client.get(f"/?lang={language}").text
    link = f"sms:+14155550100?&body={quote(word)}"
    assert f'href="{escape(link)}"' in page
    assert f"?text={quote(word)}" in page
    code = client.get(f"/join.svg?lang={language}")
    assert (code.status_code, code.mimetype) == (200, "image/svg+xml")
    assert code.data == ways_in.qr_code(link)
    reading = understand(word, runtime.catalogue.vocabulary)
    assert (reading.topic, reading.rule) == ("REMIND", "exact")


def test_a_code_can_be_read_on_a_dark_page() -> None:
    drawn = ElementTree.fromstring(ways_in.qr_code("sms:+14155550100"))
    ground, modules = drawn
    size = int(drawn.attrib["viewBox"].split()[-1])
    assert (ground.attrib["fill"], ground.attrib["d"]) == ("#fff", f"M0 0h{size}v{size}h-{size}z")
    assert modules.attrib["stroke"] == "#000"
    assert modules.attrib["d"].startswith("M4 4.5")  # four modules of quiet zone


def test_a_demo_has_no_number_to_scan(service: Callable[..., Runtime]) -> None:
    assert create_app(service()).test_client().get("/join.svg").status_code == 404


def test_a_messaging_services_number_is_not_made_up(service: Callable[..., Runtime]) -> None:
    service_only = {"twilio_from": "", "twilio_messaging_service_sid": "MG" + "0" * 32}
    assert "the number that you were given" in home(service(**(REAL | service_only)))


@pytest.mark.parametrize("language", ["es", "zh"])
def test_what_other_languages_offer_is_understood(
    service: Callable[..., Runtime], language: str
) -> None:
    runtime = service(**REAL)
    page = create_app(runtime).test_client().get(f"/?lang={language}").text
    offered = set(re.findall(r"<kbd>([^<]+)</kbd>", page))
    offered -= {runtime.catalogue.word("YES", language)}
    rules = {word: understand(word, runtime.catalogue.vocabulary).rule for word in offered}
    assert len(offered) > 10
    assert [word for word, rule in rules.items() if rule in {"unknown", "net", "typo"}] == []


def test_every_word_that_it_offers_is_understood(service: Callable[..., Runtime]) -> None:
    runtime = service(**REAL)
    offered = set(re.findall(r"<kbd>([^<]+)</kbd>", home(runtime))) - {"YES"}  # answers a question
    vocabulary = runtime.catalogue.vocabulary
    rules = {word: understand(word, vocabulary).rule for word in offered}
    assert {"POSTURE", "REMIND", "STOP"} <= offered
    assert [word for word, rule in rules.items() if rule in {"unknown", "net", "typo"}] == []


def test_it_says_what_consent_needs(service: Callable[..., Runtime]) -> None:
    page = " ".join(home(service(**REAL)).split())
    for words in (
        "Message and data rates may apply",
        "recurring",
        "STOP",
        "HELP",
        "emergency number",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "a copy stays for 30 days"),
        ("es", "queda una copia 30 días"),
        ("zh", "会保留一份副本 30 天"),
    ],
)
@pytest.mark.parametrize("kept", [False, True])
def test_it_says_whether_copies_are_kept_of_what_was_not_understood(
    service: Callable[..., Runtime], language: str, told: str, kept: bool
) -> None:
    client = create_app(service(**REAL, keep_unread=kept)).test_client()
    assert (told in client.get(f"/?lang={language}").text) == kept


def test_it_names_who_runs_it(service: Callable[..., Runtime]) -> None:
    page = home(service(**REAL, programme_name="Works & Co", support_contact="help@works.example"))
    assert "Works &amp; Co" in page
    assert "help@works.example" in page


@pytest.mark.parametrize("name", ["home.css", "phone.svg"])
def test_it_brings_its_own_files(service: Callable[..., Runtime], name: str) -> None:
    client = create_app(service()).test_client()
    assert f"/static/{name}" in client.get("/").text
    with client.get(f"/static/{name}") as response:
        assert response.status_code == 200


def test_it_runs_no_script_and_no_style_of_its_own(service: Callable[..., Runtime]) -> None:
    assert not re.search(r"<style| style=|<script|https?://", home(service()))
