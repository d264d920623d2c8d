"""Texts in one language to a person of another, and questions answered in another language."""

import pytest
from sqlalchemy import select

from service.store.tables import Consent
from tests.phone import Phone


def shown(phone: Phone) -> str:
    """The words that the latest consent event says the person had been shown."""
    with phone.runtime.store.read() as session:
        return session.scalars(select(Consent.shown).order_by(Consent.id.desc()).limit(1)).one()


@pytest.mark.parametrize(
    "words",
    [
        "STOP. my chest feels a bit odd", "unsubscribe me, no puedo orinar", "退订，我胸口痛",  # noqa: RUF001
        "no puedo respirar y ya no quiero mensajes",
    ],
)  # fmt: skip
def test_an_opt_out_beside_danger_in_any_language_counts(phone: Phone, words: str) -> None:
    assert "911" in phone.join().text(words)
    assert phone.person.state == "stopped"


def test_consent_to_more_reminders_keeps_the_words_that_were_shown(phone: Phone) -> None:
    asked = phone.join().text("HOURS 6-22")
    assert "YES" in asked
    phone.text("sí")
    assert shown(phone) == asked


def test_coming_back_keeps_the_goodbye_that_was_shown(phone: Phone) -> None:
    goodbye = phone.join().text("leave me alone")
    phone.text("volver a empezar")
    assert phone.person.state == "active"
    assert shown(phone) == goodbye


def test_numbers_are_answered_in_the_persons_language(phone: Phone) -> None:
    phone.texts("LANGUAGE ES", "AVISOS", "si")
    assert "Guardado" in phone.text("8-16")
    phone.text("9-17")
    assert phone.person.language == "es"


def test_a_strangers_first_word_tells_their_language(phone: Phone) -> None:
    phone.number = "+5215512345678"
    assert "Responda SI" in phone.text("dame de alta")


def test_a_word_that_two_languages_share_tells_none(phone: Phone) -> None:
    assert "Hello" in phone.text("hello")
    assert phone.person.language == "en"


@pytest.mark.parametrize("words", ["basta, me duele la espalda", "please stop, my back hurts"])
def test_words_of_leaving_beside_an_ache_are_asked_back(phone: Phone, words: str) -> None:
    phone.join().text(words)
    assert phone.person.doubt_until is not None


def test_who_speaks_no_english_is_not_answered_in_english(phone: Phone) -> None:
    phone.texts("LANGUAGE ES")
    phone.text("no hablo ingles")
    assert phone.person.language == "es"


def test_an_answer_that_falls_back_on_its_short_form_still_names_the_number(phone: Phone) -> None:
    phone.number = "+34612345678"
    assert "112" in phone.text("me duele la espalda y tengo fiebre")


def test_a_sign_that_only_the_classifier_found_leaves_no_gap(phone: Phone) -> None:
    answer = phone.text("i am 82 and on blood thinners and my back started hurting badly at night")
    assert "with needs" not in answer


def test_moving_abroad_changes_the_emergency_number(phone: Phone) -> None:
    answer = phone.join().text("I moved to Tokyo")
    assert "119" in answer
    assert "119" in phone.text("i cant breathe")


def test_a_setting_answers_whether_they_want_to_leave(phone: Phone) -> None:
    phone.join().text("enough already")
    assert phone.person.doubt_until is not None
    phone.text("HOURS 10-15")
    assert phone.person.doubt_until is None
    phone.after(hours=30)
    assert phone.person.state == "active"


@pytest.mark.parametrize(
    ("words", "next_question"),
    [("no sé", "112"), ("2 no", "2/6"), ("2没有", "2/6"), ("沒有", "2/6"), ("no, nada", "2/6"), ("sí, algo", "112")],
)  # fmt: skip
def test_check_takes_ordinary_answers(phone: Phone, words: str, next_question: str) -> None:
    phone.number = "+34612345678"
    phone.text("chequeo")
    assert next_question in phone.text(words)


def test_two_settings_in_one_text_are_both_set(phone: Phone) -> None:
    answer = phone.join().text("HOURS 8-16 DAYS mon-thu")
    assert "08:00-16:00" in answer
    assert "Mon-Thu" in answer


def test_days_are_never_left_empty(phone: Phone) -> None:
    phone.join()
    phone.text("only mondays, but not on mondays")
    status = phone.text("STATUS")
    assert "Next reminder" in status
    assert "09:50" in status
