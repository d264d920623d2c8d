"""Settings that whole sentences hold: what they change, and what changes nothing."""

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.conversation.slots import NOTHING, Slots, find
from tests.conversation.test_times import ALL

SENTENCES = tomllib.loads(Path(__file__).with_name("slots.toml").read_text("utf-8"))


def told(slots: Slots) -> str:
    """What a sentence sets, in the form of slots.toml."""
    said = {
        "hours": " ".join(map(str, slots.hours or ())),
        "opens": f"{slots.opens:%H:%M}" if slots.opens else "",
        "closes": f"{slots.closes:%H:%M}" if slots.closes else "",
        "lunch": str(slots.lunch or ""),
        "every": str(slots.every or ""),
        "days": slots.days or "",
        "days_off": slots.days_off or "",
    }
    return ", ".join(f"{name}={value}" for name, value in said.items() if value)


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_a_sentence_says_what_to_set(language: str) -> None:
    wrong = []
    for text, wanted in SENTENCES[language].items():
        found = told(find(text, ALL[language]))
        if found != wanted:
            wrong.append((text, wanted, found))
    assert not wrong


def test_written_differently_it_means_the_same() -> None:
    plain = find("every 45 minutes from 8 to 4, not on fridays", ALL["en"])
    assert plain != NOTHING
    for text in (
        "EVERY 45 MINUTES FROM 8 TO 4, NOT ON FRIDAYS",
        "  every 45 minutes\nfrom 8 to 4. not on fridays!! ",
        "every forty five minutes from eight to four; not on Fridays",
        "\uff25very \uff14\uff15 minutes from 8 to 4, not on fridays",
    ):
        assert find(text, ALL["en"]) == plain, text


@pytest.mark.parametrize(
    ("language", "piece"),
    [
        ("en", "1-2 "), ("en", "no 1pm "), ("en", "before 10 or "), ("en", "mon to "), ("es", "y "),
        ("en", "every a of "), ("zh", "一天半"), ("zh", "每小时提醒我"), ("zh", "周一三五"), ("zh", "十"),
    ],
)  # fmt: skip
def test_no_text_takes_long(language: str, piece: str) -> None:
    text = (piece * 1600)[:1600]
    took = []
    for _ in range(3):
        began = time.perf_counter()
        find(text, ALL[language])
        took.append(time.perf_counter() - began)
    assert min(took) < 0.05  # 1 to 5 ms on an idle machine


PIECES = sorted(
    {word for words in ALL.values() for word in (*words.between, *words.slots.openers)}
    | {word for words in ALL.values() for word in (*words.slots.negative, *words.slots.relations)}
    | {
        "8",
        "16",
        "9:30",
        "4pm",
        "25",
        "0830",
        ",",
        ".",
        "-",
        "/",
        "2026-01-01",
        "%",
        "L4",
        "点",
        "次",
    }
)


@given(
    st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
    st.sampled_from(["en", "es", "zh"]),
)
@settings(max_examples=500, deadline=None, derandomize=True)
def test_any_text_can_be_read(text: str, language: str) -> None:
    found = find(text, ALL[language])
    assert found == find(text, ALL[language])
    assert found.every is None or 0 < found.every <= 12 * 60
    assert found.days is None or "1" in found.days
    assert found.hours is None or not (found.opens or found.closes)
