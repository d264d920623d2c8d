"""Looking words up, and refusing a catalogue that would stop the service."""

import json
import time
import tomllib
from collections.abc import Callable
from cProfile import Profile
from datetime import datetime, timedelta
from pathlib import Path
from pstats import Stats

import pytest

from messages.catalogue import FOLDER, Catalogue, CatalogueError, Emergency, load
from messages.render import segments
from tests.messages.conftest import Fault, edit, missed, put

pytestmark = pytest.mark.usefixtures("thawed")
LANGUAGES = ("en", "es", "zh")
NOW = datetime(2026, 1, 2, 15, 30)  # noqa: DTZ001 a local wall clock; a Friday


def test_everything_that_content_asks_for_is_there(catalogue: Catalogue) -> None:
    assert catalogue.languages == ("en", "es", "zh")
    for language in catalogue.languages:
        assert len(catalogue.topics(language)) == 20
        assert len(catalogue.stretches(language)) == 36


def test_a_topic_has_its_forms(catalogue: Catalogue) -> None:
    assert catalogue.say("POSTURE.sms").startswith("Long sitting, bending or a head held forward")
    assert catalogue.say("POSTURE") == catalogue.say("POSTURE.sms")
    assert segments(catalogue.say("POSTURE.lite")).count == 1
    assert not catalogue.has("MEDS.lite")
    assert catalogue.topic("LIFT").claims == ("V4", "V5")


def test_a_stretch_is_a_text_too(catalogue: Catalogue) -> None:
    assert catalogue.say("WK1").startswith("Stand and walk for one minute")


@pytest.mark.parametrize(
    ("key", "country", "words"),
    [
        ("E_SPINE", "US", "Call 911 or go"),
        ("E_SPINE", "NL", "Call 112 or go"),
        ("E_SPINE", "", "Call 112, 911, 999, 000 or 120 or go"),
        ("C_EM", "XX", "Call 112, 911, 999, 000 or 120 or go"),
        ("SIGNS.sms", "GB", "Call 999 now"),
        ("SIGNS.sms", "", "Call your local emergency number now"),
        ("STOP_OK", "CN", "call 120."),
        ("E_CRISIS", "AU", "call 000 or 13 11 14 now"),
        ("E_CRISIS", "JP", "call 119 or a crisis line now"),
        ("E_CRISIS", "", "000 or 120 or a crisis line now"),
    ],
)
def test_the_number_is_the_countrys_own(
    catalogue: Catalogue, key: str, country: str, words: str
) -> None:
    assert words in catalogue.say(key, "en", country)


def test_numbers_by_country(catalogue: Catalogue) -> None:
    assert catalogue.emergency("US") == Emergency("911", "988")
    assert catalogue.emergency("FR") == Emergency("112", "")
    assert catalogue.emergency("") is None


def test_help_reads_well_with_and_without_a_contact(folder: Path) -> None:
    with_contact = load("Spine", "help.example", folder).say("HELP", country="US", N=7)
    assert with_contact.startswith("Spine: back-care tips, up to 7 msgs/workday. help.example Msg")
    without = load("Spine", folder=folder).say("HELP", country="US", N=7)
    assert without.startswith("Spine: back-care tips, up to 7 msgs/workday. Msg&data")


def test_a_key_or_a_filling_that_is_missing_is_an_error(catalogue: Catalogue) -> None:
    with pytest.raises(KeyError):
        catalogue.say("NOTHING")
    with pytest.raises(KeyError, match="TIME"):
        catalogue.say("PAUSE_OK")
    assert catalogue.say("AGREE_NO", TIME="10:50") == "OK, nothing changed."


def test_which_texts_name_the_number(catalogue: Catalogue) -> None:
    assert catalogue.names_emergency("UNKNOWN")
    assert catalogue.names_emergency("SIGNS.sms")
    assert not catalogue.names_emergency("THANKS")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "10:50"),
        (1, "tomorrow 10:50"),
        (2, "Sun 10:50"),
        (6, "Thu 10:50"),
        (7, "Fri 9 Jan 10:50"),
        (40, "Wed 11 Feb 10:50"),
        (-1, "Thu 1 Jan 10:50"),
    ],
)
def test_moments_are_said_as_people_say_them(catalogue: Catalogue, days: int, said: str) -> None:
    moment = NOW.replace(hour=10, minute=50) + timedelta(days=days)
    assert catalogue.when(moment, NOW) == said


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        ("es", 1, "mañana 10:50"),
        ("es", 2, "dom 10:50"),
        ("es", 7, "vie 9 ene 10:50"),
        ("zh", 1, "明天10:50"),
        ("zh", 2, "周日10:50"),
        ("zh", 7, "1月9日周五10:50"),
    ],
)
def test_moments_are_said_in_each_language(
    catalogue: Catalogue, language: str, days: int, said: str
) -> None:
    moment = NOW.replace(hour=10, minute=50) + timedelta(days=days)
    assert catalogue.when(moment, NOW, language) == said


def parts(catalogue: Catalogue, topic: str, language: str) -> list[str]:
    many = catalogue.more_parts(topic, language)
    return [catalogue.say(f"{topic}.more.{number}", language) for number in range(1, many + 1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_more_comes_in_parts_that_point_on(catalogue: Catalogue, language: str) -> None:
    hint = catalogue.say("MORE_HINT", language)
    for topic in catalogue.topics(language):
        *before, last = parts(catalogue, topic, language)
        assert all(part.endswith(hint) for part in before)
        assert not last.endswith(hint)
    assert catalogue.more_parts("THANKS", language) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_together_say_all_of_a_long_text(catalogue: Catalogue, language: str) -> None:
    added = [catalogue.say(key, language) for key in ("MORE_HINT", "DRUG")]

    def bare(text: str) -> str:
        for sentence in added:
            text = text.replace(sentence, "")
        return "".join(text.split())

    for topic in catalogue.topics(language):
        long = bare(catalogue.say(f"{topic}.long", language))
        assert bare(" ".join(parts(catalogue, topic, language))) == long, topic


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_reviewed_yet(catalogue: Catalogue, language: str) -> None:
    unreviewed = catalogue.unreviewed(language)
    assert {"POSTURE", "E_SPINE", "C1", "STOP_OK", "NK1"} <= set(unreviewed)


def test_a_clinician_signs_a_text(folder: Path) -> None:
    file = folder / "en/replies.toml"
    old = '[emergency.E_SPINE]\ntext = "This may be an emergency.'
    edit(file, old, old.replace("This may", "It may"))
    before, _, after = file.read_text("utf-8").partition("[emergency.E_SPINE]")
    after = after.replace('reviewer = ""', 'reviewer = "Dr A. Example"', 1)
    after = after.replace('reviewed = ""', 'reviewed = "2026-02-01"', 1)
    file.write_text(f"{before}[emergency.E_SPINE]{after}", "utf-8")
    catalogue = load(folder=folder)
    assert catalogue.say("E_SPINE", country="US").startswith("It may be an emergency. Call 911")
    assert "E_SPINE" not in catalogue.unreviewed()


def test_loading_takes_little_more_than_reading_its_files() -> None:
    """Beside the parsers alone, by turns: a busy machine slows both. It was 1.2 times as long, in 0.3 s."""

    def read() -> None:
        for path in FOLDER.rglob("*.toml"):
            tomllib.loads(path.read_text("utf-8"))
        json.loads((FOLDER / "model.json").read_text("utf-8"))

    took = [(_processor_time(load), _processor_time(read)) for _ in range(3)]
    assert min(ours for ours, _ in took) < 2 * min(theirs for _, theirs in took)


def _processor_time(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def test_loading_stays_well_below_a_second() -> None:
    """Counted, not timed: 1.8 million calls took 0.3 to 0.7 s, beside 5 MB of JSON."""
    profile = Profile()
    profile.runcall(load)
    assert Stats(profile).total_calls < 2_400_000  # type: ignore[attr-defined]
    assert (FOLDER / "model.json").stat().st_size < 8_000_000


REPLIES, STRETCHES = "en/replies.toml", "en/stretches.toml"
FAULTS = [
    Fault(REPLIES, "[settings.THANKS]", "[settings.TANKS]", f"{REPLIES}: THANKS", "is missing"),
    Fault(REPLIES, "Next one: {TIME}", "Next one: {TIEM}",
          f"{REPLIES}: OPTIN_ALREADY", "nothing fills {TIEM}"),
    Fault(REPLIES, 'sms = "Long sitting', 'smss = "Long sitting',
          f"{REPLIES}: POSTURE", "sms is missing"),
    Fault(REPLIES, "[topics.HEAT]", "[topics.HOT]",
          f"{REPLIES}: HEAT", "is a keyword, but there is no"),
    Fault(REPLIES, "[topics.HOT]", "[topics.HOT]", f"{REPLIES}: HOT", "is a topic, but no keyword"),
    Fault(REPLIES, 'claims = ["V4", "V5"]', 'claims = "V4"',
          f"{REPLIES}: LIFT", "claims must be a list"),
    Fault(REPLIES, 'text = "Only if a doctor says so."', "text = 7",
          f"{REPLIES}: DRUG", "text must be a"),
    Fault(REPLIES, 'text = "OK, nothing changed."', 'text = ""',
          f"{REPLIES}: AGREE_NO", "has no text"),
    Fault(REPLIES, 'reviewed = ""', 'reviewed = "2026-01-31"',
          f"{REPLIES}: CAUSES", "reviewer and"),
    Fault(STRETCHES, "seconds = 45", 'seconds = "45"',
          f"{STRETCHES}: NK1", "seconds must be a whole"),
    Fault(STRETCHES, "seated = false", "seated = 0",
          f"{STRETCHES}: NK1", "seated must be true or false"),
    Fault(STRETCHES, "hold 5 seconds", "hold {N} seconds",
          f"{STRETCHES}: NK1", "a move can't hold"),
    Fault(STRETCHES, "[NK2]", '[NK2]\nwritten = "Stand taller."',
          f"{STRETCHES}: NK2", "written differs from text"),
    Fault("en/red_flags.toml", "E_CHEST", "E_CHESS",
          f"{REPLIES}: E_CHESS", "answers a warning sign, but"),
    Fault("numbers.toml", 'number = "911"', 'number = "911!"',
          "numbers.toml: US", "'911!' is not a number to dial"),
    Fault("numbers.toml", '["CA"]', '["US"]',
          "numbers.toml: US", "stands in two rows of emergency"),
    Fault("buttons.toml", "AGREE_ASK", "AGREE_ASKED", "buttons.toml: AGREE_ASKED", "is no text that we say"),
    Fault("buttons.toml", '"SNOOZE"', '"SNOZE"', "buttons.toml: reminder", "SNOZE is no keyword that we offer"),
    Fault("buttons.toml", "stretch = ", "stretched = ", "buttons.toml: stretch", "is missing"),
]  # fmt: skip


def test_a_broken_catalogue_is_refused_with_file_key_and_reason(folder: Path) -> None:
    put(folder, FAULTS)
    with pytest.raises(CatalogueError) as refused:
        load(folder=folder)
    assert missed(FAULTS, str(refused.value).splitlines()) == []


@pytest.mark.parametrize(
    "file",
    ["en/replies.toml", "en/stretches.toml", "en/keywords.toml", "numbers.toml", "buttons.toml"],
)
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(CatalogueError, match=f"{file}: -: the file is missing"):
        load(folder=folder)


def test_a_missing_classifier_is_named(folder: Path) -> None:
    (folder / "model.json").unlink()
    with pytest.raises(CatalogueError, match=r"^model\.json: -: can't be used .* make model$"):
        load(folder=folder)


def test_a_file_that_cannot_be_read_is_one_sentence(folder: Path) -> None:
    (folder / "en" / "replies.toml").write_text("[settings.MENU\ntext = ")
    with pytest.raises(CatalogueError, match=r"^en/replies\.toml: -: can't be read: [^\n]*$"):
        load(folder=folder)


def test_a_language_that_the_classifier_never_learnt_is_refused(folder: Path) -> None:
    model = json.loads((folder / "model.json").read_text("utf-8"))
    model["languages"]["classes"] = ["en", "xx"]
    (folder / "model.json").write_text(json.dumps(model), "utf-8")
    with pytest.raises(CatalogueError, match="run make model"):
        load(folder=folder)
