from tests.cli.conftest import Upright


def test_a_keyword_is_answered_with_its_segments(upright: Upright) -> None:
    result = upright("say", "POSTURE")
    assert "spine" in result.stdout
    assert "segments" in result.stdout
    assert result.exit_code == 0


def test_words_need_no_quotes(upright: Upright) -> None:
    assert "911" in upright("say", "I", "cant", "feel", "my", "legs").stdout


def test_who_texts_decides_which_emergency_number_is_named(upright: Upright) -> None:
    assert "112" in upright("say", "--from", "+491701234567", "my groin is numb").stdout


def test_a_conversation_goes_on_from_call_to_call(upright: Upright) -> None:
    upright("say", "REMIND")
    assert "You're in" in upright("say", "YES").stdout
