"""What a clinician reads: every text, whose review holds until when, and what it may cost."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from messages.catalogue import Catalogue, CatalogueError, load
from messages.language import Review
from messages.review_sheet import HOLDS, OVERDUE, UNREVIEWED, VALID, sheet
from tests.messages.conftest import edit


def test_every_text_stands_in_it_in_every_language(catalogue: Catalogue) -> None:
    found = sheet(catalogue)
    for name in catalogue.languages:
        reviewed = catalogue.language(name).reviews.keys()
        assert {
            key for key, text in found.texts.items() for v in text.versions if v.language == name
        } == set(reviewed)
    assert all(
        [version.language for version in text.versions] == ["en", "es", "zh"]
        for text in found.texts.values()
    )


def test_no_text_passes_its_budget_at_its_worst(catalogue: Catalogue) -> None:
    texts = [text for text in sheet(catalogue).texts.values() if text.key != "SAMEDAY"]
    assert [
        (text.key, version.language, form.name)
        for text in texts
        for version in text.versions
        for form in version.forms
        if form.over
    ] == []


def test_a_topic_shows_its_claims_its_forms_and_its_buttons(catalogue: Catalogue) -> None:
    english = sheet(catalogue).texts["POSTURE"].versions[0]
    assert [claim.id for claim in english.claims][:2] == ["P1", "P2"]
    assert [form.name for form in english.forms][:3] == ["sms", "lite", "more.1"]
    assert english.forms[0].choices == ("MORE", "MENU")
    assert english.forms[0].size.encoding == "GSM-7"
    assert (english.file, english.table) == ("messages/en/replies.toml", "topics.POSTURE")


def test_a_text_is_filled_as_people_get_it_and_at_its_worst(catalogue: Catalogue) -> None:
    form = sheet(catalogue).texts["STATUS"].versions[0].forms[0]
    assert "New York" in form.usual
    assert "{" not in form.usual + form.worst
    assert form.worst_size.units > form.size.units


def test_words_are_found_in_any_language(catalogue: Catalogue) -> None:
    found = {key for key, text in sheet(catalogue).texts.items() if text.holds("POSTURA")}
    assert "POSTURE" in found
    assert "E_SPINE" not in found


def test_a_review_holds_for_a_year(folder: Path) -> None:
    file = folder / "en/replies.toml"
    before, _, after = file.read_text("utf-8").partition("[emergency.E_SPINE]")
    after = after.replace('reviewer = ""', 'reviewer = "Dr A. Example"', 1)
    after = after.replace('reviewed = ""', 'reviewed = "2026-02-01"', 1)
    file.write_text(f"{before}[emergency.E_SPINE]{after}", "utf-8")
    (english,) = sheet(load(folder=folder), folder).texts["E_SPINE"].versions
    signed = date(2026, 2, 1)
    assert english.review == Review("Dr A. Example", signed)
    assert [english.state(signed + HOLDS + timedelta(days=late)) for late in (0, 1)] == [
        VALID,
        OVERDUE,
    ]


def test_what_nobody_has_signed_is_unreviewed(catalogue: Catalogue) -> None:
    version = sheet(catalogue).texts["E_SPINE"].versions[1]
    assert (version.state(date(2026, 2, 1)), version.until) == (UNREVIEWED, None)


def test_a_day_that_there_is_not_is_a_finding(folder: Path) -> None:
    edit(
        folder / "en/stretches.toml",
        'skip_if = "dizzy; arm tingling grows"\nreviewer = ""\nreviewed = ""',
        'skip_if = "dizzy; arm tingling grows"\nreviewer = "Dr A"\nreviewed = "2026-02-31"',
    )
    with pytest.raises(CatalogueError, match="NK1: reviewed must be a day"):
        load(folder=folder)
