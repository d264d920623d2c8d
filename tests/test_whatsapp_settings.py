"""WHATSAPP_TEMPLATES and its like: taken as they are meant, or refused with a sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from config import whatsapp
from config.settings import SettingsError, load
from config.whatsapp import Template, parse
from messages.catalogue import Catalogue
from tests.test_settings import TWILIO

SID, OTHER = "HX" + "a1" * 16, "HX" + "0" * 32
WHATSAPP = TWILIO | {"twilio_whatsapp_from": "+14155550177"}


def test_templates_are_read_by_language_and_fall_back_to_english() -> None:
    given = {"en": {"sid": SID, "variables": {"1": "{programme}", "2": "Now: {text}"}},
             "es": {"sid": OTHER}}  # fmt: skip
    templates = load(**WHATSAPP, whatsapp_templates=json.dumps(given)).templates
    english = Template(SID, {"1": "{programme}", "2": "Now: {text}"})
    assert templates.of("zh", notice=False) == templates.of("en", notice=False) == english
    assert templates.of("es", notice=False) == Template(OTHER, {})
    assert templates.of("en", notice=True) is None


def test_templates_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "templates.json"
    path.write_text(json.dumps({"en": {"sid": SID}}))
    monkeypatch.setenv("WHATSAPP_TEMPLATES_FILE", str(path))
    assert load(**WHATSAPP).templates.of("en", notice=False) == Template(SID)


def test_the_languages_are_those_of_the_messages(catalogue: Catalogue) -> None:
    assert set(catalogue.languages) == whatsapp.LANGUAGES


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("{", "is no JSON"),
        ("[]", 'a template for "en" at least'),
        ({"es": {"sid": SID}}, 'a template for "en" at least'),
        ({"en": {"sid": SID}, "xx": {"sid": SID}}, 'knows no language "xx", only en, es, zh'),
        ({"en": SID}, 'en: "sid" must be a Content SID'),
        ({"en": {"sid": "HX12"}}, 'en: "sid" must be a Content SID'),
        ({"en": {"sid": SID, "variable": {}}}, 'en: knows no "variable", only'),
        ({"en": {"sid": SID, "variables": ["{text}"]}}, '"variables" must be an object'),
        ({"en": {"sid": SID, "variables": {"name": "{text}"}}}, "is named by its number"),
        ({"en": {"sid": SID, "variables": {"0": "{text}"}}}, "is named by its number"),
        ({"en": {"sid": SID, "variables": {"1": " "}}}, "a text that isn't empty"),
        ({"en": {"sid": SID, "variables": {"1": 1}}}, "a text that isn't empty"),
        ({"en": {"sid": SID, "variables": {"1": "{name}"}}}, "knows no placeholder {name}, only"),
        ({"en": {"sid": SID, "variables": {"1": "{text"}}}, "knows no placeholder {text, only"),
        ({"en": {"sid": SID, "notice": {"sid": "x"}}}, 'en, notice: "sid" must be'),
        (
            {"en": {"sid": SID}, "es": {"sid": SID, "notice": {"sid": SID}}},
            'needs a notice for "en"',
        ),
    ],
)
def test_wrong_templates_stop_the_start(given: Any, sentence: str) -> None:
    text = given if isinstance(given, str) else json.dumps(given)
    with pytest.raises(SettingsError) as refused:
        load(**WHATSAPP, whatsapp_templates=text)
    assert str(refused.value).startswith("WHATSAPP_TEMPLATES: ")
    assert sentence in str(refused.value)


def test_no_templates_are_fine() -> None:
    assert not parse(" ")
    assert not load(**WHATSAPP).templates


def test_whatsapp_alone_is_a_whole_set_up() -> None:
    alone = load(**WHATSAPP | {"twilio_from": ""})
    assert (alone.real, alone.sms, alone.whatsapp) == (True, False, True)
    assert not load(**TWILIO).whatsapp


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"twilio_account_sid": "", "twilio_auth_token": ""}, "beside TWILIO_WHATSAPP_FROM"),
        ({"twilio_whatsapp_from": "whatsapp:+1415"}, "TWILIO_WHATSAPP_FROM: is not of the right"),
        ({"whatsapp_rate": 0}, "WHATSAPP_RATE"),
    ],
)
def test_half_a_set_up_is_refused(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(**WHATSAPP | {"twilio_from": ""} | changes)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "rate"),
    [
        ({}, 1.0),
        ({"twilio_from": ""}, 80),
        ({"twilio_from": "", "whatsapp_rate": 400}, 400),
        ({"twilio_from": "", "telegram_bot_token": "123456:" + "a" * 35}, 25),
    ],
)
def test_sign_ups_are_spread_by_the_rate_of_sms_or_else_of_the_slowest_chat(
    changes: dict[str, object], rate: float
) -> None:
    assert load(**WHATSAPP | changes).rate == rate
