"""What stands around an operator's text, and what is refused as advertising."""

import shutil
from pathlib import Path

import pytest

from messages import broadcasts
from messages.catalogue import FOLDER, CatalogueError
from messages.render import segments

WORDS = broadcasts.load("Upright")


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("en", "We are closed on Friday", "Upright: We are closed on Friday. STOP to end."),
        ("en", "upright: We moved!", "Upright: We moved! STOP to end."),
        ("es", "Cerramos el viernes.", "Upright: Cerramos el viernes. STOP para darse de baja."),
        ("zh", "周五休息", "Upright\uff1a周五休息。退订回TD。"),
    ],
)
def test_a_text_says_who_it_is_from_and_how_to_stop(language: str, words: str, said: str) -> None:
    assert WORDS.framed(words, language) == said


def test_a_frame_keeps_a_plain_text_in_one_segment() -> None:
    assert segments(WORDS.framed("We are closed on Friday.", "en")).count == 1
    assert segments(WORDS.framed("Cerramos el viernes.", "es")).encoding == "GSM-7"


@pytest.mark.parametrize(
    "words",
    [
        "Mats now 20% off",
        "Ergonomic chairs from $99",
        "Chairs: 99 euros this week",
        "See bit.ly/3xYz for more",
        "Buy now while stocks last",
        "A DISCOUNT for you",
        "Sillas con 20 % de descuento",
        "Gran oferta esta semana",
        "靠垫八折",
        "限时优惠",
        "只要99元",
    ],
)
def test_plain_advertising_is_seen(words: str) -> None:
    assert list(WORDS.advertising(words))


@pytest.mark.parametrize(
    "words",
    [
        "We are closed on Friday, 25 December. Reminders come again on Monday.",
        "From 1 March our reminders come from a new number: 555 0100.",
        "Reminders were late yesterday, for which we are sorry. All is well again.",
        "100% of our reminders are free. See https://upright.example/help",
        "Mañana no habrá avisos por mantenimiento.",
        "明天系统维护。提醒暂停一天。",
        "Please order your water bottle next to the desk.",
    ],
)
def test_what_concerns_people_is_no_advertising(words: str) -> None:
    assert list(WORDS.advertising(words)) == []


def test_a_language_without_its_frame_stops_the_service(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "messages"))
    (folder / "es" / "broadcasts.toml").write_text('[frame]\ntext = "{TEXT}"\n')
    with pytest.raises(CatalogueError, match=r"es/broadcasts\.toml: frame: must hold"):
        broadcasts.load("Upright", folder)
