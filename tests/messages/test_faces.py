"""Fonts for paper, and where a line is broken."""

import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
import reportlab

from messages.paper import faces
from messages.paper.ink import Sheet, Text
from messages.paper.pdf import pdf

VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"  # a font with TrueType outlines
SENTENCE = "不用于急救。如有大腿根部或双腿麻木、大小便困难：请立即拨打“911”，再联系 Upright。"  # noqa: RUF001


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this machine's fonts are."""
    monkeypatch.setattr(faces, "FOLDERS", (str(tmp_path),))
    faces.chinese.cache_clear()
    yield tmp_path
    faces.chinese.cache_clear()


def sheet(text: str) -> Sheet:
    return Sheet(
        "title", "zh", "author", [Text(text, (20, 20), 12), Text(text, (20, 40), 12, bold=True)]
    )


def speaking_chinese(font: bytes, letters: str) -> bytes:
    """The font with another table of characters (cmap, format 12): each letter has a glyph of its own."""
    groups = b"".join(
        struct.pack(">3L", ord(x), ord(x), 40 + n) for n, x in enumerate(sorted(set(letters)))
    )
    count = len(groups) // 12
    table = struct.pack(">4HL2H3L", 0, 1, 3, 10, 12, 12, 0, 16 + len(groups), 0, count) + groups
    entry = font.index(b"cmap")
    place = struct.pack(">2L", len(font), len(table))
    return font[: entry + 8] + place + font[entry + 16 :] + table


def test_an_installed_chinese_font_is_put_into_the_pdf(folder: Path) -> None:
    letters = "".join(letter for letter in SENTENCE if letter > "\u2e80") + "背"
    (folder / "DroidSansFallback.ttf").write_bytes(speaking_chinese(VERA.read_bytes(), letters))
    assert faces.chinese() == faces.PUT_IN
    made = pdf(sheet(SENTENCE))
    assert b"/FontFile2" in made
    assert b"/ToUnicode" in made  # what is read aloud and copied


def test_without_one_the_pdf_names_the_font_that_readers_bring(folder: Path) -> None:
    assert faces.chinese() == faces.NAMED
    made = pdf(sheet(SENTENCE))
    assert b"/STSong-Light" in made
    assert b"/FontFile" not in made


@pytest.mark.parametrize("broken", [False, True])
def test_a_font_that_is_broken_or_has_no_chinese_is_passed_over(folder: Path, broken: bool) -> None:
    if broken:
        (folder / "simhei.ttf").write_bytes(b"OTTO" + bytes(200))
    else:
        shutil.copy(VERA, folder / "simhei.ttf")
    assert [file.name for file in faces.installed()] == ["simhei.ttf"]
    assert faces.chinese() == faces.NAMED


@pytest.mark.parametrize("room", [60, 90, 130, 200])
def test_chinese_lines_fit_and_begin_with_no_closing_mark(folder: Path, room: float) -> None:
    lines = faces.lines(SENTENCE, 10, room)
    assert len(lines) > 1
    assert "".join(lines).replace(" ", "") == SENTENCE.replace(" ", "")
    assert [line for line in lines if faces.width(line, 10) > room] == []
    assert [line for line in lines if line[0] in "，。、：”" or line[-1] in "“（"] == []  # noqa: RUF001


def test_words_are_kept_whole_and_breaks_of_the_text_are_kept() -> None:
    lines = faces.lines("Stand up once an hour.\nYour back will notice.", 10, 80)
    assert lines == ["Stand up once an", "hour.", "Your back will", "notice."]
