"""What must be true of the texts we ship, beyond what `upright check` can know."""

import re
from collections.abc import Iterator, Mapping

import pytest

from messages.aliases import CARRIER
from messages.budgets import BUDGETS
from messages.catalogue import FOLDER, Catalogue
from messages.keys import OFFERED
from messages.keywords import Keywords
from messages.language import Language, Stretch
from messages.lexicon import split
from messages.numbers import read_numbers
from messages.promises import CAPITALS
from messages.render import not_gsm, placeholders, segments
from messages.worst import worst_case
from service.conversation.understand import understand

ALARMS = ("E_SPINE", "E_CHEST", "E_TRAUMA", "E_ILL", "E_CRISIS", "E_EXPLICIT")
NUMBERLESS_QUESTIONS = {"C1", "C2", "C3", "C4", "C5", "C6"}
NUMB_LEGS = {
    "en": ("numb", "leg"),
    "es": ("dormid|entumec|hormigue|adormec", "pierna"),
    "zh": ("麻", "腿"),
}
KEPT_SHORT = {
    "en": ("the article says", "short"),
    "es": ("el articulo (aconseja|dice)", "poc[ao] (reposo|cama)"),
    "zh": ("文章建议", "卧床(时间)?要短"),
}
STOP_NOTE = {"en": "Stop if it hurts more.", "es": "Pare si le duele mas.", "zh": "疼痛加重就停。"}
CONSENT = {
    "en": ("{P}", "{N}", "Msg&data rates", "HELP", "STOP"),
    "es": ("{P}", "{N}", "tarifas", "AYUDA", "STOP"),
    "zh": ("{P}", "{N}", "流量费", "帮助", "退订回TD"),
}
LEFT = {"en": "unsubscribed", "es": "Baja confirmada", "zh": "已退订"}
QUOTED = re.compile("“([^”]+)”")
NO_OFFERS = {"山"}  # the shape of two arms


@pytest.fixture(params=sorted(NUMB_LEGS))
def language(request: pytest.FixtureRequest, languages: Mapping[str, Language]) -> Language:
    found: Language = languages[request.param]
    return found


def sent(language: Language) -> Iterator[tuple[str, str]]:
    """Every text that goes out by SMS."""
    for key, text in language.texts.items():
        if not key.startswith("words.") and not key.endswith(".long"):
            yield key, text


def test_numb_legs_never_stand_without_the_number_or_the_signs(language: Language) -> None:
    numb, legs = NUMB_LEGS[language.name]
    signs = language.texts["words.keyword.SIGNS"]
    alone = {
        key
        for key, text in sent(language)
        if re.search(numb, text.lower()) and re.search(legs, text.lower())
        if "{EM}" not in text and signs not in text
    }
    assert alone - NUMBERLESS_QUESTIONS == set()


def test_every_emergency_text_fits_one_segment_in_every_country(
    catalogue: Catalogue, language: Language
) -> None:
    countries = ["", *read_numbers(FOLDER, [])]
    for key in (*ALARMS, "C_EM"):
        texts = {catalogue.say(key, language.name, country) for country in countries}
        assert max(segments(text).count for text in texts) == 1, key


def test_an_emergency_text_opens_with_the_number(language: Language) -> None:
    for key in ALARMS:
        first_two = re.split("[.!。！] ?", language.texts[key])[:2]  # noqa: RUF001
        assert "{EM}" in " ".join(first_two), key


def test_what_could_not_be_read_is_answered_with_the_number(language: Language) -> None:
    blind = [key for key in language.sections if key.endswith("_WHAT")]
    blind += ["UNKNOWN", "UNKNOWN_NEAR", "EMPTY", "DOUBT_ASK", "ASK", "C_RE", "SLOW", "ERROR"]
    assert [key for key in blind if "{EM}" not in language.texts[key]] == []


def test_no_drug_is_named_in_a_reminder(language: Language) -> None:
    drugs = language.rules.drugs
    assert not any(drug in move.text.lower() for move in language.stretches for drug in drugs)


def test_all_nine_drugs_are_named_on_request_and_nowhere_else_by_sms(language: Language) -> None:
    drugs = language.rules.drugs
    assert len(drugs) == 9
    assert all(drug in language.texts["MEDS.sms"].lower() for drug in drugs)
    named = {
        key
        for key, text in sent(language)
        if ".more." not in key and any(drug in text.lower() for drug in drugs)
    }
    assert named == {"MEDS", "MEDS.sms"}


def test_bed_rest_is_kept_and_never_unqualified(language: Language) -> None:
    for key in ("STRAIN.sms", "REST.sms"):
        for words in KEPT_SHORT[language.name]:
            assert re.search(words, language.texts[key].lower()), (key, words)


def test_every_stretch_ends_with_the_stop_note(language: Language) -> None:
    assert all(move.text.endswith(STOP_NOTE[language.name]) for move in language.stretches)
    assert all(move.seconds <= 60 for move in language.stretches)


def test_half_of_the_library_works_where_the_article_hurts(catalogue: Catalogue) -> None:
    upper = {"upper back", "mid back", "chest", "neck", "shoulders"}
    moves = catalogue.stretches()
    assert 2 * sum(move.area in upper for move in moves) >= len(moves)


def test_a_move_is_the_same_move_in_every_language(
    catalogue: Catalogue, language: Language
) -> None:
    def facts(move: Stretch) -> tuple[object, ...]:
        flags = (move.seated, move.discreet, move.gentle, move.strength, move.ends_day)
        return move.id, move.area, move.areas, move.seconds, *flags

    for ours, theirs in zip(language.stretches, catalogue.stretches(), strict=True):
        assert facts(ours) == facts(theirs)


def test_texts_in_latin_letters_stay_in_the_alphabet_of_an_sms(
    languages: Mapping[str, Language],
) -> None:
    odd = {
        f"{name} {key}": sorted(not_gsm(text))
        for name in ("en", "es")
        for key, text in languages[name].texts.items()
        if not_gsm(text)
    }
    assert odd == {}


def test_a_stretch_and_a_question_cost_one_segment(language: Language) -> None:
    single = [key for key, part in language.sections.items() if BUDGETS[part] == 1]
    single += [move.id for move in language.stretches]
    long = {key: language.texts[key] for key in single if segments(language.texts[key]).count > 1}
    assert long == {}


def test_no_text_offers_what_is_not_there(language: Language) -> None:
    gone = {"TAPER", "WEEKLY", "WHATSAPP", "TELEGRAM", "SLACK"}
    for key, text in language.texts.items():
        if not key.startswith("words.channel."):  # said of an address that somebody has
            assert gone.isdisjoint(CAPITALS.findall(text.upper())), key


def test_the_word_by_which_something_is_offered_leads_there(
    catalogue: Catalogue, language: Language
) -> None:
    keywords = catalogue.keywords[language.name]
    led = {
        name: leads_to(catalogue.keyword(name, language.name).lower(), keywords) for name in OFFERED
    }
    assert {name: to for name, to in led.items() if name not in to} == {}


def leads_to(word: str, keywords: Keywords) -> set[str]:
    found = {row.name for row in keywords.commands if split(word) in row.words}
    found |= {"HELP"} if " ".join(split(word)) in keywords.help else set()
    return found | {keywords.aliases.get(" ".join(split(word)), "")}


def test_the_word_that_is_offered_is_understood_by_whoever_hears_it(catalogue: Catalogue) -> None:
    read = {
        (language, name): understand(catalogue.keyword(name, language), catalogue.vocabulary).topic
        for language in catalogue.languages
        for name in OFFERED
    }
    assert {offer: topic for offer, topic in read.items() if topic != offer[1]} == {}


def test_no_keyword_is_a_word_that_carriers_act_on(catalogue: Catalogue) -> None:
    offered = {
        catalogue.keyword(name, language).lower()
        for language in catalogue.languages
        for name in OFFERED
        if name != "HELP"
    }
    assert offered & CARRIER.keys() == set()


def test_what_a_chinese_text_quotes_can_be_texted(
    catalogue: Catalogue, languages: Mapping[str, Language]
) -> None:
    """Chinese has no capitals by which `upright check` would know an offer."""
    quoted = {
        words for text in languages["zh"].texts.values() for words in QUOTED.findall(text)
    } - NO_OFFERS
    read = {
        words: understand(words, catalogue.vocabulary)
        for words in quoted
        if not placeholders(words)
    }
    assert {words for words, reading in read.items() if reading.topic == "UNKNOWN"} == set()
    settings = {words for words in read if words.endswith(("开", "关"))}
    assert {words for words in settings if read[words].rule != "command"} == set()


def test_opt_in_stop_and_help_say_what_the_carriers_want(language: Language) -> None:
    asked, joined, left, helped = (
        language.texts[key] for key in ("OPTIN_ASK", "OPTIN_OK", "STOP_OK", "HELP")
    )
    words = CONSENT[language.name]
    for text in (asked, joined):
        assert [word for word in words if word not in text] == []
    assert "{P}" in left
    assert LEFT[language.name] in left
    assert [word for word in ("{P}", "{URL}", words[-1], "{EM}") if word not in helped] == []
    assert words[2] in helped or language.name == "zh"  # 70 characters hold no word on rates


def test_the_worst_case_is_not_shorter_than_the_data(language: Language) -> None:
    numbers = read_numbers(FOLDER, []).values()
    worst = worst_case(language.texts, [number.crisis for number in numbers])
    assert len(worst["EM"]) >= max(len(number.number) for number in numbers)
    assert len(worst["CRISIS"]) >= max(len(number.crisis) for number in numbers)
    used = {name for text in language.texts.values() for name in placeholders(text)}
    assert used <= worst.keys()


def test_the_worst_case_in_english(languages: Mapping[str, Language]) -> None:
    worst = worst_case(languages["en"].texts)
    assert worst["EM"] == "your local emergency number"
    assert worst["TIME"] == "Mon 24 Jan 09:50"


def test_every_number_can_be_dialled_and_is_no_police_line() -> None:
    numbers = read_numbers(FOLDER, [])
    assert len(numbers) > 100
    police = {"CN": "110", "KR": "112", "JM": "119", "TW": "110", "TH": "191", "NO": "112"}
    assert not any(numbers[country].number == line for country, line in police.items())
