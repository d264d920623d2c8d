"""The words on buttons: what a press sends is what a person would have typed, and leads where it says."""

import pytest

from messages.buttons import FAMILIES, read_buttons
from messages.catalogue import FOLDER, Catalogue
from messages.keys import ANSWERS
from service.channels.telegram_updates import data_of
from service.conversation.understand import understand

UNDER = read_buttons(FOLDER, [])
LANGUAGES = ("en", "es", "zh")
SAME = {"STOP": {"STOP", "LEAVE"}}  # an opt-out, in a word that carriers know or in one of ours


def names() -> set[str]:
    return {name for words in UNDER.values() for name in words}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_press_is_understood_as_what_the_button_says(catalogue: Catalogue, language: str) -> None:
    for name in names():
        topic = understand(catalogue.word(name, language), catalogue.vocabulary).topic
        assert topic in SAME.get(name, {"DIGIT" if name.isdecimal() else name}), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_fits_a_button(catalogue: Catalogue, language: str) -> None:
    words = [catalogue.word(name, language) for name in {*names(), *ANSWERS}]
    assert all(len(word) <= 20 and data_of(word, once=True) for word in words)


def test_a_reminder_offers_done_snooze_and_skip(catalogue: Catalogue) -> None:
    assert catalogue.choices("UB1", unasked=True) == ("DONE", "SNOOZE", "SKIP")
    assert catalogue.choices("UB1", "es", unasked=True) == ("HECHO", "LUEGO", "SALTAR")


def test_more_is_offered_while_there_is_more(catalogue: Catalogue) -> None:
    parts = catalogue.more_parts("POSTURE")
    assert catalogue.choices("POSTURE.sms")[0] == "MORE"
    assert "MORE" not in catalogue.choices(f"POSTURE.more.{parts}")


def test_what_a_text_names_by_itself_comes_first(catalogue: Catalogue) -> None:
    near = catalogue.choices("UNKNOWN_NEAR", offered=["LIFT", "DISC", "LIFT"])
    assert near == ("LIFT", "DISC")


def test_somebody_in_danger_sees_a_number_and_no_buttons(catalogue: Catalogue) -> None:
    alarms = [key for key in UNDER if key.startswith(("E_", "C_EM"))]
    assert alarms == []
    assert set(UNDER) >= FAMILIES
