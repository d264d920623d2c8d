import json

import pytest

from messages import catalogue as catalogues
from messages.catalogue import Catalogue
from tests.cli.conftest import Upright


@pytest.fixture(autouse=True)
def _messages_are_loaded_once(monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue) -> None:
    monkeypatch.setattr(catalogues, "load", lambda: catalogue)


def test_each_json_line_is_answered_in_order(upright: Upright) -> None:
    lines = '{"text": "POSTURE"}\n\n{"text": "I can\'t feel my legs"}\n'
    result = upright("understand", stdin=lines)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["intent"] for answer in answers] == ["posture", "emergency"]
    assert set(answers[0]) == {"text", "intent", "topic", "language", "confidence"}
    assert result.exit_code == 0


def test_a_finer_topic_stands_beside_the_public_intent(upright: Upright) -> None:
    answer = json.loads(upright("understand", "Moving,", "pls").stdout)
    assert (answer["intent"], answer["topic"], answer["language"]) == ("exercise", "MOVE", "en")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"POSTURE", "not JSON"),
        (b'{"text": 5}', "not an object"),
        (b"[]", "not an object"),
        (b'{"text": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_answered(
    upright: Upright, line: bytes, reason: str
) -> None:
    result = upright("understand", stdin=b'{"text": "LIFT"}\n' + line + b'\n{"text": "STOP"}\n')
    intents = [json.loads(answer)["intent"] for answer in result.stdout.splitlines()]
    assert intents == ["lift", "stop"]
    assert result.stderr.startswith("line 2: ")
    assert reason in result.stderr
    assert result.exit_code == 1


def test_explain_names_the_rule_and_the_words_that_fired(upright: Upright) -> None:
    answer = json.loads(upright("understand", "--explain", "my groin is numb").stdout)
    assert answer["rule"] == "red_flag"
    assert answer["flag"]
    assert "numb" in answer["words"]
    assert any("groin ... numb" in line for line in answer["explanation"])


def test_other_scripts_come_back_as_they_were(upright: Upright) -> None:
    assert "背痛" in upright("understand", stdin='{"text": "背痛"}').stdout


def test_lone_surrogates_do_not_break_the_output(upright: Upright) -> None:
    result = upright("understand", stdin='{"text": "\\ud83d POSTURE"}')
    assert json.loads(result.stdout)["language"] == "en"
