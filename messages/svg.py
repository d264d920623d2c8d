"""A drawing as SVG text. Presentation attributes only, which every Content-Security-Policy lets pass."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from messages.shapes import HEIGHT, WIDTH, Dot, Line, Palette, Shape
from messages.skeleton import Point


def svg(shapes: Iterable[Shape], palette: Palette, language: str, title: str, desc: str) -> str:
    """Read aloud as `title`, with `desc` for whoever wants to know more."""
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}"'
            f' role="img" lang={quoteattr(language)}>',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(desc)}</desc>",
            f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="{palette["paper"]}"/>',
            '<g stroke-linecap="round" stroke-linejoin="round">',
            *elements(shapes, palette),
            "</g>",
            "</svg>",
            "",
        )
    )


def elements(shapes: Iterable[Shape], palette: Palette) -> Iterator[str]:
    for shape in shapes:
        colour = palette[shape.ink]
        if isinstance(shape, Dot):
            x, y = shape.center
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{shape.radius:.1f}" fill="{colour}"/>'
        else:
            yield _line(shape, colour)


def _line(line: Line, colour: str) -> str:
    name, fill = ("polygon", colour) if line.filled else ("polyline", "none")
    points = " ".join(map(_point, line.points))
    width = f"{line.width:.1f}"
    return f'<{name} points="{points}" fill="{fill}" stroke="{colour}" stroke-width="{width}"/>'


def _point(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"
