"""Whatever somebody texts, we understand something and never raise.

`make fuzz` tries 100,000 texts, and measures 25,000 (fuzz_speed.py).
"""

import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.conversation.intents import INTENTS
from service.conversation.understand import understand
from tests.vocabulary import VOCABULARY

MANY = int(os.environ.get("FUZZ", "0"))

SCRIPTS = st.characters(codec="utf-8")
LATIN = st.characters(min_codepoint=32, max_codepoint=0x17F)
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
OTHER = st.characters(min_codepoint=0x370, max_codepoint=0x1FFFF, codec="utf-8")
ANYTHING = st.one_of(
    *(st.text(alphabet, max_size=160) for alphabet in (SCRIPTS, LATIN, HAN, OTHER))
)
SAID = sorted({word for words in VOCABULARY.languages.values() for word in words.aliases})
DANGER = ["numb", "no", "chest", "cant pee", "hace anos", "no siento", "没", "尿", "胸", "stop", "para", "别", "8-16",
          "\uff0c", "until", "hasta", "到", "½", "٣", "١٢", "²", "\u202e", "\u200d",
          "👩‍⚕️", "\ud800", "\x00", "'", "-", "!!"]  # fmt: skip
WORDS = st.lists(st.sampled_from(SAID + DANGER), max_size=40)
SENTENCES = st.builds(str.join, st.sampled_from([" ", "", ", ", "\n", " no "]), WORDS)
LONG = st.builds(lambda text, times: text * times, SENTENCES, st.integers(1, 40))
TEXTS = st.one_of(ANYTHING, SENTENCES, LONG)


@settings(max_examples=MANY or 200, suppress_health_check=list(HealthCheck))
@given(TEXTS)
def test_any_text_is_understood(text: str) -> None:
    reading = understand(text, VOCABULARY)
    assert reading.intent in INTENTS
    assert 0 <= reading.confidence <= 1


def test_the_longest_texts_are_understood() -> None:
    long: list[Any] = [
        "痛" * 1600,
        "a " * 800,
        "no " * 600,
        "1" * 1600,
        "\uff0c" * 1600,
        "STOP " * 320,
    ]
    assert all(understand(text, VOCABULARY).intent in INTENTS for text in long)
