"""Segments as providers count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.render import GSM_BASIC, GSM_EXTENSION, fill, segments

THUMB = "\N{THUMBS UP SIGN}"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("a" * 158 + "€", "GSM-7", 160, 1),
        ("a" * 159 + "€", "GSM-7", 161, 2),
        ("a" * 152 + "€" + "a" * 151, "GSM-7", 305, 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("€" * 152, "GSM-7", 304, 2),
        ("€" * 153, "GSM-7", 306, 3),
        ("é" * 160, "GSM-7", 160, 1),
        ("á" * 70, "UCS-2", 70, 1),
        ("á" * 71, "UCS-2", 71, 2),
        ("á" * 134, "UCS-2", 134, 2),
        ("á" * 135, "UCS-2", 135, 3),
        (THUMB * 35, "UCS-2", 70, 1),
        (THUMB * 36, "UCS-2", 72, 2),
        ("好" * 66 + THUMB + "好" * 65, "UCS-2", 133, 2),
        ("好" * 66 + THUMB + "好" * 66, "UCS-2", 134, 3),
        ("好" * 134, "UCS-2", 134, 2),
        ("好" * 135, "UCS-2", 135, 3),
        ("\r\n" * 80, "GSM-7", 160, 1),
        ("ç", "UCS-2", 1, 1),
        ("`", "UCS-2", 1, 1),
        ("\t", "UCS-2", 1, 1),
        ("\u00a0", "UCS-2", 1, 1),
        ("\f^{}\\[~]|€", "GSM-7", 20, 1),
    ],
)
def test_known_texts_cost_what_providers_bill(
    text: str, encoding: str, units: int, count: int
) -> None:
    cost = segments(text)
    assert (cost.encoding, cost.units, cost.count) == (encoding, units, count)


# The tables once more, row by row as 3GPP TS 23.038 prints them.
_TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅå",
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ",
    " !\"#¤%&'()*+,-./",
    "0123456789:;<=>?",
    "¡ABCDEFGHIJKLMNO",
    "PQRSTUVWXYZÄÖÑÜ§",
    "¿abcdefghijklmno",
    "pqrstuvwxyzäöñüà",
)
_CODES = {
    char: bytes([16 * row + place])
    for row, chars in enumerate(_TABLE)
    for place, char in enumerate(chars)
    if char != "\x1b"
} | {
    char: bytes([0x1B, code])
    for char, code in zip("\f^{}\\[~]|€", b"\x0a\x14\x28\x29\x2f\x3c\x3d\x3e\x40\x65", strict=True)
}


def slow_parts(text: str) -> list[bytes]:
    """The payloads, cut where a phone could still put each one on the screen by itself."""
    if all(char in _CODES for char in text):
        payload, alone, each = b"".join(_CODES[char] for char in text), 160, 153
    else:
        payload, alone, each = text.encode("utf-16-be"), 140, 134
    if len(payload) <= alone:
        return [payload]
    parts = []
    while payload:
        cut = min(each, len(payload))
        while cut < len(payload) and not _clean(payload, cut, each == 134):
            cut -= 1
        parts.append(payload[:cut])
        payload = payload[cut:]
    return parts


def _clean(payload: bytes, cut: int, wide: bool) -> bool:
    if wide:
        return cut % 2 == 0 and not 0xDC <= payload[cut] <= 0xDF
    return payload[cut - 1] != 0x1B


gsm = st.text(st.sampled_from(sorted(GSM_BASIC) + sorted(GSM_EXTENSION) * 4), max_size=500)
wide = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("好á" + THUMB)),
    max_size=300,
)


@given(gsm | wide)
def test_the_count_agrees_with_texts_really_cut(text: str) -> None:
    assert segments(text).count == len(slow_parts(text))


@given(gsm | wide, st.characters(exclude_categories=["Cs"]))
def test_a_longer_text_never_costs_less(text: str, char: str) -> None:
    assert segments(text + char).count >= segments(text).count


@given(gsm)
def test_the_alphabet_stays_gsm_and_one_odd_character_ends_that(text: str) -> None:
    assert segments(text).encoding == "GSM-7"
    assert segments(f"{text}á").encoding == "UCS-2"


@pytest.mark.parametrize(
    ("template", "params", "text"),
    [
        ("Set: {CC}.", {"CC": "India"}, "Set: India."),
        ("{P}: tips. {URL} Rates", {"P": "Upright", "URL": ""}, "Upright: tips. Rates"),
        ("a {B}", {"B": "{P}"}, "a {P}"),
        ("{N} of {N}", {"N": 7, "X": 1}, "7 of 7"),
    ],
)
def test_filling(template: str, params: dict[str, object], text: str) -> None:
    assert fill(template, params) == text


def test_a_placeholder_that_nothing_fills_is_an_error() -> None:
    with pytest.raises(KeyError, match="EM"):
        fill("Call {EM}", {"P": "Upright"})
