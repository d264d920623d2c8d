"""What must be true of the texts we ship, beyond what `upright check` can know."""

from collections.abc import Iterator

import pytest

from messages.catalogue import FOLDER, Catalogue, read_languages
from messages.language import Language
from messages.numbers import read_numbers
from messages.promises import CAPITALS
from messages.render import placeholders, segments
from messages.worst import worst_case

NUMBERLESS_QUESTIONS = {"C1", "C2", "C3", "C4", "C5", "C6"}


@pytest.fixture(scope="module")
def english() -> Language:
    return read_languages(FOLDER, [])["en"]


def sent(english: Language) -> Iterator[tuple[str, str]]:
    """Every text that goes out by SMS."""
    for key, text in english.texts.items():
        if not key.startswith("words.") and not key.endswith(".long"):
            yield key, text


def test_numb_legs_never_stand_without_the_number_or_the_signs(english: Language) -> None:
    for key, text in sent(english):
        numb_legs = "numb" in text.lower() and "leg" in text.lower()
        if numb_legs and key not in NUMBERLESS_QUESTIONS:
            assert "{EM}" in text or "SIGNS" in text, key


def test_every_emergency_text_fits_one_segment_in_every_country(catalogue: Catalogue) -> None:
    countries = ["", *read_numbers(FOLDER, [])]
    for key in ("E_SPINE", "E_CHEST", "E_TRAUMA", "E_ILL", "E_CRISIS", "E_EXPLICIT", "C_EM"):
        texts = {catalogue.say(key, country=country) for country in countries}
        assert max(segments(text).count for text in texts) == 1


def test_an_emergency_text_opens_with_the_number(english: Language) -> None:
    for key in ("E_SPINE", "E_CHEST", "E_TRAUMA", "E_ILL", "E_CRISIS", "E_EXPLICIT"):
        first_two = " ".join(english.texts[key].split(". ")[:2])
        assert "{EM}" in first_two


def test_what_could_not_be_read_is_answered_with_the_number(english: Language) -> None:
    blind = [key for key in english.sections if key.endswith("_WHAT")]
    blind += ["UNKNOWN", "UNKNOWN_NEAR", "EMPTY", "DOUBT_ASK", "ASK", "C_RE", "SLOW", "ERROR"]
    assert [key for key in blind if "{EM}" not in english.texts[key]] == []


def test_no_drug_is_named_in_a_reminder(english: Language) -> None:
    drugs = english.rules.drugs
    assert not any(drug in move.text.lower() for move in english.stretches for drug in drugs)


def test_all_nine_drugs_are_named_on_request_and_nowhere_else_by_sms(english: Language) -> None:
    assert all(drug in english.texts["MEDS.sms"].lower() for drug in english.rules.drugs)
    named = {
        key
        for key, text in sent(english)
        if ".more." not in key and any(drug in text.lower() for drug in english.rules.drugs)
    }
    assert named == {"MEDS", "MEDS.sms"}


def test_bed_rest_is_kept_and_never_unqualified(english: Language) -> None:
    for key in ("STRAIN.sms", "REST.sms"):
        assert "The article says" in english.texts[key] or "the article says" in english.texts[key]
        assert "short" in english.texts[key]


def test_every_stretch_ends_with_the_stop_note(english: Language) -> None:
    assert all(move.text.endswith("Stop if it hurts more.") for move in english.stretches)
    assert all(move.seconds <= 60 for move in english.stretches)


def test_half_of_the_library_works_where_the_article_hurts(english: Language) -> None:
    upper = {"upper back", "mid back", "chest", "neck", "shoulders"}
    assert 2 * sum(move.area in upper for move in english.stretches) >= len(english.stretches)


def test_no_text_offers_what_is_not_there(english: Language) -> None:
    gone = {"TAPER", "WEEKLY", "LANGUAGE", "LANG", "ESPANOL", "WHATSAPP", "TELEGRAM", "SLACK"}
    for key, text in english.texts.items():
        assert gone.isdisjoint(CAPITALS.findall(text.upper())), key


def test_opt_in_stop_and_help_say_what_the_carriers_want(english: Language) -> None:
    asked, joined, left, helped = (
        english.texts[key] for key in ("OPTIN_ASK", "OPTIN_OK", "STOP_OK", "HELP")
    )
    for text in (asked, joined):
        assert all(word in text for word in ("{P}", "{N}", "Msg&data rates", "HELP", "STOP"))
    assert "{P}" in left
    assert "unsubscribed" in left
    assert all(word in helped for word in ("{P}", "{URL}", "Msg&data rates", "STOP", "{EM}"))


def test_the_worst_case_is_not_shorter_than_the_data(english: Language) -> None:
    numbers = read_numbers(FOLDER, []).values()
    worst = worst_case(english.texts, [number.crisis for number in numbers])
    assert len(worst["EM"]) >= max(len(number.number) for number in numbers)
    assert len(worst["CRISIS"]) >= max(len(number.crisis) for number in numbers)
    assert worst["EM"] == "your local emergency number"
    assert worst["TIME"] == "Mon 24 Jan 09:50"
    used = {name for text in english.texts.values() for name in placeholders(text)}
    assert used <= worst.keys()


def test_every_number_can_be_dialled_and_is_no_police_line() -> None:
    numbers = read_numbers(FOLDER, [])
    assert len(numbers) > 100
    police = {"CN": "110", "KR": "112", "JM": "119", "TW": "110", "TH": "191", "NO": "112"}
    assert not any(numbers[country].number == line for country, line in police.items())
