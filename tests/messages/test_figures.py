"""The pictures of the stretches: what is in them, how both renderers draw it, and what is refused."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from messages.catalogue import Catalogue
from messages.check import check
from messages.figures import GROUND, drawing
from messages.marks import arc
from messages.pictures import png_of, svg_of
from messages.png import SIZE, png
from messages.poses import FILE, figures
from messages.shapes import (
    DARK,
    FAR,
    HEIGHT,
    INKS,
    LIGHT,
    MARK,
    NEAR,
    PAPER,
    PROP,
    TRUNK,
    WIDTH,
    Dot,
    Line,
    Palette,
    bounds,
)
from messages.svg import svg
from tests.messages.conftest import Fault, edit, missed, put

LANGUAGES = ("en", "es", "zh")
STRETCHES = sorted(figures())
SVG = "{http://www.w3.org/2000/svg}"
PALETTES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def test_every_stretch_has_a_figure(catalogue: Catalogue) -> None:
    for language in LANGUAGES:
        assert {move.id for move in catalogue.stretches(language)} == set(STRETCHES)
    assert len(STRETCHES) == 36


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_told_in_one_sentence_of_its_own(
    catalogue: Catalogue, language: str
) -> None:
    told = [move.picture for move in catalogue.stretches(language)]
    assert len(set(told)) == 36
    for sentence in told:
        assert sentence.count("。" if language == "zh" else ".") == 1
        assert sentence.endswith(("。", "."))
        assert len(sentence) > (20 if language == "zh" else 60)


@pytest.mark.parametrize("stretch", STRETCHES)
def test_every_drawing_stays_inside_its_frame(stretch: str) -> None:
    left, top, right, bottom = bounds(drawing(stretch))
    assert left >= 2
    assert top >= 2
    assert right <= WIDTH - 2
    assert bottom <= HEIGHT - 2


@pytest.mark.parametrize("stretch", STRETCHES)
def test_start_and_end_stand_on_the_ground_beside_each_other(stretch: str) -> None:
    shapes = drawing(stretch)
    heads = [shape for shape in shapes if isinstance(shape, Dot) and shape.ink == NEAR]
    heads = [head for head in heads if head.radius > 6]
    assert len(heads) == 2
    assert heads[0].center[0] < WIDTH / 2 < heads[1].center[0]
    lowest = max(
        y + shape.width / 2
        for shape in shapes
        if isinstance(shape, Line) and shape.ink == NEAR
        for _, y in shape.points
    )
    assert lowest == pytest.approx(GROUND - 1, abs=0.3)


@pytest.mark.parametrize("stretch", STRETCHES)
def test_what_moves_is_marked_beside_two_poses_that_differ(stretch: str) -> None:
    figure = figures()[stretch]
    assert figure.start != figure.end
    assert any(shape.ink == MARK for shape in drawing(stretch))


def stroked(element: ET.Element) -> tuple[str, list[float]]:
    """The colour and the numbers of an element that draws."""
    if element.tag == f"{SVG}circle":
        return element.attrib["fill"], [float(element.attrib[name]) for name in ("cx", "cy", "r")]
    numbers = [float(value) for value in re.split("[ ,]", element.attrib["points"])]
    return element.attrib["stroke"], [*numbers, float(element.attrib["stroke-width"])]


@PALETTES
@pytest.mark.parametrize("stretch", STRETCHES)
def test_the_svg_holds_every_shape_in_order(stretch: str, palette: Palette) -> None:
    shapes = drawing(stretch)
    group = ET.fromstring(svg(shapes, palette, "en", "a", "b")).find(f"{SVG}g")
    assert group is not None
    drawn = [stroked(element) for element in group]
    assert [colour for colour, _ in drawn] == [palette[shape.ink] for shape in shapes]
    for shape, (_, numbers) in zip(shapes, drawn, strict=True):
        if isinstance(shape, Dot):
            expected = [*shape.center, shape.radius]
        else:
            expected = [value for point in shape.points for value in point] + [shape.width]
        assert numbers == pytest.approx(expected, abs=0.051)


def colour(text: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(text[1:]))


def unlike(one: Sequence[int], other: Sequence[int]) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def covers(shape: Line | Dot, x: float, y: float) -> bool:
    """Whether a shape lies over a spot, or so near that its edge is mixed into it."""
    if isinstance(shape, Line) and shape.filled:
        left, top, right, bottom = bounds([shape])
        return left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1
    if isinstance(shape, Dot):
        return (x - shape.center[0]) ** 2 + (y - shape.center[1]) ** 2 <= (shape.radius + 1) ** 2
    return any(
        (x - px) ** 2 + (y - py) ** 2 <= (shape.width / 2 + 1) ** 2 for px, py in along(shape)
    )


@lru_cache
def along(line: Line) -> list[tuple[float, float]]:
    ends = (*line.points, line.points[0]) if line.filled else line.points
    return [
        (x1 + (x2 - x1) * step / 12, y1 + (y2 - y1) * step / 12)
        for (x1, y1), (x2, y2) in pairwise(ends)
        for step in range(13)
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("stretch", STRETCHES)
def test_the_png_shows_every_shape_where_the_svg_has_it(stretch: str, dark: bool) -> None:
    """In the middle of each stroke that nothing lies over stands the colour of its ink."""
    image = Image.open(BytesIO(png_of(stretch, dark=dark))).convert("RGB")
    palette, shapes = DARK if dark else LIGHT, drawing(stretch)
    seen = set()
    for place, shape in enumerate(shapes):
        spots = [shape.center] if isinstance(shape, Dot) else along(shape)[1::3]
        for x, y in spots:
            if any(covers(above, x, y) for above in shapes[place + 1 :]):
                continue
            shown = image.getpixel((int(x * 2), int(y * 2)))
            assert isinstance(shown, tuple)
            assert unlike(shown, colour(palette[shape.ink])) < 48, (shape, x, y)
            seen.add(shape.ink)
    assert {PROP, MARK} <= seen
    assert unlike(image.getpixel((1, 1)), colour(palette[PAPER])) < 4  # type: ignore[arg-type]


@pytest.mark.parametrize("stretch", STRETCHES)
def test_a_png_has_its_size_and_is_cheap_to_send(stretch: str) -> None:
    for dark in (False, True):
        data = png_of(stretch, dark=dark)
        with Image.open(BytesIO(data)) as image:
            assert (image.format, image.size) == ("PNG", SIZE)
        assert len(data) < 20_000


def test_the_same_picture_has_the_same_bytes() -> None:
    for palette in (LIGHT, DARK):
        drawings = [drawing.__wrapped__("UB9") for _ in range(2)]
        assert len({png(shapes, palette) for shapes in drawings}) == 1
        assert len({svg(shapes, palette, "en", "a", "b") for shapes in drawings}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_svg_is_read_aloud_in_its_language(catalogue: Catalogue, language: str) -> None:
    for move in catalogue.stretches(language):
        root = ET.fromstring(svg_of(move, language))
        assert root.tag == f"{SVG}svg"
        assert root.attrib["role"] == "img"
        assert root.attrib["lang"] == language
        assert root[0].tag == f"{SVG}title"  # where browsers look for it
        assert root[0].text == move.picture
        assert root.findtext(f"{SVG}desc") == move.text


def test_words_cannot_break_out_of_the_svg() -> None:
    root = ET.fromstring(svg((), LIGHT, "en", "a < b & </title>", "<script>"))
    assert root.findtext(f"{SVG}title") == "a < b & </title>"
    assert [child.tag for child in root] == [
        f"{SVG}{name}" for name in ("title", "desc", "rect", "g")
    ]


@pytest.mark.parametrize("stretch", STRETCHES)
def test_the_svg_asks_for_nothing_that_a_strict_page_forbids(
    catalogue: Catalogue, stretch: str
) -> None:
    move = next(move for move in catalogue.stretches() if move.id == stretch)
    text = svg_of(move, "en", dark=True)
    attributes = {name for element in ET.fromstring(text).iter() for name in element.attrib}
    assert attributes <= {
        "viewBox", "role", "lang", "width", "height", "fill", "stroke", "stroke-width",
        "stroke-linecap", "stroke-linejoin", "points", "cx", "cy", "r",
    }  # fmt: skip
    assert text.count("://") == 1  # the name of SVG itself


def luminance(text: str) -> float:
    shares = [value / 255 for value in colour(text)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


LEAST: Mapping[str, float] = {NEAR: 4.5, TRUNK: 4.5, MARK: 4.5, FAR: 3, PROP: 3}


@PALETTES
def test_every_ink_stands_out_from_the_paper(palette: Palette) -> None:
    assert palette.keys() == set(INKS) == {PAPER, *LEAST}
    for ink, least in LEAST.items():
        assert contrast(palette[ink], palette[PAPER]) >= least, ink
    assert contrast(palette[NEAR], palette[FAR]) >= 3


def test_an_arrows_bend_lies_to_its_left() -> None:
    assert arc((0, 0), (10, 0), 0) == ((0, 0), (10, 0))
    for bend in (3.0, -3.0, 12.0, -12.0):
        path = arc((0, 0), (10, 0), bend)
        assert path[0] == pytest.approx((0, 0), abs=1e-9)
        assert path[-1] == pytest.approx((10, 0), abs=1e-9)
        assert path[len(path) // 2] == pytest.approx((5, bend))


FAULTS = [
    Fault(FILE, "start = { head_x = 9,", 'start = { head_x = "9",', "NK1", "start: head_x must be a number"),
    Fault(FILE, "end = { neck = -30 }", "end = { nek = -30 }", "NK2", "end: nek means nothing here"),
    Fault(FILE, "end = { face = 0.9 }", "end = { face = 9 }", "NK3", "end: face is 9; it may be -1 to 1"),
    Fault(FILE, "arms = 174,", "arms = nan,", "SH1", "start: arms is nan; it may be"),
    Fault(FILE, '[SH2]\nview = "front"', '[SH2]\nview = "back"', "SH2", "view must be one of side, front"),
    Fault(FILE, 'joint = "neck", tail = [-9, 0]', 'joint = "nose", tail = [-9, 0]', "SH3", "joint must be one of"),
    Fault(FILE, 'tail = [-4, 8], tip = [24, 26]', 'tail = [-4], tip = [24, 26]', "SH4", "tail must be two numbers"),
    Fault(FILE, 'prop = "frame"', 'prop = "frame"\nprops = 2', "CH2", "props means nothing here"),
    Fault(FILE, "end = { arm_l = 2,", "ende = { arm_l = 2,", "UB1", "end must be a pose"),
    Fault(FILE, 'kind = "ticks", on = "end", joint = "neck"', 'kind = "dots", on = "end", joint = "neck"',
          "UB2", "kind must be one of arrow, both_ways, ticks"),
    Fault(FILE, 'prop = "chair_low"', 'prop = "sofa"', "UB3", "prop must be one of stool, chair"),
    Fault(FILE, "tail = [-11, 12], tip = [13, 10], bend = 5", "tail = [1, 1], tip = [1, 1]",
          "UB4", "tail and tip are the same"),
    Fault(FILE, 'end = { base = "stand"', 'end = { base = "lie"', "HP1", "base must be one of stand, sit"),
    Fault(FILE, "[WK1]", "[WK9]", "WK1", "is missing: each stretch has a figure"),
    Fault(FILE, "[WK9]", "[WK9]", "WK9", "is a figure, but there is no such stretch"),
]  # fmt: skip


def test_a_broken_figure_is_named_by_file_key_and_reason(folder: Path) -> None:
    put(folder, FAULTS)
    found = [str(finding) for finding in check(folder)]
    named = [Fault(one.file, one.old, one.new, f"{FILE}: {one.at}", one.reason) for one in FAULTS]
    assert missed(named, found) == []
    assert len(found) == len(FAULTS) + 1  # of UB1 also the word that stands there instead


def test_a_missing_figure_file_is_named_once(folder: Path) -> None:
    (folder / FILE).unlink()
    assert [str(finding) for finding in check(folder)] == [f"{FILE}: -: the file is missing"]


def test_a_stretch_without_words_for_its_picture_is_a_finding(folder: Path) -> None:
    edit(folder / "en/stretches.toml", 'picture = "Seen', 'pictures = "Seen')
    edit(folder / "en/stretches.toml", '\npicture = "Seen', '\npicture = ""\nwas = "Seen')
    found = [str(finding) for finding in check(folder)]
    assert "en/stretches.toml: NK1: picture is missing" in found
    assert any("NK2: picture is empty" in line for line in found)
