"""Where a number or a name points to."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from service import places
from service.atlas import world

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
    ],
)
def test_a_name_with_several_meanings_offers_them(
    name: str, country: str, labels: list[str]
) -> None:
    assert [place.label for place in places.zones_called(name, country)] == labels


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
        ("Narnia", ""),
        ("", ""),
    ],
)
def test_a_country_is_known_by_its_names_and_codes(name: str, code: str) -> None:
    assert places.country_called(name) == code


def test_countries_have_names_that_fit_a_text() -> None:
    assert places.country_name("IN") == "India"
    assert places.country_name("ZZ") == "ZZ"
    for name in world().country_names.values():
        assert name.isascii()
        assert len(name) <= 24
