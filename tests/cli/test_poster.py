"""`upright poster`: the poster and the cards as files."""

from pathlib import Path

import pytest

from tests.channels import updates
from tests.cli.conftest import Upright
from tests.conftest import KEYS
from tests.messages import pdfs

SITE = {"public_url": "https://upright.example"}


def test_it_writes_the_poster_in_the_language_asked_for(upright: Upright, tmp_path: Path) -> None:
    file = tmp_path / "hang-up.pdf"
    result = upright("poster", "--language", "es", "--output", str(file), **SITE)
    assert (result.exit_code, result.stdout) == (0, f"Wrote {file}.\n")
    assert "Levántese" in pdfs.said(file.read_bytes())


def test_it_writes_cards_under_a_name_of_its_own(
    upright: Upright, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert upright("poster", "--card", **SITE).exit_code == 0
    assert pdfs.said(Path("cards.en.pdf").read_bytes()).count("Yourbackwillnotice.") == 4


def test_where_the_code_would_lead_nowhere_it_says_what_to_set(
    upright: Upright, tmp_path: Path
) -> None:
    file = tmp_path / "poster.pdf"
    polled = {"telegram_bot_token": updates.TOKEN, **KEYS}
    result = upright("poster", "--output", str(file), **polled)
    assert result.exit_code == 2
    assert "set TWILIO_FROM" in result.stderr
    assert "PUBLIC_URL" in result.stderr
    assert not file.exists()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--language", "xx"), "it is not one of en, es, zh"),
        (("--output", "/nowhere/at/all.pdf"), "No such file or directory"),
    ],
)
def test_what_cant_be_made_is_said_in_a_sentence(
    upright: Upright,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    complaint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = upright("poster", *words, **SITE)
    assert result.exit_code != 0
    assert complaint in result.stderr
