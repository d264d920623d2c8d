"""What `upright check` finds in a catalogue that somebody broke."""

import shutil
from pathlib import Path

import pytest

from messages.catalogue import FOLDER
from messages.check import check
from messages.reading import Finding

REPLIES, STRETCHES, KEYWORDS = "en/replies.toml", "en/stretches.toml", "en/keywords.toml"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def found(folder: Path, at: str, reason: str) -> bool:
    return any(
        f"{finding.file}: {finding.key}" == at and reason in finding.reason
        for finding in check(folder)
    )


def test_our_own_messages_are_in_order() -> None:
    assert check(FOLDER) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "reason"),
    [
        pytest.param(REPLIES, 'claims = ["V4", "V5"]', 'claims = ["V4"]', "claims.toml: V5",
                     "no topic in en covers", id="claim without a reply"),
        pytest.param(REPLIES, 'claims = ["V4", "V5"]', 'claims = ["V4", "V5", "V99"]',
                     f"{REPLIES}: LIFT", "there is no claim V99", id="unknown claim"),
        pytest.param(REPLIES, "Text START to rejoin. In an emergency call {EM}.", "Bye.", f"{REPLIES}: STOP_OK",
                     "{EM} is missing", id="number not named"),
        pytest.param(REPLIES, "Next one: {TIME}. STOP to end.", "STOP to end.",
                     f"{REPLIES}: AGREE_OK", "{TIME} is missing", id="placeholder dropped"),
        pytest.param(REPLIES, "legs weak, or pee or poo trouble: call {EM} now.", "legs weak.",
                     f"{REPLIES}: NUMB.sms", "{EM} is missing", id="topic without the number"),
        pytest.param(REPLIES, "Text MOVE for breaks.", "Text MOVE for breaks. " * 4,
                     f"{REPLIES}: POSTURE.sms", "it may have 2", id="topic too long"),
        pytest.param(REPLIES, "Text MOVE for break tips.", "Text MOVE for all of our many good tips "
                     "on breaks.", f"{REPLIES}: POSTURE.lite", "it may have 1", id="lite too long"),
        pytest.param(REPLIES, "Do not wait or drive yourself.", "Do not wait, and do not drive "
                     "yourself.", f"{REPLIES}: E_SPINE", "it may have 1", id="alarm too long"),
        pytest.param(REPLIES, "Reply 1 yes, 2 no", "Please reply with 1 for yes, or 2 for no",
                     f"{REPLIES}: C1", "it may have 1", id="question too long"),
        pytest.param(REPLIES, "Adults only.", "Adults only, please.", f"{REPLIES}: OPTIN_ASK",
                     "it may have 1", id="compliance text too long"),
        pytest.param(REPLIES, "OK, nothing changed.", "OK, nothing changed. " * 15,
                     f"{REPLIES}: AGREE_NO", "it may have 2", id="setting too long"),
        pytest.param(REPLIES, "OK, nothing changed.", "OK, nothing changed. " * 13,
                     f"{REPLIES}: AGREE_NO", "it may have 2", id="too long with the footer"),
        pytest.param(REPLIES, "Pain pills can hide a fever, so say what you took.",
                     "Pain pills can hide a fever" + " and so on" * 30 + ".",
                     f"{REPLIES}: FEVER.more.3", "it may have 2", id="part of MORE too long"),
        pytest.param(STRETCHES, "6 times. Stop", "6 times, and keep breathing while you do it. Stop",
                     f"{STRETCHES}: NK1", "it may have 1", id="reminder too long"),
        pytest.param(REPLIES, "Reply DONE or SNOOZE. STOP to end.", "Reply DONE or SNOOZE. STOP "
                     "to end. Good luck with all of your moves today!", f"{REPLIES}: FIRST_DAY",
                     "fits into one segment with no move", id="hint too long"),
        pytest.param("en/red_flags.toml", 'sign = "', 'sign = "so many words that they never fit ',
                     f"{REPLIES}: SAMEDAY", "it may have 1", id="sign too long"),
        pytest.param(REPLIES, "Sorry you are sore. Text", "Sorry you\u2019re sore. Text",
                     f"{REPLIES}: PAIN.sms", "whole text UCS-2", id="curly apostrophe"),
        pytest.param(REPLIES, "licensed hospital or clinic. Go", "正规 hospital. Go",
                     f"{REPLIES}: DOCTOR.sms", "whole text UCS-2", id="Chinese in English"),
        pytest.param(REPLIES, "Lay a warm towel on the sore spot", "Take ibuprofen for the spot",
                     f"{REPLIES}: HEAT.lite", "names ibuprofen without", id="drug, no condition"),
        pytest.param(STRETCHES, "Stop if it hurts more.", "You are fine.", f"{STRETCHES}: NK1",
                     "promises what a text can't: you are fine", id="promise"),
        pytest.param(REPLIES, "See a doctor today about this.", "No need to see a doctor.",
                     f"{REPLIES}: C_SAME", "promises what a text can't", id="dangerous promise"),
        pytest.param(REPLIES, "Text MENU for topics, HELP", "Text LANGUAGE, HELP",
                     f"{REPLIES}: ABOUT.long", "offers LANGUAGE, which is no keyword",
                     id="keyword that isn't there"),
        pytest.param(REPLIES, "[settings.THANKS]",
                     '[settings.WEEKLY]\ntext = "Hi"\nreviewer = ""\nreviewed = ""\n\n'
                     "[settings.THANKS]", f"{REPLIES}: WEEKLY", "nothing says this text",
                     id="dead text"),
        pytest.param(STRETCHES, 'areas = ["neck"]', 'areas = ["nose"]', f"{STRETCHES}: NK1",
                     "words.area has no nose", id="area without a word"),
        pytest.param(KEYWORDS, "LIFT = [", 'LIFT = ["end", ', f"{KEYWORDS}: LIFT",
                     "'end' can't be a keyword: it is taken as an opt-out", id="opt-out word"),
        pytest.param(KEYWORDS, "LIFT = [", 'LIFT = ["posture", ', f"{KEYWORDS}: posture",
                     "leads to", id="alias of two topics"),
        pytest.param("en/rules.toml", "promises = [", "promises = []\nold = [",
                     "en/rules.toml: promises", "is empty", id="rule without words"),
        pytest.param("claims.toml", "[V5]", "[V50]", "claims.toml: V50", "no topic in en covers",
                     id="new claim"),
    ],
)  # fmt: skip
def test_each_rule_names_file_key_and_reason(
    folder: Path, file: str, old: str, new: str, at: str, reason: str
) -> None:
    edit(folder / file, old, new)
    assert found(folder, at, reason)


def test_a_drug_may_be_named_with_its_condition(folder: Path) -> None:
    edit(folder / REPLIES, "Text MEDS for drug names.", "Text MEDS, isoniazid first.")
    assert check(folder) == []


@pytest.fixture
def german(folder: Path) -> Path:
    """A second language, word for word the first: what a translator starts from."""
    shutil.copytree(folder / "en", folder / "de")
    return folder


def test_a_second_language_may_stand_beside_the_first(german: Path) -> None:
    assert check(german) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "reason"),
    [
        ("replies", "[settings.THANKS]", "[settings.DANKE]", "replies.toml: THANKS", "is missing"),
        (
            "replies",
            'neck = "neck"\n',
            "",
            "replies.toml: words.area.neck",
            "is missing; en has it",
        ),
        (
            "replies",
            "Next one: {TIME}. STOP",
            "STOP",
            "replies.toml: AGREE_OK",
            "{TIME} is missing",
        ),
        ("replies", "do not drive yourself. We", "{P}: We", "replies.toml: E_CHEST", "has in en"),
        ("replies", 'lite = "Sit', 'lite = ""\nx = "', "replies.toml: POSTURE.lite", "is missing"),
        ("stretches", "[NK1]", "[NK9]", "stretches.toml: NK1", "is missing; en has it"),
        ("stretches", "[NK1]", "[NK9]", "stretches.toml: NK9", "en has no such key"),
    ],
)
def test_a_language_must_say_what_the_first_says(
    german: Path, file: str, old: str, new: str, at: str, reason: str
) -> None:
    edit(german / f"de/{file}.toml", old, new)
    assert found(german, f"de/{at}", reason)


def test_a_folder_without_english_is_no_catalogue(tmp_path: Path) -> None:
    assert Finding(REPLIES, "-", "the file is missing") in check(tmp_path)


def test_a_finding_reads_as_one_line() -> None:
    assert str(Finding(REPLIES, "LIFT", "is missing")) == "en/replies.toml: LIFT: is missing"
