"""What a link code looks like, and what doesn't."""

import random

import pytest

from service.conversation import codes
from service.conversation.understand import understand
from tests.vocabulary import CATALOGUE


def test_a_code_has_eight_signs_that_nobody_mistakes_and_is_told_in_two_halves() -> None:
    choose = random.Random(7).choice
    for _ in range(500):
        code = codes.made(choose)
        assert len(code) == 8
        assert not set(code) & set("01OILU")
        assert codes.looks_like(codes.shown(code))
        assert codes.tidied(codes.shown(code)) == code


def test_every_code_that_is_made_is_read() -> None:
    choose = random.Random(11).choice
    for word in ("LINK", "VINCULAR", "绑定"):
        for _ in range(300):
            code = codes.made(choose)
            reading = understand(f"{word} {codes.shown(code)}", CATALOGUE.vocabulary)
            assert (reading.topic, codes.tidied(reading.argument)) == ("LINK", code)


@pytest.mark.parametrize(
    "words",
    ["7K4M-2XQP", "7k4m2xqp", "7K4M 2XQP", " 7k4m - 2xqp ", "7 K 4 M 2 X Q P", "“7K4M-2XQP”"],
)
def test_case_hyphen_and_blanks_do_not_matter(words: str) -> None:
    for word in ("LINK", "link", "Vincular", "绑定", "please link"):
        reading = understand(f"{word} {words}", CATALOGUE.vocabulary)
        assert (reading.intent, reading.topic) == ("settings", "LINK")
        assert codes.tidied(reading.argument) == "7K4M2XQP"


@pytest.mark.parametrize("words", ["绑定7K4M-2XQP", "LINK: 7K4M-2XQP", "link 7K4M-2XQP thanks"])
def test_a_code_is_found_beside_other_signs(words: str) -> None:
    reading = understand(words, CATALOGUE.vocabulary)
    assert (reading.topic, codes.tidied(reading.argument)) == ("LINK", "7K4M2XQP")


@pytest.mark.parametrize(
    "words",
    [
        "is there a link between stress and back pain?",
        "the link doesnt work",
        "link building 101",
        "send me a link to the article please",
        "hay un vinculo entre el estres y el dolor de espalda?",
        "腰痛和压力有关联吗",
        "link 30 minutes",
    ],
)
def test_sentences_with_the_word_link_mean_something_else(words: str) -> None:
    assert understand(words, CATALOGUE.vocabulary).topic != "LINK"


@pytest.mark.parametrize(
    "words", ["i'm here", "are you still there", "it hurts here", "aqui me duele", "我这里疼"]
)
def test_sentences_with_the_word_here_mean_something_else(words: str) -> None:
    assert understand(words, CATALOGUE.vocabulary).topic != "HERE"


@pytest.mark.parametrize(
    "words", ["HERE", "here!", "remind me here", "AQUI", "avísame aquí", "这里", "提醒发到这里"]
)
def test_here_is_said_in_every_language(words: str) -> None:
    reading = understand(words, CATALOGUE.vocabulary)
    assert (reading.intent, reading.topic) == ("settings", "HERE")


@pytest.mark.parametrize(
    "words",
    ["UNLINK", "unlink this chat", "DESVINCULAR", "desvincular este chat", "解绑", "取消绑定"],
)
def test_the_words_for_unlinking(words: str) -> None:
    reading = understand(words, CATALOGUE.vocabulary)
    assert (reading.intent, reading.topic) == ("settings", "UNLINK")
