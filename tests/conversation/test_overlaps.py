"""What happens when two wishes, or two states, meet."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr

from service.runtime import Runtime
from tests.phone import Phone, Wall

TWILIO = {
    "twilio_account_sid": f"AC{'0' * 32}",
    "twilio_auth_token": SecretStr("token"),
    "twilio_from": "+12125550199",
    "public_url": "https://sms.example.org",
}


def times(phone: Phone) -> list[str]:
    return [f"{moment:%H:%M}" for moment in phone.arrivals()]


@pytest.mark.parametrize(
    "meanwhile", ["CHECK", "ZONE Chicago", "chest pain", "DELETE", "HOURS 6-22", "MENU"]
)
def test_a_doubtful_stop_outlives_every_other_question(phone: Phone, meanwhile: str) -> None:
    phone.join().texts("stop it", meanwhile)
    phone.until(2026, 3, 4, 17, 0)
    assert phone.arrivals() == []
    assert phone.person.state == "stopped"


def test_start_answers_a_doubt(phone: Phone) -> None:
    phone.join().texts("stop it", "START")
    phone.until(2026, 3, 4, 17, 0)
    assert phone.person.state == "active"


def test_a_pause_answers_a_doubt(phone: Phone) -> None:
    phone.join().texts("stop it", "PAUSE")
    phone.until(2026, 3, 4, 17, 0)
    assert phone.person.state == "active"


def test_a_pause_never_shortens_the_hold_of_an_emergency(phone: Phone) -> None:
    phone.join().texts("chest pain", "PAUSE 1h")
    assert phone.until(2026, 3, 2, 23, 0) == []


def test_who_asks_to_be_erased_and_changes_their_mind_is_still_held_after_an_emergency(
    phone: Phone,
) -> None:
    phone.join()
    phone.text("crushing chest pain")
    phone.after(hours=1)
    phone.texts("DELETE", "NO")
    person = phone.person
    assert person.held_why == "emergency"
    assert person.held_until is not None
    assert person.held_until > phone.runtime.now() + timedelta(hours=22)


def test_check_is_not_offered_while_an_emergency_is_fresh(phone: Phone) -> None:
    phone.text("chest pain")
    answer = phone.text("ok now i think")
    assert "911" in answer
    assert "CHECK" not in answer


def test_start_works_after_an_emergency(phone: Phone) -> None:
    phone.join().texts("STOP", "chest pain", "START")
    assert phone.person.state == "active"


def test_a_snooze_made_twice_in_one_minute_still_comes(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 9, 52)
    phone.texts("SNOOZE 15", "SNOOZE 15")
    phone.until(2026, 3, 2, 10, 30)
    assert times(phone) == ["09:50", "10:07"]


def test_a_snooze_during_a_pause_promises_nothing(phone: Phone) -> None:
    phone.join().text("PAUSE 3h")
    assert "paused" in phone.text("SNOOZE 15")
    assert phone.until(2026, 3, 2, 12, 0) == []


def test_skip_after_a_snooze_leaves_out_the_snooze_alone(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 9, 52)
    phone.text("SNOOZE 15")
    assert "skip 10:07. Next reminder: 10:50" in phone.text("SKIP")
    phone.until(2026, 3, 2, 11, 0)
    assert times(phone) == ["09:50", "10:50"]


def test_resume_after_a_snooze_brings_no_second_reminder_within_minutes(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 9, 52)
    phone.texts("SNOOZE 60", "RESUME")
    phone.until(2026, 3, 2, 11, 55)
    assert times(phone) == ["09:50", "10:52", "11:50"]


def test_a_stretch_asked_for_is_not_the_next_reminder(phone: Phone) -> None:
    phone.join()
    for _ in range(5):
        phone.text("STRETCH")
    phone.after(minutes=30)
    phone.until(2026, 3, 2, 11, 0)
    keys = [entry.key for entry in phone.entries() if "Stop if it hurts" in entry.text]
    assert len(keys) == len(set(keys)) == 7


def test_another_change_overtakes_a_question_about_more_reminders(phone: Phone) -> None:
    phone.join().texts("HOURS 6-22", "DAYS mon-thu", "YES")
    assert "Mon-Thu 09:00-17:00" in phone.text("STATUS")


def test_who_answers_check_is_heard_out_whatever_the_brakes_say(phone: Phone) -> None:
    for _ in range(11):
        phone.text("MENU")
    assert "1/6" in phone.text("CHECK")
    assert "Call 911" in phone.text("1")


def test_words_that_may_mean_danger_are_not_taken_for_a_robots(phone: Phone) -> None:
    answers = [phone.text("my chest does something odd") for _ in range(12)]
    assert all("911" in answer for answer in answers)


@pytest.mark.parametrize("words", ["help please", "help!", "\uff48\uff45\uff4c\uff50"])
def test_help_that_the_provider_does_not_answer_is_answered_by_us(
    service: Callable[..., Runtime], wall: Wall, words: str
) -> None:
    phone = Phone(service(**TWILIO), wall, channel="sms")
    assert "911" in phone.text(words)
    assert phone.text("HELP") == ""


def test_a_demo_that_skipped_ahead_silences_nobody_once_time_is_real_again(phone: Phone) -> None:
    phone.join().until(2026, 3, 5, 12, 0)
    phone.wall.moment = phone.wall.moment.replace(day=2, hour=14, minute=0)
    other = Phone(phone.runtime, phone.wall, number="+12125550177").join()
    other.until(2026, 3, 2, 12, 0)
    assert times(other) == ["09:50", "10:50", "11:50"]


@pytest.mark.parametrize("words", ["enough", "ARRET", "stop texting on weekends", "anything"])
def test_an_opt_out_that_the_provider_reports_is_taken_at_its_word(
    service: Callable[..., Runtime], wall: Wall, words: str
) -> None:
    phone = Phone(service(), wall).join()
    assert phone.text(words, provider_said="STOP") == ""
    assert phone.person.state == "stopped"
    assert "text START" in phone.text("JOIN")


def test_another_command_isnt_taken_for_hours_while_set_up_is_open(phone: Phone) -> None:
    phone.join().text("EVERY 1-2")
    assert "09:00-17:00" in phone.text("STATUS")


@pytest.mark.parametrize(
    "question", ["REMIND", "CHECK", "DELETE", "ZONE", "HOURS 6-22", "stop it", "COUNTRY"]
)
@pytest.mark.parametrize(
    ("words", "answer"),
    [("STOP", "unsubscribed"), ("HELP", "STOP to end"), ("INFO", "STOP to end"), ("LIFT", "squat")],
)
def test_whatever_is_asked_stop_help_and_keywords_are_heard(
    phone: Phone, question: str, words: str, answer: str
) -> None:
    if question != "REMIND":
        phone.join()
    phone.text(question)
    assert answer in phone.text(words)


def test_no_to_do_you_want_to_leave_stays(phone: Phone) -> None:
    assert "back on" in phone.join().texts("stop it", "no")
    phone.until(2026, 3, 4, 17, 0)
    assert phone.person.state == "active"


def test_a_second_doubtful_stop_is_a_stop(phone: Phone) -> None:
    assert "unsubscribed" in phone.join().texts("stop it", "stop it")


def test_an_auto_responder_that_says_remove_me_is_confirmed_once(phone: Phone) -> None:
    answers = [phone.text("please remove me from your list") for _ in range(5)]
    assert "unsubscribed" in answers[0]
    assert answers[1:] == [""] * 4
    assert phone.person.state == "stopped"


def test_a_snooze_keeps_a_skip(phone: Phone) -> None:
    phone.join().until(2026, 3, 2, 9, 52)
    phone.texts("SKIP", "SNOOZE 15")
    phone.until(2026, 3, 2, 12, 0)
    assert times(phone) == ["09:50", "10:07", "11:50"]


def test_nothing_is_promised_past_the_end_of_a_doubt(phone: Phone) -> None:
    phone.join().text("stop it")
    assert "not set yet" in phone.text("STATUS")


def test_a_city_leaves_the_opt_in_question_open(phone: Phone) -> None:
    assert "Noted: Chicago" in phone.texts("REMIND", "ZONE Chicago")
    assert "You're in!" in phone.text("YES")


def test_start_is_confirmed_by_us_where_the_provider_held_no_block(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    phone = Phone(service(**TWILIO), wall, channel="sms")
    phone.join().text("leave me alone")
    assert "Welcome back" in phone.text("START")
    phone.text("STOP")
    assert phone.text("START") == ""


def test_a_setting_after_stop_leads_to_start(phone: Phone) -> None:
    phone.join().text("STOP")
    assert "text START" in phone.text("HOURS 8-16")


def test_bare_zone_and_country_say_what_is_set(phone: Phone) -> None:
    assert "New York" in phone.join().text("ZONE")
    assert "United States" in phone.text("COUNTRY")


def test_sixty_replies_an_hour_are_the_most(phone: Phone) -> None:
    answers = []
    for _ in range(70):
        answers.append(phone.text("LIFT"))
        phone.wall.moment += timedelta(seconds=20)
    assert sum("squat" in answer for answer in answers) == 60


def test_help_is_answered_past_every_brake(phone: Phone) -> None:
    for _ in range(30):
        phone.text("LIFT")
    assert "911" in phone.text("HELP")
