"""Places that a sentence mentions."""

from datetime import UTC, datetime

import pytest

from service import places

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("i moved to toronto", "America/Toronto"),
        ("im in berlin now", "Europe/Berlin"),
        ("we relocated to seoul last week, times are wrong", "Asia/Seoul"),
        ("my flight landed in tokyo", "Asia/Tokyo"),
        ("istanbul please", "Europe/Istanbul"),
        ("I was in Berlin, now in Tokyo", "Asia/Tokyo"),
        ("back in the uk from the states, change the time", "Europe/London"),
        ("im not in the uk im in ireland", "Europe/Dublin"),
        ("we moved from texas to hawaii", "Pacific/Honolulu"),
        ("I'm in Portland, Oregon", "America/Los_Angeles"),
        ("im in london ontario", "America/Toronto"),
        ("I'm in Birmingham, AL", "America/Chicago"),
        ("im in LA", "America/Los_Angeles"),
        ("I'm in Nice now", "Europe/Paris"),
        ("im on central time not eastern", "America/Chicago"),
        ("bali", "Asia/Makassar"),
        ("soy de Buenos Aires ahora vivo en Bogotá", "America/Bogota"),
        ("me mude a monterrey", "America/Monterrey"),
        ("no estoy en españa estoy en japón", "Asia/Tokyo"),
        ("hora de la ciudad de mexico", "America/Mexico_City"),
        ("vivía en Caracas, ahora en Quito", "America/Guayaquil"),
        ("我搬到马德里了", "Europe/Madrid"),
        ("我现在在纽约", "America/New_York"),
        ("人在东京", "Asia/Tokyo"),
        ("我在加拿大温哥华", "America/Vancouver"),
        ("我在臺北", "Asia/Taipei"),
        ("改到北京时间", "Asia/Shanghai"),
        ("从伦敦搬到首尔了", "Asia/Seoul"),
    ],
)
def test_a_sentence_says_where_somebody_is(text: str, zone: str) -> None:
    assert [place.zone for place in places.named_in(text)] == [zone]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "your clock is wrong",
        "same time every day please",
        "i do it most of the time",
        "im reading in bed at this time of day",
        "the texts come in march at lunch time",
        "i moved my arm and it hurts on the back",
        "im not in london",
        "tell us the time",
        "utc+8",
        "gmt plus 3",
        "la hora esta mal",
        "en la oficina a las 3 de la tarde",
        "estoy en reunion, luego en casa",
        "no estoy en madrid",
        "我不在美国",
        "在家里",
        "三次了 时间不准",
        "当地时间是下午四点",
    ],
)
def test_words_that_are_names_of_towns_too_are_no_places_in_a_sentence(text: str) -> None:
    assert places.named_in(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("im in india, wrong number shown", "IN"),
        ("my phone is a french number but i live in england", "GB"),
        ("im in kenya not nigeria", "KE"),
        ("in the US", "US"),
        ("wrong number, we live in manila", "PH"),
        ("estoy en mexico", "MX"),
        ("el 911 no es de aqui, soy de españa", "ES"),
        ("vivo en EE.UU.", "US"),
        ("我在中国", "CN"),
        ("我是加拿大人 你给的是美国的急救号码", "CA"),
        ("号码不对我在台湾", "TW"),
        ("im on pacific time", ""),
        ("what country do you think im in", ""),
        ("我不在美国", ""),
    ],
)
def test_a_sentence_says_in_which_country_somebody_is(text: str, code: str) -> None:
    assert places.country_in(text) == code
