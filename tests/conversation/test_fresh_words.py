"""Words that a tester found after the rules were written, each table for one cause of misses."""

from pathlib import Path

import pytest

import messages
from messages.keywords import read
from service.conversation.understand import understand

KEYWORDS = read(Path(messages.__file__).parent / "en")


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("chest pressure", "E_CHEST"),
        ("no heartburn, chest pressure", "E_CHEST"),
        ("upper back stabbing pain suddenly and cold sweat", "E_CHEST"),
        ("guy at the next desk collapsed", "E_CHEST"),
        ("i passed out early this morning", "E_CHEST"),
        ("I need to pee but I can't", "E_SPINE"),
        ("i need to pee but nothing comes out", "E_SPINE"),
        ("leaking pee all the time", "E_SPINE"),
        ("cant pee while im standing", "E_SPINE"),
        ("pins n needles in my bits", "E_SPINE"),
        ("numb legs up to my waist", "E_SPINE"),
        ("legs weak back pain bad", "E_SPINE"),
        ("my legs went dead after lifting", "E_SPINE"),
        ("numb from the bottom up", "E_SPINE"),
        ("dragging my feet on the carpet since yesterday cant lift them", "E_SPINE"),
        ("got hit by a work van", "E_TRAUMA"),
        ("hurt my back in a fall from a ladder", "E_TRAUMA"),
        ("fell through a skylight", "E_TRAUMA"),
        ("tipped off a step ladder changing a bulb", "E_TRAUMA"),
        ("my speech today is slurred", "E_ILL"),
        ("half my face it has dropped", "E_ILL"),
    ],
)
def test_no_harmless_saying_hides_danger(text: str, template: str) -> None:
    assert understand(text, KEYWORDS).topic == template


@pytest.mark.parametrize(
    "text",
    [
        "both legs weak after lifting a box",
        "legs feel weak since moving furniture yesterday",
        "my leg gave way after lifting the printer",
        "POSTURE pain shooting down both legs",
        "pain running down both legs",
        "sciatica on both sides",
    ],
)
def test_both_legs_are_an_emergency_also_after_a_lift(text: str) -> None:
    assert understand(text, KEYWORDS).topic == "E_SPINE"


@pytest.mark.parametrize(
    "text",
    [
        "legs weak after leg day", "both legs ache after my run", "both my legs hurt from squats yesterday",
        "stream is slow today, wifi rubbish", "dived into my emails", "passed out flyers all day",
        "there was a car crash on the news", "weak at the knees for that new intern",
        "cant pee in peace, boss follows me",
        "my arm is aching from the mouse", "playing chess hurts my neck", "i have a weak back", "wee bit sore today",
        "legs up the wall for 10 min", "deal fell through today", "my chair collapsed",
        "kicked by my toddler all night",
    ],
)  # fmt: skip
def test_company_that_stays_harmless(text: str) -> None:
    assert understand(text, KEYWORDS).flag is None


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("hav not bin able 2 wee since last nite", "E_SPINE"),
        ("trouble emptying my blader", "E_SPINE"),
        ("my pee stream has gone really weak all of a sudden", "E_SPINE"),
        ("wee just comes out on its own", "E_SPINE"),
        ("it isnt sciatica and both legs are weak", "E_SPINE"),
        ("cant feel anything from the belly button down", "E_SPINE"),
        ("paracetamol doesnt help fever and im confused", "E_ILL"),
        ("high temp, rash that doesnt fade and stiff neck", "E_ILL"),
        ("thunderclap headache worst of my life", "E_ILL"),
        ("my chess hurts", "E_CHEST"),
        ("Dave has just keeled over", "E_CHEST"),
        ("fainted at work", "E_CHEST"),
        ("indigestion that wont go and my arm is aching and im sweating", "E_CHEST"),
        ("fel of a lader at work", "E_TRAUMA"),
        ("got tackled hard at rugby and cant move my neck", "E_TRAUMA"),
        ("dived in shallow water and hurt my neck", "E_TRAUMA"),
        ("i want to kil myself", "E_CRISIS"),
        ("everyone would be better without me", "E_CRISIS"),
        ("i dont deserve to live", "E_CRISIS"),
        ("swallowed a load of pills", "E_CRISIS"),
        ("my manager just dropped and isnt responding", "E_CHEST"),
        ("ive been thinking about ending things", "E_CRISIS"),
        ("emergancy", "E_EXPLICIT"),
    ],
)
def test_danger_in_other_words(text: str, template: str) -> None:
    assert understand(text, KEYWORDS).topic == template


@pytest.mark.parametrize(
    "text",
    [
        "unsubscribe me today", "remove me after this text", "take me off before i complain",
        "stop texting me, my pain is gone", "these texts are a pain, stop texting me", "cancel everything",
        "get me off this", "no longer want these", "pls dont txt me any more", "no more thank you",
        "cease and desist", "turn these off for good",
    ],
)  # fmt: skip
def test_leaving_in_other_words(text: str) -> None:
    assert understand(text, KEYWORDS).topic == "LEAVE"


@pytest.mark.parametrize(
    "text",
    [
        "stop sending me neck stretches", "stop the shoulder reminders", "turn it off", "never asked for this",
        "how do i make this stop", "leave me alone until forever",
    ],
)  # fmt: skip
def test_what_may_mean_a_part_is_asked_back(text: str) -> None:
    assert understand(text, KEYWORDS).topic == "DOUBT"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("can you only text me between 9 and 5", "HOURS"),
        ("my shift is 10pm to 6am", "HOURS"),
        ("i work tuesday to saturday", "DAYS"),
        ("can you remind me every 90 mins", "EVERY"),
        ("too many reminders", "EVERY"),
        ("i take lunch at 1", "LUNCH"),
        ("im on leave for 2 weeks", "PAUSE"),
        ("no more today", "PAUSE"),
        ("can you stop for a week", "PAUSE"),
        ("not right now", "SNOOZE"),
        ("give me a different one", "SKIP"),
        ("seated exercises only", "SEATED"),
        ("show me the options", "MENU"),
        ("wipe my data", "DELETE"),
        ("only joking", "UNKNOWN"),
    ],
)
def test_settings_in_natural_words(text: str, topic: str) -> None:
    assert understand(text, KEYWORDS).topic == topic
