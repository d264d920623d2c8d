"""Where a number or a name points to."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from messages.render import not_gsm
from service import places
from service.atlas import world, zones_in
from service.place_names import country_name, zone_name

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "country", "zone"),
    [
        ("+12125550100", "US", "America/New_York"),
        ("+14155550100", "US", "America/Los_Angeles"),
        ("+447400123456", "GB", "Europe/London"),
        ("+447700900123", "GB", "Europe/London"),  # kept for films, in no table
        ("+919812345678", "IN", "Asia/Kolkata"),  # the tables still say Calcutta
        ("+8613812345678", "CN", "Asia/Shanghai"),
        ("+34612345678", "ES", ""),  # Madrid or the Canary Islands
        ("+61412345678", "AU", ""),
        ("+16055551234", "US", ""),  # South Dakota has two zones
        ("+18005551234", "US", ""),  # toll-free: all of them
        ("+18765551234", "JM", ""),
        ("+5215512345678", "MX", ""),
        ("+881612345678", "", ""),  # a satellite
        ("+999123456789", "", ""),
        ("12125550100", "", ""),
        ("12345", "", ""),
        ("", "", ""),
    ],
)
def test_a_number_has_a_country_and_a_zone_only_if_there_is_no_doubt(
    number: str, country: str, zone: str
) -> None:
    assert places.country_of(number) == country
    assert places.zone_of(number, NOW) == zone


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("new york", "America/New_York"),
        ("NYC", "America/New_York"),
        ("Bombay", "Asia/Kolkata"),
        ("São Paulo", "America/Sao_Paulo"),
        ("SAO PAULO", "America/Sao_Paulo"),
        ("India", "Asia/Kolkata"),
        ("UK", "Europe/London"),
        ("Germany", "Europe/Berlin"),
        ("eastern", "America/New_York"),
        ("PST", "America/Los_Angeles"),
        ("CET", "Europe/Berlin"),
        ("UTC", "Etc/UTC"),
        ("Azores", "Atlantic/Azores"),
        ("lord howe", "Australia/Lord_Howe"),
        ("Hawaii", "Pacific/Honolulu"),
        ("London, Canada", "America/Toronto"),
        ("London Ontario", "America/Toronto"),
        ("london uk", "Europe/London"),
        ("Portland, Oregon", "America/Los_Angeles"),
        ("Paris TX", "America/Chicago"),
        ("Kosovo", "Europe/Belgrade"),
        ("Pekin", "Asia/Shanghai"),  # a small town in Illinois, too
        ("Pekín", "Asia/Shanghai"),
        ("Nueva York", "America/New_York"),
        ("Ciudad de México", "America/Mexico_City"),
        ("Moscú", "Europe/Moscow"),
        ("Tijuana México", "America/Tijuana"),
        ("Japón", "Asia/Tokyo"),
        ("hora del pacífico", "America/Los_Angeles"),
        ("Canarias", "Atlantic/Canary"),
        ("上海", "Asia/Shanghai"),
        ("上海市", "Asia/Shanghai"),
        ("纽约", "America/New_York"),
        ("台北", "Asia/Taipei"),
        ("马德里", "Europe/Madrid"),
        ("香港", "Asia/Hong_Kong"),
        ("加拿大温哥华", "America/Vancouver"),
        ("广东", "Asia/Shanghai"),
        ("美东", "America/New_York"),
        ("雪梨", "Australia/Sydney"),  # as in Taiwan
    ],
)
def test_a_name_with_one_meaning_gives_its_zone(name: str, zone: str) -> None:
    assert [place.zone for place in places.zones_called(name)] == [zone]


@pytest.mark.parametrize(
    ("name", "country", "labels"),
    [
        ("Portland", "US", ["Portland, Oregon", "Portland, Maine", "Portland, Texas"]),
        ("London", "", ["London, United Kingdom", "London, Canada"]),
        ("London", "GB", ["London, United Kingdom"]),
        ("London", "CA", ["London, United Kingdom", "London, Canada"]),
        ("Melbourne", "AU", ["Melbourne, Australia"]),
        ("IST", "", ["Kolkata", "Dublin", "Jerusalem"]),
        ("IST", "IE", ["Dublin"]),
        ("GMT", "", ["London", "Accra"]),
        ("Spain", "", ["Madrid, Spain", "Canary"]),
        ("Texas", "US", ["Houston, Texas", "El Paso, Texas"]),
        ("Georgia", "", ["Atlanta, Georgia", "Tbilisi, Georgia", "Sokhumi, Georgia"]),
        ("Granada", "ES", ["Granada, Spain"]),
        ("Granada", "GD", ["Granada, Spain", "Saint George's, Grenada"]),
    ],
)
def test_a_name_with_several_meanings_offers_them(
    name: str, country: str, labels: list[str]
) -> None:
    assert [place.label for place in places.zones_called(name, country)] == labels


@pytest.mark.parametrize(
    ("name", "language", "labels"),
    [
        ("Londres", "es", ["Londres, Reino Unido"]),
        ("España", "es", ["Madrid, España", "Canarias"]),
        ("Cordoba", "es", ["Cordoba, Argentina", "Cordoba, España", "Cordoba, Mexico"]),
        ("伦敦", "zh", ["伦敦\uff0c英国", "伦敦\uff0c加拿大"]),
        ("悉尼", "zh", ["悉尼\uff0c澳大利亚", "悉尼\uff0c加拿大"]),
    ],
)
def test_places_are_offered_in_the_language_of_the_person(
    name: str, language: str, labels: list[str]
) -> None:
    assert [place.label for place in places.zones_called(name, "", language)] == labels


def test_a_large_country_offers_four_zones_in_plain_short_words() -> None:
    offered = places.zones_called("USA")
    assert [place.zone.rpartition("/")[2] for place in offered] == [
        "New_York",
        "Chicago",
        "Los_Angeles",
        "Denver",
    ]
    for name in ("USA", "Springfield", "San Jose", "Russia", "Santiago", "Florida"):
        for place in places.zones_called(name):
            assert place.label.isascii()
            assert len(place.label) <= 24


@pytest.mark.parametrize(
    "text",
    ["", "?", "in", "me", "no", "of", "for", "my back hurts", "Narnia", "call me", "+", "12"],
)
def test_a_text_that_names_no_place_gives_none(text: str) -> None:
    assert places.zones_called(text) == []


def test_every_place_we_know_has_a_zone_that_exists() -> None:
    for zone in {city.zone for city in world().cities}:
        ZoneInfo(zone)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("india", "IN"),
        ("IN", "IN"),
        ("in", "IN"),
        ("UK", "GB"),
        ("USA", "US"),
        ("Great Britain", "GB"),
        ("gbr", "GB"),
        ("Côte d'Ivoire", "CI"),
        ("Türkiye", "TR"),
        ("España", "ES"),
        ("Espana", "ES"),
        ("EE UU", "US"),
        ("EE.UU.", "US"),
        ("Estados Unidos", "US"),
        ("Méjico", "MX"),
        ("República Dominicana", "DO"),
        ("墨西哥", "MX"),
        ("美国", "US"),
        ("大陆", "CN"),
        ("台湾", "TW"),
        ("香港", "HK"),
        ("纽西兰", "NZ"),  # as in Taiwan
        ("Narnia", ""),
        ("纳尼亚", ""),
        ("", ""),
    ],
)
def test_a_country_is_known_by_its_names_and_codes(name: str, code: str) -> None:
    assert places.country_called(name) == code


def test_countries_have_names_that_fit_a_text() -> None:
    assert country_name("IN") == "India"
    assert country_name("ES", "es") == "España"
    assert country_name("HK", "zh") == "香港"
    assert country_name("ZZ") == "ZZ"
    for code in zones_in():
        assert len(country_name(code)) <= 24
        assert len(country_name(code, "es")) <= 20
        assert len(country_name(code, "zh")) <= 6
        for language in ("en", "es"):
            assert not not_gsm(country_name(code, language))


@pytest.mark.parametrize(
    ("zone", "english", "spanish", "chinese"),
    [
        ("America/New_York", "New York", "Nueva York", "纽约"),
        ("America/Mexico_City", "Mexico City", "Ciudad de Mexico", "墨西哥城"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires", "Buenos Aires", "布宜诺斯艾利斯"),
        ("Asia/Kolkata", "Kolkata", "Calcuta", "加尔各答"),
        ("Asia/Shanghai", "Shanghai", "Shanghai", "上海"),
        ("America/St_Johns", "St Johns", "St Johns", "圣约翰斯"),
        ("Etc/UTC", "UTC", "UTC", "UTC"),
        ("", "", "", ""),
    ],
)
def test_a_zone_is_called_by_its_city(zone: str, english: str, spanish: str, chinese: str) -> None:
    assert [zone_name(zone, name) for name in ("en", "es", "zh")] == [english, spanish, chinese]


def test_names_of_zones_fit_a_text_and_make_it_no_dearer() -> None:
    for zone in {zone for zones in zones_in().values() for zone in zones}:
        for language in ("en", "es", "zh"):
            assert 0 < len(zone_name(zone, language)) <= 16
        assert not not_gsm(zone_name(zone, "es"))
