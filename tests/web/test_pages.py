"""The front page."""

import re
from collections.abc import Callable

import pytest

from service.app import create_app
from service.conversation.understand import understand
from service.runtime import Runtime
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


def test_a_messaging_services_number_is_not_made_up(service: Callable[..., Runtime]) -> None:
    service_only = {"twilio_from": "", "twilio_messaging_service_sid": "MG" + "0" * 32}
    assert "the number that you were given" in home(service(**(REAL | service_only)))


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
