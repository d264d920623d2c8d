"""Fonts for paper: the built-in Helvetica, and for Chinese what this machine has.

A Chinese font of this machine is put into the PDF. Without one the PDF only names a font that readers bring for
Chinese: they show it where a Chinese font is installed.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

REGULAR, BOLD = "Helvetica", "Helvetica-Bold"
NAMED = "STSong-Light"
PUT_IN = "Chinese"
FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
# With TrueType outlines: reportlab can put no others into a PDF, so not Noto Sans CJK. The best first.
CHINESE = (
    "NotoSansSC-Regular.ttf",
    "wqy-microhei.ttc",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
    "msyh.ttc",
    "simhei.ttf",
    "STHeiti Light.ttc",
    "Arial Unicode.ttf",
    "wqy-zenhei.ttc",
    "uming.ttc",
)
_COMMON = "背"  # a font that has no such character has no Chinese
_OPENING, _CLOSING = "（“《", "，。、；：！？）”》"  # noqa: RUF001 -- no line ends, or begins, with these
_HAN = "\u3400-\u9fff\uf900-\ufaff"
_PIECE = re.compile(
    rf"[{_OPENING}]*(?:[{_HAN}]|[^\s{_HAN}{_OPENING}{_CLOSING}]+)[{_CLOSING}]*|\s+|."
)

Run = tuple[str, str]  # font and text


@lru_cache(maxsize=1)
def chinese() -> str:
    """The name of the font for Chinese, registered."""
    for file in installed():
        try:
            font = TTFont(PUT_IN, file)
        except (TTFError, OSError):
            continue  # broken, or with outlines of another kind than its name promises
        if ord(_COMMON) in font.face.charToGlyph:
            pdfmetrics.registerFont(font)
            return PUT_IN
    pdfmetrics.registerFont(UnicodeCIDFont(NAMED))
    return NAMED


def installed() -> list[Path]:
    """The Chinese fonts of this machine, the best first."""
    files = {
        file.name: file
        for folder in FOLDERS
        for file in Path(folder).expanduser().rglob("*.tt[cf]")
        if file.name in CHINESE
    }
    return [files[name] for name in CHINESE if name in files]


def runs(text: str, *, bold: bool) -> Iterator[Run]:
    """The text in pieces of one font each."""
    for latin, letters in groupby(text, key=_latin):
        font = (BOLD if bold else REGULAR) if latin else chinese()
        yield font, "".join(letters)


def _latin(letter: str) -> bool:
    """Can Helvetica show it? Some Chinese fonts have no quotation marks of their own."""
    return letter <= "\xff" or letter in "“”‘’–—…"  # noqa: RUF001


def width(text: str, size: float, *, bold: bool = False) -> float:
    return sum(
        (float(pdfmetrics.stringWidth(run, font, size)) for font, run in runs(text, bold=bold)), 0.0
    )


def lines(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """Each fits the room. Broken where the text says so, and where it may be: Chinese between most characters."""
    found = [""]
    for piece in _PIECE.findall(text):
        if "\n" in piece:
            found.append("")
            continue
        longer = found[-1] + piece
        if found[-1] and width(longer.rstrip(), size, bold=bold) > room:
            found.append(piece.lstrip())
        else:
            found[-1] = longer
    return [line.strip() for line in found if line.strip()]
