"""Words that a tester found after the rules were written, each table for one cause of misses."""

import tomllib
from pathlib import Path

import pytest

from messages.folding import fold
from messages.keywords import Keywords
from service.conversation import by_rules, red_flags
from service.conversation.clauses import look_through
from service.conversation.understand import understand
from service.envelopes import Reading
from tests.vocabulary import VOCABULARY

TEXTS = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))
ENGLISH: Keywords = VOCABULARY.languages["en"]


def by_english_rules(text: str) -> Reading:
    """What the English rules make of a text, without the classifier."""
    clauses = look_through(fold(text), ENGLISH)
    flag = red_flags.find_in(clauses, ENGLISH)
    if flag:
        return by_rules.emergency(flag)
    return by_rules.plain(clauses, ENGLISH) or by_rules.told(clauses, ENGLISH)


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
    assert understand(text, VOCABULARY).topic == template


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
    assert understand(text, VOCABULARY).topic == "E_SPINE"


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
    assert understand(text, VOCABULARY).flag is None


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
    assert understand(text, VOCABULARY).topic == template


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
    assert understand(text, VOCABULARY).topic == "LEAVE"


@pytest.mark.parametrize(
    "text",
    [
        "stop sending me neck stretches", "stop the shoulder reminders", "turn it off", "never asked for this",
        "how do i make this stop", "leave me alone until forever",
    ],
)  # fmt: skip
def test_what_may_mean_a_part_is_asked_back(text: str) -> None:
    assert understand(text, VOCABULARY).topic == "DOUBT"


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
    assert understand(text, VOCABULARY).topic == topic


@pytest.mark.parametrize("text", TEXTS["danger_fresh"]["texts"])
def test_danger_written_after_the_rules(text: str) -> None:
    assert by_english_rules(text).flag is not None


@pytest.mark.parametrize("text", TEXTS["harmless_fresh"]["texts"])
def test_harmless_company_written_after_the_rules(text: str) -> None:
    assert by_english_rules(text).flag is None


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("had this years ago, groin is numb", "E_SPINE"),
        ("had this last year, chest hurts", "E_CHEST"),
        ("fell off a ladder a year ago and my legs have been numb since", "E_SPINE"),
        ("i dont have fever and legs are numb", "E_SPINE"),
        ("i dont have a fever and cant feel my legs", "E_SPINE"),
        ("my son is having fits", "E_ILL"),
        ("seizure", "E_ILL"),
        ("toilet accident again", "E_SPINE"),
        ("had an accident in my pants", "E_SPINE"),
        ("cnt pass watter and my blader is ful", "E_SPINE"),
        ("think its a struk, facial drop", "E_ILL"),
        ("feavor and confusd", "E_ILL"),
        ("cant go on tiptoes, both calves dead", "E_SPINE"),
    ],
)
def test_neither_a_past_remark_nor_a_denial_reaches_too_far(text: str, template: str) -> None:
    assert by_english_rules(text).topic == template


@pytest.mark.parametrize(
    "text",
    [
        "no fever and chest pain", "no fever or chest pain", "numb groin, years ago",
        "i was in a crash ten years ago and it has ached since", "fell out of a tree when i was nine, iffy ever since",
        "what does saddle numbness mean", "what do doctors check if both legs go weak, just curious",
        "is a numb saddle always an emergency, asking for an exam", "when do i call an ambulance for a back",
    ],
)  # fmt: skip
def test_what_is_past_denied_or_asked_in_general(text: str) -> None:
    assert by_english_rules(text).flag is None


@pytest.mark.parametrize(
    "text",
    [
        "take us off your list", "kindly remove my number", "unsubscrbe me", "plese stop", "dnt text me", "tak me off",
        "i do not wish to receive any further messages", "this number belongs to somebody else now",
        "whoever this is stop", "please kindly stop these msgs", "turn off reminders permanently",
        "this isnt johns phone, stop texting", "you have the wrong person", "dont ever contact me again",
        "i got your text at 3am again. done. take me off", "stop texting me, my day was bad enough",
    ],
)  # fmt: skip
def test_ways_to_leave_that_the_rules_know(text: str) -> None:
    assert by_english_rules(text).topic == "LEAVE"


@pytest.mark.parametrize(
    "text",
    [
        "dont text me between 12 and 1", "leave me alone at lunchtime every day", "stop texting me at 7am, start at 9",
        "dont message me on saturday or sunday", "stop, give me 15 minutes", "stop, go back to menu",
        "take me off speaker", "take me off pause", "remove me from the whatsapp group of dads",
        "wrong number of chairs delivered", "unsubscribe me from netflix lol", "dont remind me this afternoon",
        "did you cancel my reminders or are they on", "painkillers make me sleepy, ok to stop them?",
    ],
)  # fmt: skip
def test_an_hour_a_day_or_another_list_is_no_opt_out(text: str) -> None:
    assert by_english_rules(text).intent != "stop"


@pytest.mark.parametrize(
    "text",
    [
        "delete my number", "wipe everything you have on me", "get rid of everything you know about me",
        "right to be forgotten", "pls remove my data from ur server",
    ],
)  # fmt: skip
def test_ways_to_be_erased(text: str) -> None:
    assert by_english_rules(text).topic == "DELETE"
