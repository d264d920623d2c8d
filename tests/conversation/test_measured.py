"""How well texts are understood, kept from getting worse. The report is in docs/understanding.md.

Neither file was used to make the classifier or the rules; tuning.jsonl was
looked at while thresholds were chosen, evaluation.jsonl was not.
"""

from functools import cache
from pathlib import Path

import pytest

from service.commands.evaluating import Case, measure
from tests.phone import Phone
from tests.vocabulary import VOCABULARY

FOLDER = Path(__file__).parent.parent / "understanding"
SAFE = {"emergency", "ask"}
FILES = ("evaluation.jsonl", "tuning.jsonl")


@cache
def cases(file: str) -> list[Case]:
    return measure((FOLDER / file).read_text("utf-8"), VOCABULARY)


def share(answers: list[bool]) -> float:
    return sum(answers) / len(answers)


@pytest.mark.parametrize("file", FILES)
def test_most_texts_are_read_rightly_in_each_language(file: str) -> None:
    found = cases(file)
    assert share([case.right for case in found]) >= 0.93
    for language in ("en", "es", "zh"):
        assert share([case.right for case in found if case.language == language]) >= 0.9, language


@pytest.mark.parametrize("file", FILES)
def test_opt_outs_are_caught_and_nothing_else_is_taken_for_one(file: str) -> None:
    found = cases(file)
    assert share([case.right for case in found if case.intent == "stop"]) >= 0.98
    assert share([case.right for case in found if case.got == "stop"]) >= 0.98


@pytest.mark.parametrize("file", FILES)
def test_emergencies_are_caught_and_harmless_texts_are_not_alarmed(file: str) -> None:
    found = cases(file)
    danger = [case for case in found if case.intent == "emergency"]
    assert share([case.got in SAFE for case in danger]) >= 0.97
    assert share([case.right for case in danger]) >= 0.93
    harmless = [case for case in found if case.intent not in SAFE]
    assert share([case.got == "emergency" for case in harmless]) <= 0.01


def test_every_emergency_is_answered_with_the_number(phone: Phone) -> None:
    danger = [case for file in FILES for case in cases(file) if case.intent == "emergency"]
    unnamed = []
    for place, case in enumerate(danger):
        phone.number = f"+1212555{place:04}"
        if "911" not in phone.text(case.text):
            unnamed.append(case.text)
    assert unnamed == []
