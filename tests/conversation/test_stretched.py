"""Letters that somebody holds down, in fright as much as in fun, hide no meaning."""

import pytest

from messages.folding import fold
from service.conversation.stretched import unstretched
from service.conversation.understand import understand
from tests.vocabulary import VOCABULARY


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("cant breatheeee", "E_CHEST"),
        ("cant peeeee since this morning", "E_SPINE"),
        ("ambulanceeee", "E_EXPLICIT"),
        ("no puedo respirarrrr", "E_CHEST"),
        ("heeeeelp", "HELP"),
        ("ayudaaaaa", "HELP"),
        ("STOOOOPPP", "LEAVE"),
        ("stoppppp texting meeee", "LEAVE"),
        ("bajaaaa", "LEAVE"),
        ("postureeee", "POSTURE"),
        ("doneee", "DONE"),
        ("thank youuu", "THANKS"),
    ],
)
def test_a_word_is_heard_however_long_its_keys_were_held(text: str, topic: str) -> None:
    assert understand(text, VOCABULARY).topic == topic


@pytest.mark.parametrize("text", ["tttt", "yyyy", "zzzz", "www", "100000", "888", "啊啊啊"])
def test_one_letter_again_and_again_is_no_word_of_that_letter(text: str) -> None:
    assert unstretched(fold(text), VOCABULARY.model.topics.rarity) == fold(text)


def test_a_word_keeps_the_doubled_letter_that_it_has() -> None:
    words = unstretched(fold("feeeel sooo goooood"), VOCABULARY.model.topics.rarity).words
    assert [word.text for word in words] == ["feel", "so", "good"]


def test_a_long_word_of_runs_alone_costs_nothing() -> None:
    text = "".join(letter * 3 for letter in "abcdefghijklmnopqrstuvwxyz")
    words = unstretched(fold(text), VOCABULARY.model.topics.rarity).words
    assert words[0].text == "abcdefghijklmnopqrstuvwxyz"
