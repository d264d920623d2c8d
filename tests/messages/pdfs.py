"""Reading the PDFs that reportlab writes: what they say, what they draw, and what is put into them."""

import base64
import re
import zlib
from collections.abc import Iterator

_STREAM = re.compile(
    rb"/Filter \[ ?/ASCII85Decode /FlateDecode ?\].*?stream\r?\n(.*?)endstream", re.S
)
_SHOWN = re.compile(rb"/(F\S+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj", re.S)
_FONT = re.compile(rb"/BaseFont /(\S+).*?/Name /(F\S+)", re.S)
_ESCAPE = re.compile(rb"\\(\d{3}|.)", re.S)
_BAR = re.compile(rb"([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) re\b")

Bar = tuple[float, float, float, float]  # left, low, width, height; points


def content(pdf: bytes) -> bytes:
    """What is drawn on the pages."""
    return b"".join(_streams(pdf))


def _streams(pdf: bytes) -> Iterator[bytes]:
    for found in _STREAM.finditer(pdf):
        opened = zlib.decompress(base64.a85decode(found[1].strip().removesuffix(b"~>")))
        if b" Tm " in opened:
            yield opened


def said(pdf: bytes) -> str:
    """Its texts, without the spaces: those of a line's end are not in it. Only fonts that aren't put in."""
    encodings = {
        name: "cp1252" for base, name in _FONT.findall(pdf) if base.startswith(b"Helvetica")
    }
    texts, encoding = [], ""
    for font, shown in _SHOWN.findall(content(pdf)):
        if font:
            encoding = encodings.get(font, "utf-16-be")
        else:
            texts.append(_ESCAPE.sub(_unescaped, shown).decode(encoding))
    return bare("".join(texts))


def bare(text: str) -> str:
    return "".join(text.split())


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code.isdigit():
        return bytes([int(code, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(code, code)


def bars(pdf: bytes) -> list[Bar]:
    """The rectangles of all paths, in the order in which they are drawn."""
    found = _BAR.findall(content(pdf))
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in found]
