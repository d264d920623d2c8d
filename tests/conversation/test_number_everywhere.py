"""Detection misses things, so whatever isn't an exact keyword is answered with the emergency number.

These tests don't look at how a text was understood: they know which texts are no keywords.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messages.render import segments
from tests.phone import Phone
from tests.vocabulary import CATALOGUE

EXACT = ["POSTURE", "MENU", "REMIND", "YES", "NO", "OK", "CHECK", "1", "2", "STATUS", "MORE", "DONE", "SNOOZE",
         "PAUSE", "RESUME", "HOURS 8-16", "EVERY 90", "DAYS mon-thu", "LUNCH OFF", "NO NECK", "DELETE", "STRETCH",
         "HELP", "SEATED ON", "ZONE Berlin", "SKIP", "START"]  # fmt: skip
LOOSE = ["my posture is bad these days", "what about lifting heavy boxes", "tell me something about fevers please",
         "HOURS whenever", "EVERY now and then", "DAYS blah", "LUNCH perhaps", "NO BRAIN", "COUNTRY Narnia",
         "ZONE Nowhereville", "SNOOZE 9999", "SEATED perhaps", "how are you doing", "postrue", "exercize my core lol",
         "is it serious doc?", "I moved house and it aches", "numb thumb again", "heart emoji", "i like trains",
         "could you pause the whole thing for me", "give me one more of those stretches pls", "my knee clicks",
         "what is that disc thing in my mates back", "odd feeling in my back, snooze 1h", "in a meeting, snooze 1h",
         "my shift is 10pm to 6am", "im on leave for 2 weeks"]  # fmt: skip
letters = st.text(
    st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Z"]), max_size=60
)


@pytest.mark.parametrize("topic", sorted(CATALOGUE.topics("en")))
def test_each_topic_read_from_a_sentence_names_the_number_within_its_budget(
    phone: Phone, topic: str
) -> None:
    answer = phone.text(f"so tell me a bit more on {topic.lower()} then would you")
    assert "911" in answer
    assert all(
        segments(text).count <= (3 if topic == "MEDS" else 2) for text in answer.split("\n\n")
    )


def test_each_word_of_the_catalogue_inside_a_sentence_names_the_number(phone: Phone) -> None:
    unnamed = []
    for number, alias in enumerate(CATALOGUE.keywords["en"].aliases):
        phone.number = f"+1212555{number:04}"
        answer = phone.text(f"so i wonder {alias} whatever that is")
        if "911" not in answer:
            unnamed.append((alias, answer))
    assert unnamed == []


@pytest.mark.parametrize("words", LOOSE)
@pytest.mark.parametrize("joined", [True, False])
def test_what_is_no_keyword_is_answered_with_the_number(
    phone: Phone, words: str, joined: bool
) -> None:
    if joined:
        phone.join()
    assert "911" in phone.text(words)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.one_of(st.sampled_from(EXACT), st.sampled_from(LOOSE), letters), min_size=1, max_size=12
    )
)
def test_in_any_dialogue_what_is_no_keyword_is_answered_with_the_number(
    phone: Phone, dialogue: list[str]
) -> None:
    for words in dialogue:
        phone.wall.moment += timedelta(hours=2)  # out of reach of the brakes
        answer = phone.text(words)
        if words in LOOSE and "unsubscribed" not in answer:
            there = CATALOGUE.emergency(phone.person.country)  # letters may have named a country
            assert there is not None
            assert there.number in answer, (words, answer)
