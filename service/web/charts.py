"""Charts as SVG, drawn here: in the palette of the pages, by day and by night, without a script."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from service.web.numbers.figures import Figure, Shape, commonest
from service.web.numbers.history import Table
from service.web.numbers.period import Step
from service.web.plotting import STATIC, Style, pygal

# Pixels; a phone's would be too small to read if merely shrunk.
WIDE, NARROW = (680, 300), (340, 260)
_MOST_BARS = 31  # more are an area: each bar is slow to draw, and none is wide enough to see
_SVG = "{http://www.w3.org/2000/svg}"
_LABELS = {"wide": 8, "narrow": 4}  # under the axis
# By which pygal leaves room for words; their looks are in chart.css.
_SIZES = Style(
    label_font_size=11, major_label_font_size=11, legend_font_size=12, title_font_size=11
)
_FEW = 4
_KEPT = 64  # drawings; one is drawn again only when its numbers change


@lru_cache(_KEPT)
def draw(figure: Figure, table: Table, *, narrow: bool = False) -> bytes:
    chart = (
        _words(figure, table, narrow)
        if figure.shape is Shape.WORDS
        else _steps(figure, table, narrow)
    )
    return _bare(chart, figure)


def _steps(figure: Figure, table: Table, narrow: bool) -> Any:
    """Steps in time, a series for each column."""
    bars = len(table.rows) <= _MOST_BARS
    first = len(table.columns) - 1 if figure.shape is Shape.LAST else 1
    kind = pygal.StackedBar if bars else pygal.StackedLine
    chart = kind(
        **_habits(figure, narrow),
        fill=True,
        show_dots=False,
        show_legend=figure.shape is not Shape.LAST,
        x_title=table.columns[0],
        y_title=figure.unit,
        legend_at_bottom_columns=_abreast(len(table.columns) - 1, narrow),
    )
    highest = max(
        (sum(row[at] or 0 for at in range(first, len(row))) for row in table.rows), default=0
    )
    if highest <= _FEW:  # no halves of a text
        chart.y_labels = range(int(highest) + 2)
    chart.x_labels, chart.x_labels_major = _labels([row[0] for row in table.rows], narrow)
    for column in range(first, len(table.columns)):
        values = [row[column] or 0 for row in table.rows]
        chart.add(table.columns[column], values if any(values) else [])
    if len(table.columns) == 1:
        chart.add("nothing yet", [])  # pygal draws nothing without a series, not even its axes
    return chart


def _abreast(names: int, narrow: bool) -> int:
    """Names in a line of the legend; on a phone all lines are full, since pygal leaves no room for half a one."""
    return min(names, 6 if not narrow else 1 if names % 2 else 2) or 1


def _words(figure: Figure, table: Table, narrow: bool) -> Any:
    bars = commonest(figure, table)[::-1]  # pygal begins at the bottom
    chart = pygal.HorizontalBar(
        **_habits(figure, narrow), show_legend=False, x_title=figure.unit, print_values=False
    )
    chart.x_labels = [name for name, _ in bars]
    chart.add(figure.unit, [texts for _, texts in bars])
    return chart


def _habits(figure: Figure, narrow: bool) -> dict[str, Any]:
    width, height = NARROW if narrow else WIDE
    return {
        "js": [],
        "style": _SIZES,
        "width": width,
        "height": height,
        "margin": 6,
        "margin_right": 16,
        "margin_bottom": 14,
        "spacing": 8,
        "legend_at_bottom": True,
        "legend_box_size": 10,
        "truncate_legend": -1,
        "truncate_label": -1,
        "show_minor_x_labels": figure.shape is Shape.WORDS,
        "x_label_rotation": 0,
        "min_scale": 3,
        "max_scale": 5,
        "value_formatter": _shown,
        "no_data_text": "nothing yet",
        "range": None,
        "include_x_axis": True,
    }


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def _labels(steps: Sequence[Step], narrow: bool) -> tuple[list[str], list[str]]:
    """A label for each step, and those that are written."""
    if not steps:
        return [], []
    hourly = isinstance(steps[0], datetime)
    if len(steps) > 24 and hourly:  # too many: days are written, where they begin
        labels = [f"{step:%a %d %b}" if f"{step:%H}" == "00" else f"{step:%a %H}" for step in steps]
        written = [label for label in labels if len(label.split()) == 3]
    else:
        labels = written = [f"{step:%H:%M}" if hourly else f"{step:%d %b}" for step in steps]
    return labels, written[:: -(-len(written) // _LABELS["narrow" if narrow else "wide"])]


def _bare(chart: Any, figure: Figure) -> bytes:
    """Without scripts, tooltips and pygal's own colours."""
    root = chart.render_tree()
    # pygal draws a column without anything as an area without height: the rim of the one below it.
    empty = {f"serie-{at}" for at, series in enumerate(chart.raw_series) if not series[0]}
    for group in list(root.iter("g")):
        if empty.intersection(group.get("class", "").split()):
            group.clear()
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or _unwanted(child):
                parent.remove(child)
    style = ElementTree.Element(f"{_SVG}style")
    style.text = _style()
    root.insert(0, style)
    root.set("class", f"{figure.shape} {figure.name}")
    drawn: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return drawn


def _unwanted(element: ElementTree.Element) -> bool:
    name, classes = element.tag.removeprefix(_SVG), element.get("class", "").split()
    return (
        name in {"script", "style", "desc"}
        or "tooltip" in classes
        or "tooltip-overlay" in classes
        or "text-overlay" in classes
    )


@lru_cache(1)
def _style() -> str:
    return "".join((STATIC / name).read_text("utf-8") for name in ("palette.css", "chart.css"))
