"""Fill a text, and say which SMS segments it costs (GSM 03.38; 3GPP TS 23.038)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")  # an escape and a code: two septets
PLACEHOLDER = re.compile(r"\{([A-Z][A-Z0-9]*)\}")


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs: septets for GSM-7, UTF-16 code units for UCS-2, and SMS parts."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    count: int


def segments(text: str) -> Segments:
    """An empty text is one empty part, as providers bill it."""
    if GSM_BASIC.issuperset(text):
        return Segments("GSM-7", len(text), _parts_of_ones(len(text), 160, 153))
    if not_gsm(text):
        return _ucs2(text)
    weights = [2 if char in GSM_EXTENSION else 1 for char in text]
    return Segments("GSM-7", sum(weights), _parts(weights, 160, 153))


def not_gsm(text: str) -> set[str]:
    """The characters that would turn the whole text into UCS-2."""
    return set(text) - GSM_BASIC - GSM_EXTENSION


def _ucs2(text: str) -> Segments:
    weights = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return Segments("UCS-2", sum(weights), _parts(weights, 70, 67))


def _parts_of_ones(units: int, alone: int, each: int) -> int:
    return 1 if units <= alone else -(-units // each)


def _parts(weights: list[int], alone: int, each: int) -> int:
    """Parts needed when no pair (escape and code, or surrogates) may straddle two of them."""
    if sum(weights) <= alone:
        return 1
    parts, room = 1, each
    for weight in weights:
        if weight > room:
            parts, room = parts + 1, each
        room -= weight
    return parts


def placeholders(template: str) -> frozenset[str]:
    return frozenset(PLACEHOLDER.findall(template))


def fill(template: str, params: Mapping[str, object]) -> str:
    """Put params into a template; an empty one leaves no doubled space. Missing: KeyError."""
    text = PLACEHOLDER.sub(lambda found: str(params[found[1]]), template)
    if "" in params.values():
        text = re.sub(r" {2,}", " ", text).strip()
    return text
