"""Looking words up, and refusing a catalogue that would stop the service."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from messages.catalogue import Catalogue, CatalogueError, Emergency, load
from messages.render import segments

NOW = datetime(2026, 1, 2, 15, 30)  # noqa: DTZ001 a local wall clock; a Friday


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_everything_that_content_asks_for_is_there(catalogue: Catalogue) -> None:
    assert len(catalogue.topics()) == 20
    assert len(catalogue.stretches()) == 36
    assert catalogue.languages == ("en",)


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


def test_help_reads_well_with_and_without_a_contact() -> None:
    with_contact = load("Spine", "help.example").say("HELP", country="US", N=7)
    assert with_contact.startswith("Spine: back-care tips, up to 7 msgs/workday. help.example Msg")
    without = load("Spine").say("HELP", country="US", N=7)
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


def test_more_comes_in_parts_that_point_on(catalogue: Catalogue) -> None:
    for topic in catalogue.topics():
        parts = [
            catalogue.say(f"{topic}.more.{number}")
            for number in range(1, catalogue.more_parts(topic) + 1)
        ]
        assert all(part.endswith("Text MORE.") for part in parts[:-1])
        assert not parts[-1].endswith("Text MORE.")
    assert catalogue.more_parts("THANKS") == 0


def test_the_parts_together_say_all_of_a_long_text(catalogue: Catalogue) -> None:
    for topic, words in catalogue.topics().items():
        parts = " ".join(
            catalogue.say(f"{topic}.more.{number}")
            for number in range(1, catalogue.more_parts(topic) + 1)
        )
        said = parts.replace("Text MORE.", "").replace("Only if a doctor says so.", "").split()
        assert said == catalogue.say(f"{topic}.long").split(), words.name


def test_nothing_is_reviewed_yet(catalogue: Catalogue) -> None:
    unreviewed = catalogue.unreviewed()
    assert {"POSTURE", "E_SPINE", "C1", "STOP_OK", "NK1"} <= set(unreviewed)


def test_a_clinician_signs_a_text(folder: Path) -> None:
    old = '[emergency.E_SPINE]\ntext = "This may be an emergency.'
    edit(folder / "en/replies.toml", old, old.replace("This may", "It may"))
    file = folder / "en/replies.toml"
    before, _, after = file.read_text("utf-8").partition("[emergency.E_SPINE]")
    after = after.replace('reviewer = ""', 'reviewer = "Dr A. Example"', 1)
    after = after.replace('reviewed = ""', 'reviewed = "2026-02-01"', 1)
    file.write_text(f"{before}[emergency.E_SPINE]{after}", "utf-8")
    catalogue = load(folder=folder)
    assert catalogue.say("E_SPINE", country="US").startswith("It may be an emergency. Call 911")
    assert "E_SPINE" not in catalogue.unreviewed()


def test_loading_is_quick(folder: Path) -> None:
    started = time.process_time()
    load(folder=folder)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("en/replies.toml", "[settings.THANKS]", "[settings.THANKS", "en/replies.toml: -: can't"),
        ("en/replies.toml", "[settings.THANKS]", "[settings.TANKS]", "THANKS: is missing"),
        ("en/replies.toml", "Next one: {TIME}", "Next one: {TIEM}", "nothing fills {TIEM}"),
        ("en/replies.toml", 'sms = "Long sitting', 'smss = "Long sitting', "POSTURE: sms is missing"),
        ("en/replies.toml", "[topics.HEAT]", "[topics.HOT]", "HEAT: is a keyword, but there is no"),
        ("en/replies.toml", "[topics.HEAT]", "[topics.HOT]", "HOT: is a topic, but no keyword"),
        ("en/replies.toml", 'claims = ["V4", "V5"]', 'claims = "V4"', "LIFT: claims must be a list"),
        ("en/replies.toml", 'text = "OK, nothing changed."', "text = 7", "AGREE_NO: text must be a"),
        ("en/replies.toml", '[settings.AGREE_NO]\ntext = "OK, nothing changed."',
         '[settings.AGREE_NO]\ntext = ""', "AGREE_NO: has no text"),
        ("en/replies.toml", 'reviewed = ""', 'reviewed = "2026-01-31"', "CAUSES: reviewer and"),
        ("en/stretches.toml", "seconds = 45", 'seconds = "45"', "NK1: seconds must be a whole"),
        ("en/stretches.toml", "seated = false", "seated = 0", "NK1: seated must be true or false"),
        ("en/stretches.toml", "hold 5 seconds", "hold {N} seconds", "NK1: a move can't hold"),
        ("en/red_flags.toml", "E_CHEST", "E_CHESS", "E_CHESS: answers a warning sign, but"),
        ("numbers.toml", 'number = "911"', 'number = "911!"', "US: '911!' is not a number to dial"),
        ("numbers.toml", '["CA"]', '["US"]', "US: stands in two rows of emergency"),
    ],
)  # fmt: skip
def test_a_broken_catalogue_is_refused_with_file_key_and_reason(
    folder: Path, file: str, old: str, new: str, says: str
) -> None:
    edit(folder / file, old, new)
    with pytest.raises(CatalogueError) as refused:
        load(folder=folder)
    assert says in str(refused.value)
    assert f"{file}: " in str(refused.value) or file == "en/red_flags.toml"


@pytest.mark.parametrize("file", ["en/replies.toml", "en/stretches.toml", "numbers.toml"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(CatalogueError, match=f"{file}: -: the file is missing"):
        load(folder=folder)


def test_a_file_that_cannot_be_read_is_one_sentence(folder: Path) -> None:
    (folder / "en" / "replies.toml").write_text("[settings.MENU\ntext = ")
    with pytest.raises(CatalogueError, match=r"^en/replies\.toml: -: can't be read: [^\n]*$"):
        load(folder=folder)
