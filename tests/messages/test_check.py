"""What `upright check` finds in a catalogue that somebody broke.

Faults that don't hide one another stand in one copy, which is checked once.
"""

import shutil
from pathlib import Path

import pytest

from messages.catalogue import FOLDER
from messages.check import check
from messages.reading import Finding
from tests.messages.conftest import Fault, edit, learn, missed, put

REPLIES, STRETCHES, KEYWORDS = "en/replies.toml", "en/stretches.toml", "en/keywords.toml"


def checked(folder: Path) -> list[str]:
    return [str(finding) for finding in check(folder)]


def test_our_own_messages_are_in_order() -> None:
    assert checked(FOLDER) == []


CONTENT = [
    Fault(REPLIES, 'claims = ["V4", "V5"]', 'claims = ["V4", "V99"]',
          "claims.toml: V5", "no topic in en covers"),
    Fault(REPLIES, 'claims = ["V4", "V99"]', 'claims = ["V4", "V99"]',
          f"{REPLIES}: LIFT", "there is no claim V99"),
    Fault("claims.toml", "[V3]", "[V30]", "claims.toml: V30", "no topic in en covers"),
    Fault(REPLIES, "Text START to rejoin. In an emergency call {EM}.", "Bye.",
          f"{REPLIES}: STOP_OK", "{EM} is missing"),
    Fault(REPLIES, "Next one: {TIME}. STOP to end.", "STOP to end.",
          f"{REPLIES}: AGREE_OK", "{TIME} is missing"),
    Fault(REPLIES, "legs weak, or pee or poo trouble: call {EM} now.", "legs weak.",
          f"{REPLIES}: NUMB.sms", "{EM} is missing"),
    Fault(REPLIES, "licensed hospital or clinic. Go", "正规 hospital. Go",
          f"{REPLIES}: DOCTOR.sms", "whole text UCS-2"),
    Fault(REPLIES, "Sorry you are sore. Text", "Sorry you\u2019re sore. Text",
          f"{REPLIES}: PAIN.sms", "whole text UCS-2"),
    Fault(REPLIES, "Lay a warm towel on the sore spot", "Take ibuprofen for the spot",
          f"{REPLIES}: HEAT.lite", "names ibuprofen without"),
    Fault(STRETCHES, "Twice each side. Stop if it hurts more.", "Twice each side. You are fine.",
          f"{STRETCHES}: NK2", "promises what a text can't: you are fine"),
    Fault(REPLIES, "Good to hear from you.", "Good to *hear* from you.",
          f"{REPLIES}: STILL_OK", "with which WhatsApp formats"),
    Fault(REPLIES, "See a doctor today about this.", "No need to see a doctor.",
          f"{REPLIES}: C_SAME", "promises what a text can't"),
    Fault(REPLIES, "Text MENU for topics, HELP", "Text WEEKLY, HELP",
          f"{REPLIES}: ABOUT.long", "offers WEEKLY, which is no keyword"),
    Fault(REPLIES, "[settings.THANKS]", '[settings.WEEKLY]\ntext = "Hi"\nreviewer = ""\n'
          'reviewed = ""\n\n[settings.THANKS]', f"{REPLIES}: WEEKLY", "nothing says this text"),
    Fault(STRETCHES, 'areas = ["neck"]', 'areas = ["nose"]',
          f"{STRETCHES}: NK1", "words.area has no nose"),
    Fault(KEYWORDS, "LIFT = [", 'LIFT = ["end", ',
          f"{KEYWORDS}: LIFT", "'end' can't be a keyword: it is taken as an opt-out"),
]  # fmt: skip
LENGTH = [
    Fault(REPLIES, "Text MOVE for breaks.", "Text MOVE for breaks. " * 4,
          f"{REPLIES}: POSTURE.sms", "it may have 2"),
    Fault(REPLIES, "Text MOVE for break tips.", "Text MOVE for all of our many good tips on breaks.",
          f"{REPLIES}: POSTURE.lite", "it may have 1"),
    Fault(REPLIES, "Do not wait or drive yourself.", "Do not wait, and do not drive yourself.",
          f"{REPLIES}: E_SPINE", "it may have 1"),
    Fault(REPLIES, "Reply 1 yes, 2 no", "Please reply with 1 for yes, or 2 for no",
          f"{REPLIES}: C1", "it may have 1"),
    Fault(REPLIES, "Adults only.", "Adults only, please.",
          f"{REPLIES}: OPTIN_ASK", "it may have 1"),
    Fault(REPLIES, "You're welcome!", "You're welcome! " * 20,
          f"{REPLIES}: THANKS", "it may have 2"),
    # Within two segments by itself, and not with the footer that may follow it.
    Fault(REPLIES, "OK, nothing changed.", "OK, nothing changed. " * 14,
          f"{REPLIES}: AGREE_NO", "it may have 2"),
    Fault(REPLIES, "Pain pills can hide a fever, so say what you took.",
          "Pain pills can hide a fever" + " and so on" * 30 + ".",
          f"{REPLIES}: FEVER.more.3", "it may have 2"),
    Fault(STRETCHES, "6 times. Stop", "6 times, and keep breathing while you do it. Stop",
          f"{STRETCHES}: NK1", "it may have 1"),
    Fault(REPLIES, "Reply DONE or SNOOZE. STOP to end.",
          "Reply DONE or SNOOZE. STOP to end. Good luck with all of your moves today!",
          f"{REPLIES}: FIRST_DAY", "fits into one segment with no move"),
    Fault("en/red_flags.toml", 'sign = "', 'sign = "so many words that they never fit ',
          f"{REPLIES}: SAMEDAY", "it may have 1"),
]  # fmt: skip
# Nothing else can be looked at where these are.
BLIND = [
    Fault(KEYWORDS, "LIFT = [", 'LIFT = ["posture", ', f"{KEYWORDS}: posture", "leads to"),
    Fault("en/rules.toml", "promises = [", "promises = []\nold = [",
          "en/rules.toml: promises", "is empty"),
]  # fmt: skip


@pytest.mark.parametrize("faults", [CONTENT, LENGTH, BLIND], ids=["content", "length", "blind"])
def test_each_fault_is_named_by_file_key_and_reason(folder: Path, faults: list[Fault]) -> None:
    put(folder, faults)
    assert missed(faults, checked(folder)) == []


def test_a_copy_without_a_fault_has_no_finding(folder: Path) -> None:
    assert checked(folder) == []


def test_a_classifier_older_than_the_examples_is_named_and_hides_nothing(folder: Path) -> None:
    edit(folder / KEYWORDS, "LIFT = [", 'LIFT = ["my crate", ')
    edit(folder / REPLIES, "Bad fall? Text SIGNS.", "Bad fall? Text SGINS.")
    stale, misspelt = checked(folder)[0], checked(folder)[1:]
    assert stale == "model.json: examples: have changed since it was made: run make model"
    assert misspelt
    assert all("offers SGINS" in finding for finding in misspelt)


def test_a_drug_may_be_named_with_its_condition(folder: Path) -> None:
    edit(folder / REPLIES, "Text MEDS for drug names.", "Text MEDS, isoniazid first.")
    assert checked(folder) == []


@pytest.fixture
def german(folder: Path) -> Path:
    """A second language, word for word the first: what a translator starts from."""
    shutil.copytree(folder / "en", folder / "de")
    learn(folder)
    return folder


def test_a_second_language_may_stand_beside_the_first(german: Path) -> None:
    assert checked(german) == []


MOVES, TEXTS = "de/stretches.toml", "de/replies.toml"
UNLIKE = [
    Fault(TEXTS, "[settings.THANKS]", "[settings.DANKE]", f"{TEXTS}: THANKS", "is missing"),
    Fault(TEXTS, 'neck = "neck"\n', "", f"{TEXTS}: words.area.neck", "is missing; en has it"),
    Fault(TEXTS, "Next one: {TIME}. STOP", "STOP", f"{TEXTS}: AGREE_OK", "{TIME} is missing"),
    Fault(TEXTS, "do not drive yourself. We", "{P}: We", f"{TEXTS}: E_CHEST", "has in en"),
    Fault(TEXTS, 'lite = "Sit', 'lite = ""\nx = "', f"{TEXTS}: POSTURE.lite", "is missing"),
    Fault(MOVES, "[NK1]", "[NK9]", f"{MOVES}: NK1", "is missing; en has it"),
    Fault(MOVES, "[NK9]", "[NK9]", f"{MOVES}: NK9", "en has no such key"),
]  # fmt: skip


def test_a_language_must_say_what_the_first_says(german: Path) -> None:
    put(german, UNLIKE)
    assert missed(UNLIKE, checked(german)) == []


def test_a_folder_without_english_is_no_catalogue(tmp_path: Path) -> None:
    assert Finding(REPLIES, "-", "the file is missing") in check(tmp_path)


def test_a_finding_reads_as_one_line() -> None:
    assert str(Finding(REPLIES, "LIFT", "is missing")) == "en/replies.toml: LIFT: is missing"
