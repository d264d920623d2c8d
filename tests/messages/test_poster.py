"""The poster and the card: what they say, where their code leads, and that nothing runs over its edge."""

import re
from collections.abc import Callable, Iterator
from itertools import combinations
from xml.etree import ElementTree

import pytest
import segno

from messages import page_words
from messages.catalogue import Catalogue
from messages.figures import drawing
from messages.paper import faces
from messages.paper.cards import HEIGHT, WIDTH, cards
from messages.paper.faces import width
from messages.paper.ink import A4, MM, Art, Box, Code, Sheet, Text
from messages.paper.leaflet import KEYWORDS, Leaflet, Way, leaflet
from messages.paper.pdf import pdf
from messages.paper.poster import poster
from messages.paper.preview import preview
from service.conversation.understand import understand
from tests.messages import pdfs

WORDS = page_words.load()
SITE = "https://upright.example"
NUMBER = Way("+14155550100", "+1 415-555-0100", "US", SITE)
DEMO = Way(site=SITE, sample=True)
LONG = Way(site="https://stand-up-reminders.some-hospital-trust.example", sample=True)
KINDS = pytest.mark.parametrize("kind", [poster, cards])
LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "zh"])
WAYS = pytest.mark.parametrize("way", [NUMBER, DEMO, LONG], ids=["number", "demo", "long"])

Kind = Callable[[Leaflet], Sheet]


@pytest.fixture(autouse=True)
def no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same on every machine."""
    monkeypatch.setattr(faces, "FOLDERS", ())
    faces.chinese.cache_clear()
    yield
    faces.chinese.cache_clear()


def told(catalogue: Catalogue, language: str, way: Way = NUMBER) -> Leaflet:
    return leaflet(WORDS, catalogue, language, way)


@LANGUAGES
@KINDS
def test_it_is_one_a4_page_that_names_its_title_and_language(
    catalogue: Catalogue, kind: Kind, language: str
) -> None:
    made = pdf(kind(told(catalogue, language)))
    assert made.startswith(b"%PDF-")
    assert re.findall(rb"/Count (\d+)", made) == [b"1"]
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", made)
    assert box
    assert [round(float(side) / MM) for side in box.groups()] == [210, 297]
    assert f"/Lang ({language})".encode() in made
    assert b"/DisplayDocTitle true" in made
    if language == "en":
        assert b"/Title (Upright: back care by text message)" in made
    assert len(made) < 40_000


@LANGUAGES
@KINDS
def test_its_words_are_in_it_to_be_read_and_searched(
    catalogue: Catalogue, kind: Kind, language: str
) -> None:
    words = told(catalogue, language)
    found = pdfs.said(pdf(kind(words)))
    expected = [
        words.programme,
        words.headline,
        words.scan,
        words.word,
        words.scan_end,
        words.topics,
    ]
    expected += [words.emergency, words.small_print, *map(" ".join, words.keywords[:6])]
    if kind is poster:
        expected += [words.lead, words.move_name, words.move_text]
        expected += map(" ".join, words.keywords)
    assert [text for text in expected if pdfs.bare(text) not in found] == []


@LANGUAGES
@KINDS
def test_the_code_holds_a_text_with_the_word_to_the_number(
    catalogue: Catalogue, kind: Kind, language: str
) -> None:
    words = told(catalogue, language)
    spoken = {"en": "REMIND", "es": "AVISOS", "zh": "%E6%8F%90%E9%86%92"}[language]
    assert words.link == f"sms:+14155550100?&body={spoken}"
    sheet = kind(words)
    codes = [mark for mark in sheet.marks if isinstance(mark, Code)]
    assert len(codes) == (1 if kind is poster else 4)
    made = pdf(sheet)
    bars = pdfs.bars(made)
    for code in codes:
        assert matrix(bars, code, sheet) == modules(words.link)
    assert made.count(b"/URI (sms:") == len(codes)


def modules(link: str) -> list[list[bool]]:
    """With the four white ones around it that the standard asks for."""
    made = segno.make_qr(link, error="m", boost_error=False)
    return [[bool(dark) for dark in row] for row in made.matrix_iter(border=4)]


def matrix(bars: list[pdfs.Bar], code: Code, sheet: Sheet) -> list[list[bool]]:
    """What a reader sees where the code is: its modules, taken at their middles."""
    count = len(modules(code.link))
    unit = code.size / count
    left, top = code.at
    thin = [bar for bar in bars if abs(bar[3] - unit) < 0.01]

    def dark(right: int, down: int) -> bool:
        x, y = left + (right + 0.5) * unit, -top - (down + 0.5) * unit
        return any(a <= x <= a + long and b <= y <= b + tall for a, b, long, tall in thin)

    return [[dark(right, down) for right in range(count)] for down in range(count)]


@KINDS
def test_the_code_is_large_enough_for_a_phone(catalogue: Catalogue, kind: Kind) -> None:
    for way in (NUMBER, DEMO, LONG):
        for mark in kind(told(catalogue, "zh", way)).marks:
            if isinstance(mark, Code):
                across = len(modules(mark.link))
                dark = mark.size / across * (across - 8)
                assert dark >= (30 if kind is poster else 24) * MM


@LANGUAGES
@KINDS
def test_without_a_number_it_leads_to_the_page_and_says_that_it_is_a_sample(
    catalogue: Catalogue, kind: Kind, language: str
) -> None:
    words = told(catalogue, language, DEMO)
    assert words.link == f"{SITE}/join?lang={language}"
    found = pdfs.said(pdf(kind(words)))
    sample = {"en": "SAMPLE", "es": "MUESTRA", "zh": "样张"}[language]
    assert sample in found
    assert "upright.example/join" in found
    assert "+1" not in found
    assert sample not in pdfs.said(pdf(kind(told(catalogue, language))))


@pytest.mark.parametrize(
    ("country", "says"), [("GB", "call 999 now"), ("", "call your local emergency number now")]
)
def test_the_emergency_number_is_that_of_the_numbers_country(
    catalogue: Catalogue, country: str, says: str
) -> None:
    way = Way("+447700900100", "+44 7700 900100", country)
    assert says in told(catalogue, "en", way).emergency


def test_it_says_what_consent_needs(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "contact", "help@upright.example")
    small = told(catalogue, "en").small_print
    for words in (
        "recurring automatic texts",
        "up to 8 each working day",
        "Message and data rates may apply",
        "nothing else depends on it",
        "STOP to end, HELP for help",
        "what is kept (privacy) and how to leave: upright.example.",
        "Questions: help@upright.example",
    ):
        assert words in small


@LANGUAGES
def test_its_keywords_are_understood(catalogue: Catalogue, language: str) -> None:
    words = told(catalogue, language)
    assert len(words.keywords) == len(KEYWORDS) == 8
    offered = [word for word, _ in words.keywords] + [words.word]
    rules = {word: understand(word, catalogue.vocabulary).rule for word in offered}
    assert [word for word, rule in rules.items() if rule in {"unknown", "net", "typo"}] == []


Edges = tuple[float, float, float, float]  # left, top, right, bottom


def box(mark: Text) -> Edges:
    """Where its letters are."""
    left, base = mark.at
    right = left + width(mark.text, mark.size, bold=mark.bold)
    return left, base - 0.72 * mark.size, right, base + 0.2 * mark.size


@WAYS
@LANGUAGES
@KINDS
def test_no_text_runs_over_another_or_over_the_edge(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, kind: Kind, language: str, way: Way
) -> None:
    monkeypatch.setattr(catalogue, "contact", "questions@upright.exampl")  # as long as it may be
    monkeypatch.setattr(catalogue, "programme", "MMMMMMMMMMMM")
    texts = [mark for mark in kind(told(catalogue, language, way)).marks if isinstance(mark, Text)]
    assert len(texts) > 20
    across, down = (A4[0], A4[1]) if kind is poster else (WIDTH, HEIGHT)
    edge = 5 * MM  # which printers leave white
    for mark in texts:
        left, top, right, bottom = box(mark)
        column, row = left // across, top // down
        assert left >= column * across + edge, mark
        assert right <= (column + 1) * across - edge, mark
        assert top >= row * down + edge, mark
        assert bottom <= (row + 1) * down - edge, mark
    frames = [mark for mark in kind(told(catalogue, language, way)).marks if isinstance(mark, Box)]
    cut = [
        (a.text, b)
        for a in texts
        for b in frames
        if meet(box(a), frame(b)) and not inside(box(a), frame(b))
    ]
    assert cut == []
    over = [(a.text, b.text) for a, b in combinations(texts, 2) if meet(box(a), box(b))]
    assert over == []


def frame(mark: Box) -> Edges:
    left, top = mark.at
    return left, top, left + mark.width, top + mark.height


def inside(one: Edges, other: Edges) -> bool:
    return one[0] >= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] <= other[3]


def meet(one: Edges, other: Edges) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_the_poster_draws_its_stretch(catalogue: Catalogue) -> None:
    sheet = poster(told(catalogue, "en"))
    [art] = [mark for mark in sheet.marks if isinstance(mark, Art)]
    assert art.shapes == drawing("UB1")
    bare = Sheet(sheet.title, "en", "", [mark for mark in sheet.marks if mark is not art])
    strokes = pdfs.content(pdf(sheet)).count(b" l ") - pdfs.content(pdf(bare)).count(b" l ")
    assert strokes >= len(art.shapes)


def test_the_same_sheet_gives_the_same_bytes(catalogue: Catalogue) -> None:
    first, second = (pdf(poster(told(catalogue, "es"))) for _ in range(2))
    assert first == second


@LANGUAGES
@KINDS
def test_the_preview_shows_the_same_words(catalogue: Catalogue, kind: Kind, language: str) -> None:
    sheet = kind(told(catalogue, language))
    shown = ElementTree.fromstring(preview(sheet))
    space = "{http://www.w3.org/2000/svg}"
    texts = [element.text for element in shown.iter(f"{space}text")]
    assert texts == [mark.text for mark in sheet.marks if isinstance(mark, Text)]
    assert not re.search(r"<style| style=|<script|url\(", preview(sheet))


@LANGUAGES
def test_it_promises_only_what_stands_at_the_address_that_it_names(
    catalogue: Catalogue, language: str
) -> None:
    printed = told(catalogue, language).small_print.lower()
    for part in ("costs", "kept", "leave"):  # headings of the front page
        assert WORDS.say(f"home.{part}", language).lower() in printed
