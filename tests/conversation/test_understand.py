from pathlib import Path

import pytest

import messages
from messages.keywords import KeywordsError, read
from service.conversation.intents import intent_of
from service.conversation.understand import understand
from tests.vocabulary import ENGLISH, VOCABULARY

FOLDER = Path(messages.__file__).parent / "en"


def test_every_alias_leads_to_its_keyword() -> None:
    read = {alias: understand(alias.upper(), VOCABULARY) for alias in ENGLISH.aliases}
    wrong = [
        (alias, reading.topic, reading.rule)
        for alias, reading in read.items()
        if (reading.topic, reading.rule) != (ENGLISH.aliases[alias], "exact")
    ]
    assert wrong == []


def test_every_keyword_has_a_public_intent() -> None:
    names = ENGLISH.topics | ENGLISH.actions
    assert [name for name in names if intent_of(name) == "unknown"] == []


@pytest.mark.parametrize(
    "text", ["posture", "POSTURE", "ＰＯＳＴＵＲＥ", '"Posture".', "posture pls", "😀 Posture!",  # noqa: RUF001
    "the posture, please", "about posture", "Pósture"],
)  # fmt: skip
def test_dress_does_not_matter(text: str) -> None:
    reading = understand(text, VOCABULARY)
    assert (reading.topic, reading.rule, reading.exact) == ("POSTURE", "exact", True)


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop ", "StopAll", "UNSUBSCRIBE", "cancel", "END", "quit", "revoke", "optout",
    ],
)  # fmt: skip
def test_what_a_carrier_takes_as_an_opt_out(text: str) -> None:
    reading = understand(text, VOCABULARY)
    assert (reading.intent, reading.topic, reading.rule) == ("stop", "STOP", "stop")


@pytest.mark.parametrize(
    "text",
    [
        "Stop.", "STOP!!!", '"stop"', "ＳＴＯＰ", "stop stop stop", "sotp", "stpo", "stopp", "st0p",  # noqa: RUF001
        "stop all",
        "opt-out", "please stop", "remove", "ARRET", "TD", "T", "alto", "BAJA", "parar", "cancelar",
        "退订", "停止", "🛑",
        "please stop texting me", "leave me alone", "wrong number", "take me off your list", "no more messages",
        "don't text me again", "I don't want these texts", "how do I unsubscribe", "this is annoying. STOP",
        "cancel my subscription", "kill the reminders",
    ],
)  # fmt: skip
def test_what_only_we_take_as_an_opt_out(text: str) -> None:
    reading = understand(text, VOCABULARY)
    assert (reading.intent, reading.topic) == ("stop", "LEAVE")


@pytest.mark.parametrize(
    "text",
    [
        "stop it", "enough", "i think i should stop this",
    ],
)  # fmt: skip
def test_what_may_be_an_opt_out_is_asked_back(text: str) -> None:
    reading = understand(text, VOCABULARY)
    assert (reading.intent, reading.topic, reading.rule) == ("stop", "DOUBT", "phrase")


@pytest.mark.parametrize(
    "text",
    [
        "the pain won't stop", "how do I stop slouching", "please stop the pain", "will the pain go away",
        "should i stop exercising", "is 10 minutes enough", "can you stop the spasms", "dont stop", "bus stop",
        "what does the article say at the end", "espalda baja", "stop for an hour", "stop until monday",
    ],
)  # fmt: skip
def test_what_is_no_opt_out(text: str) -> None:
    assert understand(text, VOCABULARY).intent != "stop"


@pytest.mark.parametrize(
    ("text", "topic", "argument"),
    [
        ("HOURS 8-16", "HOURS", "8-16"),
        ("hours ９-１７", "HOURS", "9-17"),  # noqa: RUF001
        ("please set hours to 9 to 5 thanks", "HOURS", "9 to 5"),
        ("HOURS banana", "HOURS", "banana"),
        ("8-16", "HOURS", "8-16"),
        ("days mon-thu", "DAYS", "mon-thu"),
        ("EVERY 90", "EVERY", "90"),
        ("every 2h", "EVERY", "2h"),
        ("ZONE Berlin", "ZONE", "Berlin"),
        ("TZ Europe/Madrid", "ZONE", "Europe/Madrid"),
        ("zone São Paulo please", "ZONE", "São Paulo"),
        ("LUNCH 12:30-13:30", "LUNCH", "12:30-13:30"),
        ("lunch off", "LUNCH", "off"),
        ("PAUSE 3h", "PAUSE", "3h"),
        ("pause until friday", "PAUSE", "until friday"),
        ("stop for an hour", "PAUSE", "for an hour"),
        ("stop the reminders until friday", "PAUSE", "until friday"),
        ("trip to Berlin, pause till monday", "PAUSE", "till monday"),
        ("SNOOZE 15", "SNOOZE", "15"),
        ("in a meeting, snooze 1h", "SNOOZE", "1h"),
        ("remind me in 20 minutes", "SNOOZE", "in 20 minutes"),
        ("NO NECK", "WITHOUT", "NECK"),
        ("skip upper back pls", "WITHOUT", "upper back"),
        ("no off", "WITHOUT", "off"),
        ("SEATED ON", "SEATED", "ON"),
        ("discreet off", "DISCREET", "off"),
        ("COUNTRY India", "COUNTRY", "India"),
        ("DELETE YES", "DELETE", "YES"),
    ],
)
def test_a_command_and_its_argument(text: str, topic: str, argument: str) -> None:
    reading = understand(text, VOCABULARY)
    assert (reading.topic, reading.rule, reading.argument) == (topic, "command", argument)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("every morning my back hurts", "PAIN"),
        ("no pain", "PAIN"),
        ("days like this", "UNKNOWN"),
        ("skip lunch", "LUNCH"),
        ("no", "NO"),
        ("seated", "SEATED"),
        ("delete my data", "DELETE"),
        ("remind me", "REMIND"),
    ],
)
def test_a_sentence_is_no_command(text: str, topic: str) -> None:
    reading = understand(text, VOCABULARY)
    assert (reading.topic, reading.rule == "command") == (topic, False)


@pytest.mark.parametrize(
    ("text", "topic", "argument"),
    [
        ("yes", "YES", ""),
        ("Y", "YES", ""),
        ("No!", "NO", ""),
        ("ok", "OK", ""),
        ("👍", "OK", ""),
        ("3", "DIGIT", "3"),
    ],
)
def test_short_answers_wait_for_a_question(text: str, topic: str, argument: str) -> None:
    reading = understand(text, VOCABULARY)
    assert (reading.intent, reading.topic, reading.rule) == ("unknown", topic, "exact")
    assert reading.argument == argument


@pytest.mark.parametrize(
    ("text", "topic", "rule"),
    [
        ("HELP", "HELP", "help"),
        ("info", "HELP", "help"),
        ("START", "START", "start"),
        ("unstop", "START", "start"),
        ("join", "REMIND", "exact"),
        ("my chair is awful for my slipped disc", "DISC", "phrase"),
        ("no numbness, no fever, just stiff", "PAIN", "phrase"),
        ("I don't have chest pain or weakness", "PAIN", "phrase"),
        ("hurt lifting", "STRAIN", "exact"),
        ("lifting", "LIFT", "exact"),
        ("numb leg from a slipped disc", "NUMB", "phrase"),
        ("postrue", "POSTURE", "typo"),
        ("ligamnet", "LIGAMENT", "typo"),
        ("strenght", "STRENGTH", "typo"),
        ("streching", "STRETCH", "typo"),
        ("i feel dizzy", "ASK", "model"),
        ("weather is nice in spring", "CHAT", "model"),
        ("", "UNKNOWN", "unknown"),
        ("\x00\x07", "UNKNOWN", "unknown"),
    ],
)
def test_what_a_text_means(text: str, topic: str, rule: str) -> None:
    reading = understand(text, VOCABULARY)
    assert (reading.topic, reading.rule) == (topic, rule)


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("never", "FEVER"), ("brain", "STRAIN"), ("cheek", "CHECK"), ("sighs", "SIGNS"), ("pasture", "POSTURE"),
        ("factor", "DOCTOR"), ("left", "LIFT"), ("heart", "HEAT"), ("best", "REST"), ("dish",
        "DISC"), ("love", "MOVE"),
        ("step", "STOP"), ("shop", "STOP"), ("stare", "START"), ("held", "HELP"), ("gift", "LIFT"),
        ("thumb", "NUMB"),
    ],
)  # fmt: skip
def test_another_word_is_no_slip_of_the_thumb(text: str, keyword: str) -> None:
    assert understand(text, VOCABULARY).topic not in {keyword, "LEAVE"}


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("had cancer in the past and my back hurts today", "past cancer"),
        ("i have hiv and a sore back", "weak immunity"),
        ("been on prednisone for years, back aches", "steroid use"),
        ("my flatmate has TB", "contact with TB"),
        ("pain that wakes me every night", "pain that wakes you at night"),
    ],
)
def test_a_sign_for_today_is_named(text: str, sign: str) -> None:
    reading = understand(text, VOCABULARY)
    assert (reading.intent, reading.topic, reading.argument) == ("doctor", "SAMEDAY", sign)


def test_signs_fit_their_place() -> None:
    assert all(len(rule.gives) <= 40 for rule in ENGLISH.red_flags.same_day)


def test_an_unknown_word_comes_with_the_nearest_topics() -> None:
    assert understand("posters", VOCABULARY).nearest[:1] == ("POSTURE",)


def test_an_alias_that_leads_to_two_places_is_refused(tmp_path: Path) -> None:
    for name in ("keywords.toml", "red_flags.toml", "times.toml"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    words = tmp_path / "keywords.toml"
    text = words.read_text("utf-8")
    words.write_text(text.replace("DISC = [", 'DISC = [\n  "posture",', 1), "utf-8")
    with pytest.raises(KeywordsError, match=r"keywords\.toml: 'posture' leads to"):
        read(tmp_path)


def test_texts_at_some_hours_are_no_opt_out() -> None:
    wanted = {
        "stop texting me at night": "schedule", "quit bugging me till monday ok": "pause",
        "no me escribas los fines de semana": "schedule", "周末不要发短信": "schedule",
    }  # fmt: skip
    assert {text: understand(text, VOCABULARY).intent for text in wanted} == wanted
