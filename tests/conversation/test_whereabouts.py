"""Where somebody is, said in a command or in a sentence, in three languages."""

import pytest

from tests.phone import Phone

SPAIN = "+34612345678"  # Madrid or the Canary Islands: the number doesn't say


@pytest.mark.parametrize(
    ("text", "shown", "zone"),
    [
        ("ZONE Tokyo", "Tokyo", "Asia/Tokyo"),
        ("ZONA Pekin", "Shanghai", "Asia/Shanghai"),
        ("ZONA Ciudad de México", "Ciudad de Mexico", "America/Mexico_City"),
        ("时区 上海", "上海", "Asia/Shanghai"),
        ("時區 臺北", "台北", "Asia/Taipei"),
        ("ZONE Oslo since last week", "Oslo", "Europe/Oslo"),
        ("I moved to Toronto", "Toronto", "America/Toronto"),
        ("me mude a bogota la semana pasada", "Bogota", "America/Bogota"),
        ("soy de Buenos Aires ahora vivo en Bogota", "Bogota", "America/Bogota"),
        ("me mude a tokio la semana pasada", "Tokio", "Asia/Tokyo"),
        ("我搬到马德里了", "马德里", "Europe/Madrid"),
    ],
)
def test_a_zone_is_set_and_confirmed_in_the_language_of_the_text(
    phone: Phone, text: str, shown: str, zone: str
) -> None:
    assert shown in phone.join().text(text)
    assert phone.person.zone == zone


@pytest.mark.parametrize(
    ("text", "shown", "country"),
    [
        ("COUNTRY India", "India", "IN"),
        ("PAIS Espana", "España", "ES"),
        ("PAIS EE UU", "Estados Unidos", "US"),
        ("国家 墨西哥", "墨西哥", "MX"),
        ("estoy en mexico, cambia el pais", "Mexico", "MX"),
        ("我在中国 国家不对", "中国", "CN"),
    ],
)
def test_a_country_is_set_and_confirmed_in_the_language_of_the_text(
    phone: Phone, text: str, shown: str, country: str
) -> None:
    assert shown in phone.join().text(text)
    assert phone.person.country == country


@pytest.mark.parametrize("text", ["Lima", "soy de Lima, Peru", "I'm in Lima, Peru", "我在利马"])
def test_the_question_for_a_zone_takes_a_sentence(phone: Phone, text: str) -> None:
    phone.number = SPAIN
    phone.join().text(text)
    if not phone.person.zone:  # there is a Lima in Ohio
        phone.text("1")
    assert phone.person.zone == "America/Lima"


def test_a_complaint_without_a_place_shows_the_zone_and_asks_for_another(phone: Phone) -> None:
    assert "New York" in phone.join().text("your clock is wrong")
    assert "Berlin" in phone.text("Berlin")
    assert phone.person.zone == "Europe/Berlin"


def test_places_are_offered_in_the_language_of_the_text(phone: Phone) -> None:
    assert "1 伦敦" in phone.join().text("时区 伦敦")
    phone.text("1")
    assert phone.person.zone == "Europe/London"


@pytest.mark.parametrize(
    ("text", "own"),
    [("COUNTRY", "United States"), ("pais", "Estados Unidos"), ("国家", "美国")],
)
def test_the_country_we_know_is_named_in_the_language_of_the_text(
    phone: Phone, text: str, own: str
) -> None:
    assert own in phone.join().text(text)


def test_a_sentence_about_no_country_changes_nothing(phone: Phone) -> None:
    phone.join().text("which country am i set to")
    assert phone.person.country == "US"
