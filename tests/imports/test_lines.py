"""What each cell of a list may say, and what is said about one that may not."""

from datetime import UTC, datetime

import pytest

from messages.catalogue import Catalogue
from service.imports.lines import LineReader, Newcomer
from service.reminders.rhythm import Rhythm

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
LINE = {
    "number": "+12125550177",
    "consent_at": "2026-02-01",
    "consent_source": "paper form",
    "consent_words": "I agree",
}


@pytest.fixture
def reader(catalogue: Catalogue) -> LineReader:
    return LineReader(catalogue, NOW)


def read(reader: LineReader, **cells: str) -> Newcomer:
    newcomer, _, faults = reader.read(LINE | cells)
    assert faults == {}
    assert newcomer is not None
    return newcomer


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+12125550177", ""), ("+1 (212) 555-0177", ""), ("0012125550177", ""),
        ("212-555-0177", "US"), ("12125550177", "United States"), ("'+12125550177", ""),
        ('="12125550177"', "US"), ("12125550177.0", "US"), ("\uff0b12125550177", ""),
    ],
)  # fmt: skip
def test_a_number_in_any_writing(reader: LineReader, number: str, country: str) -> None:
    assert read(reader, number=number, country=country).handle == "+12125550177"


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("number", "", "no number"),
        ("number", "1.21255E+10", "shortened"),
        ("number", "1,21255E+10", "shortened"),
        ("number", "2125550177", "fill in the country"),
        ("number", "+1212", "no phone number"),
        ("number", "+99912345678", "no phone number"),
        ("number", "call me", "fill in the country"),
        ("country", "Atlantis", "No country"),
        ("language", "Klingon", "don't speak"),
        ("zone", "Springfield", "Several places"),
        ("zone", "Nowhereville", "know no city"),
        ("hours", "late", "no hours"),
        ("days", "never", "no days"),
        ("every", "5", "60 to 240"),
        ("consent_at", "", "No consent"),
        ("consent_at", "31/01/2026", "no date"),
        ("consent_at", "2027-01-01", "yet to come"),
        ("consent_at", "2010-01-01", "five years"),
        ("consent_source", "", "No consent"),
        ("consent_source", "x" * 201, "At most 200"),
        ("consent_words", "", "No consent"),
    ],
)
def test_what_is_wrong_is_named(reader: LineReader, column: str, cell: str, said: str) -> None:
    newcomer, _, faults = reader.read(LINE | {column: cell})
    assert newcomer is None
    assert list(faults) == [column]
    assert said in faults[column]


def test_all_that_is_wrong_in_a_line_is_named_at_once(reader: LineReader) -> None:
    _, _, faults = reader.read({"number": "1", "zone": "Nowhereville", "days": "never"})
    assert set(faults) == {
        "number", "zone", "days", "consent_at", "consent_source", "consent_words",
    }  # fmt: skip


def test_a_rhythm_is_read_in_words(reader: LineReader) -> None:
    found = Rhythm.from_text(
        read(reader, hours="8-12 13-17", days="Mon-Thu", every="90", zone="Berlin").rhythm
    )
    assert [str(span) for span in found.hours] == ["08:00-12:00", "13:00-17:00"]
    assert (found.days, found.every, found.zone, found.lunch) == (
        "1111000", 90, "Europe/Berlin", None,
    )  # fmt: skip


def test_a_rhythm_is_read_in_the_language_of_the_line(reader: LineReader) -> None:
    found = read(reader, language="Español", days="lunes a jueves")
    assert found.language == "es"
    assert Rhythm.from_text(found.rhythm).days == "1111000"


def test_what_is_empty_is_read_off_the_number(reader: LineReader) -> None:
    found = read(reader, number="+447400123456")
    assert (found.country, found.zone, found.language) == ("GB", "Europe/London", "en")


def test_a_number_that_tells_no_zone_asks_for_one(reader: LineReader) -> None:
    _, _, faults = reader.read(LINE | {"number": "+18005550177"})
    assert list(faults) == ["zone"]
