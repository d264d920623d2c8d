"""A sheet as SVG, for the page that offers it. Presentation attributes only, as in svg.py."""

from collections.abc import Iterator
from functools import singledispatch
from xml.sax.saxutils import escape, quoteattr

from messages.paper.code import bars
from messages.paper.faces import width
from messages.paper.ink import COLOURS, INK, WHITE, Art, Box, Code, Mark, Rule, Sheet, Text
from messages.shapes import LIGHT, WIDTH
from messages.svg import elements


def preview(sheet: Sheet) -> str:
    size = f"0 0 {sheet.width:.1f} {sheet.height:.1f}"
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" lang={quoteattr(sheet.language)}'
            ' font-family="Helvetica, Arial, sans-serif">',
            f"<title>{escape(sheet.title)}</title>",
            f'<rect width="100%" height="100%" fill="{COLOURS[WHITE]}"/>',
            *(element for mark in sheet.marks for element in _drawn(mark)),
            "</svg>",
            "",
        )
    )


@singledispatch
def _drawn(mark: Mark) -> Iterator[str]:
    raise TypeError(mark)


@_drawn.register
def _text(mark: Text) -> Iterator[str]:
    """As wide as in the PDF, whichever font the browser takes."""
    long = width(mark.text, mark.size, bold=mark.bold)
    weight = ' font-weight="700"' if mark.bold else ""
    yield (
        f'<text x="{mark.at[0]:.1f}" y="{mark.at[1]:.1f}" font-size="{mark.size:g}"{weight}'
        f' fill="{COLOURS[mark.ink]}" textLength="{long:.1f}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(mark.text)}</text>"
    )


@_drawn.register
def _box(mark: Box) -> Iterator[str]:
    edge = f' stroke="{COLOURS[mark.edge]}" stroke-width="0.8"' if mark.edge else ""
    yield (
        f'<rect x="{mark.at[0]:.1f}" y="{mark.at[1]:.1f}" width="{mark.width:.1f}"'
        f' height="{mark.height:.1f}" rx="{mark.radius:g}" fill="{COLOURS[mark.ink]}"{edge}/>'
    )


@_drawn.register
def _rule(mark: Rule) -> Iterator[str]:
    yield (
        f'<path d="M{mark.start[0]:.1f} {mark.start[1]:.1f}L{mark.end[0]:.1f} {mark.end[1]:.1f}"'
        f' stroke="{COLOURS[mark.ink]}" stroke-width="{mark.width:g}"/>'
    )


@_drawn.register
def _art(mark: Art) -> Iterator[str]:
    place = f"translate({mark.at[0]:.1f} {mark.at[1]:.1f}) scale({mark.width / WIDTH:.4f})"
    yield f'<g transform="{place}" stroke-linecap="round" stroke-linejoin="round">'
    yield from elements(mark.shapes, LIGHT)
    yield "</g>"


@_drawn.register
def _code(mark: Code) -> Iterator[str]:
    modules, dark = bars(mark.link)
    place = f"translate({mark.at[0]:.1f} {mark.at[1]:.1f}) scale({mark.size / modules:.4f})"
    path = "".join(f"M{right} {down}h{long}v1h-{long}z" for right, down, long in dark)
    yield f'<g transform="{place}"><rect width="{modules}" height="{modules}" fill="{COLOURS[WHITE]}"/>'
    yield f'<path d="{path}" fill="{COLOURS[INK]}" shape-rendering="crispEdges"/></g>'
