from collections.abc import Callable
from pathlib import Path

from config.settings import Settings
from service.commands import running
from service.runtime import Runtime
from tests.cli.conftest import Upright
from tests.web.doors import REAL


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


def test_a_link_leads_to_where_the_service_was_started_last(
    upright: Upright, service: Callable[..., Runtime]
) -> None:
    assert "http://127.0.0.1:8000/me/" in upright("say", "PREFS").stdout
    runtime = service(port=8123)
    running.note(runtime.store, runtime.settings)
    assert "http://127.0.0.1:8123/me/" in upright("say", "PREFS").stdout
    public = upright("say", "PREFS", public_url="https://upright.example")
    assert "https://upright.example/me/" in public.stdout


def test_a_service_with_people_notes_no_address(
    tmp_path: Path, service: Callable[..., Runtime]
) -> None:
    runtime = service(**REAL)
    running.note(runtime.store, runtime.settings)
    demo = Settings(data_dir=tmp_path)  # type: ignore[call-arg]
    assert running.beside(demo) == demo
