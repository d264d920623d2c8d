"""What is left of a text that nobody may recognise its writer by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.conversation.masking import LONGEST, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call me on +1 (415) 555-0100 pls", "call me on [number] pls"),
        ("room 12b at 9:30", "room [number]b at [number]"),
        ("١٢٣ wobble", "[number] wobble"),
        ("write to bob.smith@example.com, ok", "write to [e-mail], ok"),
        ("see https://example.com/a?b=c or example.org/x", "see [link] or [link]"),
        ("i am @bobby on there", "i am [handle] on there"),
        ("hi Anna, what is a gronk", "hi [name], what is a gronk"),
        ("hi there, what is a gronk", "hi there, what is a gronk"),
        ("my name is john smith and it clicks", "my name is [name] and it clicks"),
        ("I'm Maria Lopez from Chicago and it squeaks", "I'm [name] from [name] and it squeaks"),
        ("its maria", "its [name]"),
        ("it's raining gronks", "it's raining gronks"),
        ("im so confused", "im so confused"),
        ("Dr. Smith said wobble", "[name] said wobble"),
        ("John Smith wobbles", "[name] wobbles"),
        ("the gronk of Peter wobbles", "the gronk of [name] wobbles"),
        ("me llamo juan carlos y no entiendo", "me llamo [name] y no entiendo"),
        ("soy maria", "soy [name]"),
        ("我叫王小明 你好", "我叫[name] 你好"),
        ("QWERTY ASDF", "QWERTY ASDF"),
        ("Blorp the gronk. Then what?", "Blorp the gronk. Then what?"),
    ],
)
def test_what_tells_who_somebody_is_goes(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_a_long_text_is_cut_and_no_placeholder_with_it() -> None:
    masked = mask("gronk " * 26 + "bob@example.com wobbles")
    assert len(masked) <= LONGEST
    assert masked.endswith("gronk…")


@given(st.text(max_size=400))
def test_whatever_comes_no_digit_and_no_address_stays(text: str) -> None:
    masked = mask(text)
    assert len(masked) <= LONGEST
    assert not any(character.isdecimal() for character in masked)
    assert "@" not in masked.replace("@ ", "").rstrip("@…") or not any(
        part.partition("@")[2][:1].isalnum() for part in masked.split()
    )
