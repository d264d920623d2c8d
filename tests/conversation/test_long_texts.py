"""Chats bring texts of 4,096 or 40,000 characters: danger and STOP are read wherever they stand."""

import pytest

from messages.folding import LONGEST
from service.conversation.long_texts import OVERLAP, PIECES, understand_all
from service.conversation.understand import understand
from tests.phone import Phone
from tests.vocabulary import VOCABULARY

CHATTER = "Hello, I sit at a desk all day and my chair is rather old. "  # 59 characters
DANGER = "I can't feel my legs and wet myself"
LEAVING = "please stop texting me, unsubscribe me"


def chatter(characters: int) -> str:
    return CHATTER * (characters // len(CHATTER))


@pytest.mark.parametrize("before", [1_400, 1_500, 1_580, 1_700, 2_900, 4_000, 10_000])
def test_danger_is_found_wherever_it_stands(before: int) -> None:
    reading = understand_all(chatter(before) + DANGER, VOCABULARY)
    assert reading.flag is not None
    assert not reading.leaves


@pytest.mark.parametrize("offset", range(0, 60, 7))
def test_danger_across_two_pieces_is_found(offset: int) -> None:
    text = "a" * offset + " " + chatter(1_600 - offset)[: 1_580 - offset] + ". " + DANGER
    assert understand_all(text, VOCABULARY).flag is not None


@pytest.mark.parametrize("before", [1_650, 1_700, 4_000])
def test_leaving_is_found_wherever_it_stands(before: int) -> None:
    reading = understand_all(chatter(before) + LEAVING, VOCABULARY)
    assert (reading.intent, reading.leaves) == ("stop", True)


def test_danger_and_leaving_in_one_text_are_both_heard() -> None:
    reading = understand_all(chatter(1_700) + LEAVING + ". " + chatter(1_700) + DANGER, VOCABULARY)
    assert reading.flag is not None
    assert reading.leaves


def test_danger_and_leaving_are_found_in_chinese() -> None:
    chatter = "我整天坐在办公桌前，椅子很旧。" * 200  # noqa: RUF001
    assert understand_all(chatter + "我的腿没有知觉，大小便失禁", VOCABULARY).flag is not None  # noqa: RUF001
    assert understand_all(chatter + "不要再给我发短信了，退订", VOCABULARY).leaves  # noqa: RUF001


def test_what_a_sentence_denies_isnt_cut_off_from_it() -> None:
    """The next piece begins where a sentence does."""
    denied = "Please do not stop texting me. "
    room = LONGEST - OVERLAP - denied.index("stop") + 1
    text = (chatter(room)[:-2] + "y" * room)[: room - 2] + ". " + denied + chatter(600)
    assert text[LONGEST - OVERLAP :].startswith(" stop texting me. ")
    assert understand("stop texting me. " + CHATTER, VOCABULARY).intent == "stop"
    reading = understand_all(text, VOCABULARY)
    assert (reading.intent, reading.leaves) == ("posture", False)


def test_what_else_a_long_text_means_is_what_it_begins_with() -> None:
    text = "How do I lift a heavy box?\n" + chatter(3_000) + "And is a fever bad?"
    assert understand_all(text, VOCABULARY).topic == "LIFT"


def test_of_a_text_without_end_the_person_is_asked() -> None:
    reading = understand_all(chatter(PIECES * 1_600), VOCABULARY)
    assert (reading.intent, reading.topic, reading.flag) == ("ask", "ASK", None)


@pytest.mark.parametrize("text", ["STOP", "lift", chatter(1_600), DANGER])
def test_a_text_message_is_read_as_ever(text: str) -> None:
    assert understand_all(text, VOCABULARY) == understand(text, VOCABULARY)


def test_whoever_writes_at_length_is_told_to_get_help_and_let_go(phone: Phone) -> None:
    phone.join()
    phone.text(chatter(5_000) + DANGER + ". " + chatter(2_000) + LEAVING)
    assert phone.entries()[-1].kind == "emergency"
    assert phone.person.state == "stopped"
