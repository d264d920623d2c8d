"""Labelled texts in, how many were read rightly out."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from messages import catalogue as catalogues
from messages.catalogue import Catalogue
from service.commands.evaluating import Case, measure, report
from tests.cli.conftest import Upright

ROWS = [
    ("POSTURE", "posture", "en", "keyword"),
    ("my groin is numb", "emergency", "en", "sentence"),
    ("STOP", "stop", "en", "keyword"),
    ("POSTURA", "posture", "es", "keyword"),
    ("CALOR", "lift", "es", "keyword"),  # labelled wrongly
    ("椎间盘", "disc", "zh", "keyword"),
]

Write = Callable[..., str]


def line(text: str, intent: str, language: str, kind: str) -> str:
    row = {"text": text, "intent": intent, "language": language, "kind": kind}
    return json.dumps(row, ensure_ascii=False)


@pytest.fixture(autouse=True)
def _messages_are_loaded_once(monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue) -> None:
    monkeypatch.setattr(catalogues, "load", lambda: catalogue)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(*lines: str) -> str:
        (tmp_path / "labelled.jsonl").write_text("\n".join(lines), "utf-8")
        return str(tmp_path / "labelled.jsonl")

    return written


def shares(shown: str) -> dict[str, str]:
    """Each row of the report with its count: "es" -> "1 of 2"."""
    rows = re.findall(r"^  (\S.*?) +(?:[\d.]+%|-)  (\d+ of \d+)$", shown, re.M)
    return dict(rows)


def misread(shown: str) -> list[tuple[str, str, str]]:
    return re.findall(r"^ *([a-z]+) read as ([a-z]+) +(.*)$", shown, re.M)


def test_accuracy_is_shown_by_language_kind_and_intent(upright: Upright, write: Write) -> None:
    result = upright("evaluate", write(*(line(*row) for row in ROWS)))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("6 texts, 83.3% right\n")
    found = shares(result.stdout)
    assert (found["en"], found["es"], found["zh"]) == ("3 of 3", "1 of 2", "1 of 1")
    assert (found["keyword"], found["sentence"]) == ("4 of 5", "1 of 1")
    assert (found["posture"], found["lift"], found["stop"]) == ("2 of 2", "0 of 1", "1 of 1")
    assert misread(result.stdout) == []


def test_the_confusion_says_what_each_intent_was_read_as(upright: Upright, write: Write) -> None:
    shown = upright("evaluate", write(*(line(*row) for row in ROWS))).stdout
    confusion = shown.partition("confusion")[2]
    assert re.search(r"^  lift +strain 1$", confusion, re.M)
    assert re.search(r"^  posture +posture 2$", confusion, re.M)


def test_texts_that_were_read_wrongly_are_listed_on_request(upright: Upright, write: Write) -> None:
    shown = upright("evaluate", write(*(line(*row) for row in ROWS)), "--wrong").stdout
    assert misread(shown) == [("lift", "strain", "es CALOR")]


def test_opt_outs_and_emergencies_are_counted_apart() -> None:
    cases = [
        Case("", intent, "en", "", got, 0.001)
        for intent, got in [
            ("stop", "stop"), ("stop", "pause"), ("pause", "stop"),
            ("emergency", "emergency"), ("emergency", "ask"), ("emergency", "doctor"),
            ("doctor", "emergency"), ("doctor", "doctor"),
        ]
    ]  # fmt: skip
    found = shares("\n".join(report(cases)))
    assert found["opt-outs caught"] == "1 of 2"
    assert found["taken as opt-outs that are"] == "1 of 2"
    assert found["emergencies by E_ or ASK"] == "2 of 3"
    assert found["emergencies by E_"] == "1 of 3"
    assert found["harmless with E_"] == "1 of 5"


def test_what_was_not_asked_has_no_share() -> None:
    shown = list(report([Case("POSTURE", "posture", "en", "keyword", "posture", 0.001)]))
    assert any(re.fullmatch(r"  opt-outs caught +-  0 of 0", row) for row in shown)


@pytest.mark.parametrize(
    "broken",
    [
        "POSTURE",
        '{"text": "POSTURE"}',
        '{"text": "a", "intent": "posture", "language": "en"}',
        '["POSTURE", "posture", "en", "keyword"]',
        "5",
        "{",
    ],
)
def test_a_broken_line_is_named_with_its_number(catalogue: Catalogue, broken: str) -> None:
    with pytest.raises(ValueError, match=r"^line 3 must be JSON with text, intent, language"):
        measure("\n".join([line(*ROWS[0]), "", broken, line(*ROWS[1])]), catalogue.vocabulary)


def test_a_broken_file_is_one_sentence_and_a_failure(upright: Upright, write: Write) -> None:
    result = upright("evaluate", write(line(*ROWS[0]), "POSTURE"))
    assert result.exit_code == 1
    assert re.fullmatch(r"Error: .*labelled\.jsonl: line 2 must be JSON with .*\n", result.output)


def test_a_file_without_a_line_is_refused(upright: Upright, write: Write) -> None:
    result = upright("evaluate", write("", " "))
    assert result.exit_code == 1
    assert "there is no line in it" in result.output


def test_a_file_that_is_not_there_is_named(upright: Upright, tmp_path: Path) -> None:
    result = upright("evaluate", str(tmp_path / "none.jsonl"))
    assert result.exit_code == 2
    assert "none.jsonl" in result.output
