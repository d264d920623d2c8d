"""CHECK: six questions, twelve paths, and it fails towards safety."""

import pytest
from sqlalchemy import func, select

from service.store.tables import Dialogue
from tests.phone import Phone

PATHS = [
    (["1"], "Call 911"),
    (["2", "1"], "See a doctor today"),
    (["2", "2", "2"], "Call 911"),
    (["2", "2", "1"], "One leg: see a doctor in the next day or two"),
    (["2", "2", "0", "1", "1", "1"], "LIGAMENT"),
    (["2", "2", "0", "1", "1", "2"], "LIGAMENT"),
    (["2", "2", "0", "2", "1", "1"], "LIGAMENT"),
    (["2", "2", "0", "2", "1", "2"], "LIGAMENT"),
    (["2", "2", "0", "1", "2", "1"], "STRAIN, POSTURE"),
    (["2", "2", "0", "1", "2", "2"], "our article: STRAIN."),
    (["2", "2", "0", "2", "2", "1"], "our article: POSTURE."),
    (["2", "2", "0", "2", "2", "2"], "No clear match"),
]


@pytest.mark.parametrize(("answers", "result"), PATHS)
def test_each_path_leads_to_its_page(phone: Phone, answers: list[str], result: str) -> None:
    assert "1/6" in phone.text("CHECK")
    answer = phone.texts(*answers)
    assert result in answer
    assert ("between the shoulder blades" in answer) == (
        answers not in (["1"], ["2", "1"], ["2", "2", "2"])
    )


@pytest.mark.parametrize("unsure", ["not sure", "?", "maybe", "kind of"])
def test_not_being_sure_counts_as_yes_where_it_matters(phone: Phone, unsure: str) -> None:
    assert "Call 911" in phone.texts("CHECK", unsure)
    phone.number = "+12125550101"
    assert "doctor today" in phone.texts("CHECK", "no", unsure)
    phone.number = "+12125550102"
    assert "One leg" in phone.texts("CHECK", "no", "no", unsure)


@pytest.mark.parametrize(("no", "question"), [("no", "2/6"), ("N", "2/6"), ("2.", "2/6")])
def test_words_answer_as_well_as_digits(phone: Phone, no: str, question: str) -> None:
    assert question in phone.texts("CHECK", no)


def test_what_is_no_answer_is_asked_again_once_then_leads_to_a_doctor(phone: Phone) -> None:
    assert "one of the numbers" in phone.texts("CHECK", "purple")
    answer = phone.text("purple")
    assert "have a doctor check" in answer
    assert "Call 911 now" in answer


def test_a_keyword_leaves_check_and_is_answered(phone: Phone) -> None:
    assert "squat down" in phone.texts("CHECK", "LIFT")
    assert "2/6" not in phone.text("2")


def test_check_closes_once_after_half_an_hour(phone: Phone) -> None:
    phone.text("CHECK")
    assert ["CHECK has closed" in text for text in phone.after(minutes=40)] == [True]
    assert phone.after(hours=3) == []


def test_a_check_left_open_at_night_closes_in_silence(phone: Phone) -> None:
    phone.until(2026, 3, 2, 19, 50)
    phone.text("CHECK")
    assert phone.after(minutes=40) == []


def test_answers_are_forgotten_with_the_question(phone: Phone) -> None:
    phone.texts("CHECK", "2", "2", "0", "1", "2", "2")
    with phone.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Dialogue)) == 0


def test_two_numb_legs_hold_reminders(phone: Phone) -> None:
    phone.join().texts("CHECK", "2", "2", "2")
    assert phone.until(2026, 3, 2, 17, 0) == []
