"""Once and only once, and brakes on what a number gets."""

from sqlalchemy import func, select

from service.store.tables import Entry, Inbound
from tests.conftest import BOTH
from tests.phone import Phone

pytestmark = BOTH


def test_a_repeated_webhook_gets_the_very_same_answer_and_changes_nothing(phone: Phone) -> None:
    first = phone.text("REMIND", provider_id="SM1")
    again = phone.text("REMIND", provider_id="SM1")
    assert again == first
    with phone.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Inbound)) == 1
        assert session.scalar(select(func.count()).select_from(Entry)) == 1


def test_a_repeated_done_counts_once(phone: Phone) -> None:
    phone.join()
    phone.text("DONE", provider_id="SM2")
    assert "That is 1 today" in phone.text("DONE", provider_id="SM2")


def test_the_words_of_a_text_are_not_kept(phone: Phone) -> None:
    phone.text("my secret ache is in the spine somewhere")
    with phone.runtime.store.read() as session:
        rows = session.execute(select(Inbound.__table__)).all()
    assert "secret" not in str(rows)


def test_more_gives_the_rest_of_a_topic_part_by_part(phone: Phone) -> None:
    phone.text("LIFT")
    parts = [phone.text("MORE") for _ in range(5)]
    assert "Step by step" in parts[0]
    assert parts[0].endswith("Text MORE.")
    assert "all there is" in parts[-1]
    assert len(set(parts)) > 2


def test_lite_answers_come_in_one_segment_and_more_gives_the_full_text(service, wall) -> None:  # type: ignore[no-untyped-def]
    phone = Phone(service(reply_size="lite"), wall)
    assert len(phone.text("POSTURE")) <= 160
    assert "head held forward" in phone.text("MORE")


def test_a_number_that_sends_very_much_hears_slow_once_then_nothing(phone: Phone) -> None:
    answers = [phone.text(words) for words in ["POSTURE", "LIFT"] * 10]
    assert sum("sent a lot of texts" in answer for answer in answers) == 1
    assert answers[-1] == ""
    phone.after(minutes=2)
    assert "squat" in phone.text("LIFT")


def test_an_auto_responder_is_cut_but_a_person_who_finds_a_keyword_is_answered(
    phone: Phone,
) -> None:
    for _ in range(12):
        last = phone.text("I am out of the office until further notice")
        phone.after(minutes=2)
    assert last == ""
    assert "squat" in phone.text("LIFT")


def test_danger_and_stop_are_answered_however_much_a_number_sent(phone: Phone) -> None:
    for _ in range(30):
        phone.text("POSTURE")
    assert "Call 911" in phone.text("chest pain")
    assert "unsubscribed" in phone.text("STOP")


def test_an_empty_text_or_a_picture_only_gets_a_useful_reply(phone: Phone) -> None:
    assert "POSTURE or MENU" in phone.text("")


def test_help_names_programme_rates_stop_and_the_emergency_number(phone: Phone) -> None:
    answer = phone.text("HELP")
    for part in ("Upright", "rates may apply", "STOP to end", "911"):
        assert part in answer


def test_a_return_that_the_provider_has_confirmed_passes_every_brake(phone: Phone) -> None:
    phone.join().text("STOP")
    for number in range(30):
        phone.text(f"what is this {number}")
    assert phone.text("Start", provider_said="START") == ""
    assert phone.person.state == "active"
