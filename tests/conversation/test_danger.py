"""Somebody in danger is told at once to get help."""

import pytest

from tests.phone import Phone


def test_a_red_flag_gets_the_number_of_the_persons_country(phone: Phone) -> None:
    answer = phone.text("I can't pee and my back hurts")
    assert "Call 911" in answer
    phone.number = "+447400123456"
    assert "Call 999" in phone.text("cant breathe")


def test_country_changes_the_number(phone: Phone) -> None:
    assert "112" in phone.text("COUNTRY Germany")
    assert "Call 112" in phone.text("chest pain")


def test_an_unknown_country_gets_several_numbers(phone: Phone) -> None:
    phone.number = "+881612345678"
    assert "112, 911, 999, 000 or 120" in phone.text("chest pain")


def test_a_red_flag_holds_reminders_for_a_day_and_says_so(phone: Phone) -> None:
    assert "paused your reminders for 24 hours" in phone.join().text("chest pain")
    assert phone.until(2026, 3, 2, 17, 0) == []
    assert len(phone.until(2026, 3, 3, 12, 0)) == 3


def test_resume_ends_the_hold_of_an_emergency(phone: Phone) -> None:
    phone.join().text("chest pain")
    assert "back on" in phone.text("RESUME")
    assert len(phone.until(2026, 3, 2, 10, 0)) == 1


def test_ten_emergencies_get_ten_answers(phone: Phone) -> None:
    answers = [phone.text("chest pain") for _ in range(30)]
    assert all("Call 911" in answer for answer in answers)


def test_for_half_an_hour_everything_else_is_met_with_care(phone: Phone) -> None:
    phone.text("my legs keep giving way")
    assert "911" in phone.text("POSTURE")
    assert "911" in phone.text("both still numb")
    assert "No reminders" in phone.text("STATUS")
    phone.after(minutes=31)
    assert "back straight" in phone.text("POSTURE")


def test_menu_says_that_it_was_a_mistake(phone: Phone) -> None:
    phone.text("my legs keep giving way")
    assert "PAIN CHECK" in phone.text("MENU")
    assert "back straight" in phone.text("POSTURE")


def test_stop_with_a_red_flag_is_both(phone: Phone) -> None:
    answer = phone.join().text("STOP. I can't feel my legs")
    assert "Call 911" in answer
    assert "paused" not in answer
    assert phone.person.state == "stopped"


def test_who_opted_out_still_gets_help_and_stays_out(phone: Phone) -> None:
    phone.join().text("STOP")
    assert "Call 911" in phone.text("cant breathe")
    assert phone.person.state == "stopped"


def test_danger_wins_over_an_open_question(phone: Phone) -> None:
    phone.text("CHECK")
    assert "Call 911" in phone.text("2 but my chest hurts")
    assert "2/6" not in phone.text("2")


def test_reading_about_a_strain_makes_the_next_days_gentle(phone: Phone) -> None:
    phone.join().text("STRAIN")
    gentle = {"WK1", "PO1", "LB2", "DS3", "SH1", "LG2"}
    phone.until(2026, 3, 3, 17, 0)
    assert {entry.key for entry in phone.entries() if entry.kind == "reminder"} <= gentle


@pytest.mark.parametrize(
    "words",
    ["blorp", "what can I do about my posture pls", "postrue", "hi", "HOURS blah", "SNOOZE soon", "", "???",
     "please tell me about lifting boxes", "ZONE Nowhereville", "EVERY 5", "DAYS never", "COUNTRY Narnia",
     "can I take ibuprofen tonight", "my bum is sore", "heart", "im dying here", "numb"],
)  # fmt: skip
def test_anything_but_an_exact_keyword_is_answered_with_the_number(
    phone: Phone, words: str
) -> None:
    assert "911" in phone.join().text(words)
