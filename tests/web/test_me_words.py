"""What is chosen on a page becomes words that are understood, whatever is chosen."""

from collections.abc import Sequence

import pytest
from werkzeug.datastructures import MultiDict

from messages.catalogue import Catalogue
from service.conversation.long_texts import understand_all
from service.web.me.texting import DELETE, DELETE_YES, EVERY, PAUSES, SAYS, STOP, text_of

CASES: Sequence[tuple[list[tuple[str, str]], str, str]] = [
    ([("what", "hours"), ("from", "08:00"), ("to", "16:00")], "HOURS 08:00-16:00", "HOURS"),
    (
        [("what", "hours"), ("from", "08:00"), ("to", "11:00"), ("from", "13:00"), ("to", "17:00")],
        "HOURS 08:00-11:00 13:00-17:00",
        "HOURS",
    ),
    ([("what", "hours"), ("from", ""), ("to", "16:00")], "HOURS", "HOURS"),
    ([("what", "days"), ("day", "fri"), ("day", "mon"), ("day", "x")], "DAYS mon fri", "DAYS"),
    ([("what", "days")], "DAYS", "DAYS"),
    ([("what", "lunch"), ("from", "12:00"), ("to", "13:00")], "LUNCH 12:00-13:00", "LUNCH"),
    ([("what", "lunch"), ("from", "12:00"), ("to", "13:00"), ("off", "1")], "LUNCH OFF", "LUNCH"),
    *[([("what", "every"), ("choice", str(n))], f"EVERY {n}", "EVERY") for n in EVERY],
    ([("what", "every"), ("choice", "1")], "EVERY", "EVERY"),
    ([("what", "zone"), ("name", "Ciudad de México")], "ZONE Ciudad de México", "ZONE"),
    ([("what", "zone"), ("name", "上海\n")], "ZONE 上海", "ZONE"),
    ([("what", "country"), ("name", "India")], "COUNTRY India", "COUNTRY"),
    *[([("what", "language"), ("choice", n)], f"LANGUAGE {n}", "LANGUAGE") for n in ("en", "zh")],
    *[([("what", "pause"), ("choice", n)], f"PAUSE {n}".strip(), "PAUSE") for n in PAUSES],
    ([("what", "resume")], "RESUME", "RESUME"),
    ([("what", "here")], "HERE", "HERE"),
    ([("what", "remind")], "REMIND", "REMIND"),
    ([("what", "seated"), ("choice", "ON")], "SEATED ON", "SEATED"),
    ([("what", "discreet"), ("choice", "OFF")], "DISCREET OFF", "DISCREET"),
    ([("what", "pictures"), ("choice", "OFF")], "PICTURES OFF", "PICTURES"),
    ([("what", "without"), ("choice", "lower back")], "NO lower back", "WITHOUT"),
    ([("what", "without"), ("choice", "")], "NO OFF", "WITHOUT"),
    ([("what", "answer"), ("choice", "YES")], "YES", "YES"),
    ([("what", "answer"), ("choice", "2")], "2", "DIGIT"),
]


@pytest.mark.parametrize(("form", "text", "topic"), CASES, ids=[text for _, text, _ in CASES])
def test_each_choice_is_a_text_that_is_understood(
    catalogue: Catalogue, form: list[tuple[str, str]], text: str, topic: str
) -> None:
    said = text_of(MultiDict(form))
    assert said == text
    assert understand_all(said, catalogue.vocabulary).topic == topic


def test_no_choice_is_left_out_above() -> None:
    assert {dict(form)["what"] for form, _, _ in CASES} == set(SAYS)


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
