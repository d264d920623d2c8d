"""What is chosen on a page becomes words that are understood, whatever is chosen."""

from collections.abc import Sequence

import pytest
from werkzeug.datastructures import MultiDict

from messages.catalogue import Catalogue
from service.conversation.long_texts import understand_all
from service.web.me.texting import (
    CARDS,
    DELETE,
    DELETE_YES,
    EVERY,
    PAUSES,
    SAYS,
    SETTINGS,
    STOP,
    changed,
    text_of,
)

CASES: Sequence[tuple[list[tuple[str, str]], str, str]] = [
    *[([("what", "pause"), ("choice", n)], f"PAUSE {n}".strip(), "PAUSE") for n in PAUSES],
    ([("what", "resume")], "RESUME", "RESUME"),
    ([("what", "here")], "HERE", "HERE"),
    ([("what", "remind")], "REMIND", "REMIND"),
    ([("what", "answer"), ("choice", "YES")], "YES", "YES"),
    ([("what", "answer"), ("choice", "2")], "2", "DIGIT"),
]
# What a setting was, what its form says of it, the texts that follow, and how the last is understood.
SET: Sequence[tuple[str, str, list[tuple[str, str]], list[str], str]] = [
    (
        "hours",
        "09:00-17:00",
        [("hours-from", "08:00"), ("hours-to", "16:00")],
        ["HOURS 08:00-16:00"],
        "HOURS",
    ),
    (
        "hours",
        "09:00-17:00",
        [
            ("hours-from", "08:00"),
            ("hours-to", "11:00"),
            ("hours-from", "13:00"),
            ("hours-to", "17:00"),
        ],
        ["HOURS 08:00-11:00 13:00-17:00"],
        "HOURS",
    ),
    ("hours", "09:00-17:00", [("hours-from", ""), ("hours-to", "16:00")], ["HOURS"], "HOURS"),
    ("days", "mon", [("day", "fri"), ("day", "mon"), ("day", "x")], ["DAYS mon fri"], "DAYS"),
    ("days", "mon", [], ["DAYS"], "DAYS"),
    (
        "lunch",
        "OFF",
        [("lunch-from", "12:00"), ("lunch-to", "13:00")],
        ["LUNCH 12:00-13:00"],
        "LUNCH",
    ),
    (
        "lunch",
        "OFF",
        [("lunch-from", "12:00"), ("lunch-to", "13:00"), ("lunch-off", "1")],
        ["LUNCH 12:00-13:00"],
        "LUNCH",
    ),
    ("lunch", "OFF", [("lunch-from", "12:00"), ("lunch-off", "1")], ["LUNCH"], "LUNCH"),
    (
        "lunch",
        "12:00-13:00",
        [("lunch-from", "12:00"), ("lunch-to", "13:00"), ("lunch-off", "1")],
        ["LUNCH OFF"],
        "LUNCH",
    ),
    *[("every", "45", [("every", str(n))], [f"EVERY {n}"], "EVERY") for n in EVERY],
    ("every", "60", [("every", "x")], ["EVERY"], "EVERY"),
    ("zone", "Lima", [("zone", "Ciudad de México")], ["ZONE Ciudad de México"], "ZONE"),
    ("zone", "Lima", [("zone", "上海\n")], ["ZONE 上海"], "ZONE"),
    ("country", "Peru", [("country", "India")], ["COUNTRY India"], "COUNTRY"),
    *[("language", "es", [("language", n)], [f"LANGUAGE {n}"], "LANGUAGE") for n in ("en", "zh")],
    ("seated", "OFF", [("seated", "ON")], ["SEATED ON"], "SEATED"),
    ("discreet", "ON", [], ["DISCREET OFF"], "DISCREET"),
    ("pictures", "ON", [], ["PICTURES OFF"], "PICTURES"),
    ("without", "", [("without", "lower back")], ["NO lower back"], "WITHOUT"),
    ("without", "neck", [("without", "neck"), ("without", "hips")], ["NO hips"], "WITHOUT"),
    ("without", "core,neck", [("without", "neck")], ["NO OFF", "NO neck"], "WITHOUT"),
    ("without", "core,neck", [], ["NO OFF"], "WITHOUT"),
]


@pytest.mark.parametrize(("form", "text", "topic"), CASES, ids=[text for _, text, _ in CASES])
def test_each_choice_is_a_text_that_is_understood(
    catalogue: Catalogue, form: list[tuple[str, str]], text: str, topic: str
) -> None:
    said = text_of(MultiDict(form))
    assert said == text
    assert understand_all(said, catalogue.vocabulary).topic == topic


@pytest.mark.parametrize(("name", "was", "fields", "texts", "topic"), SET)
def test_each_setting_that_changes_is_texts_that_are_understood(
    catalogue: Catalogue,
    name: str,
    was: str,
    fields: list[tuple[str, str]],
    texts: list[str],
    topic: str,
) -> None:
    card = next(card for card, names in CARDS.items() if name in names)
    form = MultiDict([("what", card), (f"was-{name}", was), *fields])
    assert changed(form, {name: was}, lambda _: False) == {name: texts}
    for text in texts:
        assert understand_all(text, catalogue.vocabulary).topic == topic


def test_no_choice_is_left_out_above() -> None:
    assert {dict(form)["what"] for form, _, _ in CASES} == set(SAYS)
    assert (
        {name for name, *_ in SET}
        == set(SETTINGS)
        == {name for names in CARDS.values() for name in names}
    )


@pytest.mark.parametrize("area", ["neck", "shoulders", "ankles", "upper back", "core", "posture"])
def test_each_area_is_understood(catalogue: Catalogue, area: str) -> None:
    assert understand_all(f"NO {area}", catalogue.vocabulary).topic == "WITHOUT"


@pytest.mark.parametrize("form", [{}, {"what": "stop"}, {"what": "answer", "choice": "DELETE"}])
def test_what_no_form_holds_is_no_text(form: dict[str, str]) -> None:
    assert not text_of(MultiDict(form))


def test_leaving_and_erasing_are_understood(catalogue: Catalogue) -> None:
    topics = [
        understand_all(text, catalogue.vocabulary).topic for text in (STOP, DELETE, DELETE_YES)
    ]
    assert topics == ["STOP", "DELETE", "DELETE"]
