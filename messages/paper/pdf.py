"""A sheet as PDF."""

from functools import singledispatchmethod
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from messages.paper.code import bars
from messages.paper.faces import BOLD, REGULAR, runs
from messages.paper.ink import COLOURS, INK, WHITE, Art, Box, Code, Mark, Rule, Sheet, Text
from messages.shapes import LIGHT, WIDTH, Dot, Line

_ROUND = 1  # line ends and joins
_BOLDER = 1 / 30  # of its size: the rim that makes a letter bold in a font that has no bold one


def pdf(sheet: Sheet) -> bytes:
    """The same sheet gives the same bytes."""
    file = BytesIO()
    canvas = Canvas(
        file,
        pagesize=(sheet.width, sheet.height),
        lang=sheet.language,
        invariant=1,
        initialFontName=REGULAR,
    )
    canvas.setTitle(sheet.title)
    canvas.setSubject(sheet.title)
    canvas.setAuthor(sheet.author)
    canvas.setCreator(sheet.author)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.translate(0, sheet.height)
    pen = _Pen(canvas)
    for mark in sheet.marks:
        pen.put(mark)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


class _Pen:
    """Puts marks on a canvas whose origin is the sheet's upper left corner, y still upwards."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    @singledispatchmethod
    def put(self, mark: Mark) -> None:
        raise TypeError(mark)

    @put.register
    def _text(self, mark: Text) -> None:
        colour = HexColor(COLOURS[mark.ink])
        writing = self.canvas.beginText(mark.at[0], -mark.at[1])
        writing.setFillColor(colour)
        writing.setStrokeColor(colour)
        for font, run in runs(mark.text, bold=mark.bold):
            thickened = mark.bold and font not in {REGULAR, BOLD}
            writing.setTextRenderMode(2 if thickened else 0)
            writing.setFont(font, mark.size)
            writing.textOut(run)
        writing.setTextRenderMode(0)  # reportlab takes this for granted in the next text
        self.canvas.setLineWidth(mark.size * _BOLDER)
        self.canvas.drawText(writing)

    @put.register
    def _box(self, mark: Box) -> None:
        self.canvas.setFillColor(HexColor(COLOURS[mark.ink]))
        self.canvas.setStrokeColor(HexColor(COLOURS[mark.edge or mark.ink]))
        self.canvas.setLineWidth(0.8)
        draw = self.canvas.roundRect if mark.radius else self.canvas.rect
        shape = (mark.at[0], -mark.at[1] - mark.height, mark.width, mark.height)
        draw(*shape, *([mark.radius] if mark.radius else []), fill=1, stroke=int(bool(mark.edge)))

    @put.register
    def _rule(self, mark: Rule) -> None:
        self.canvas.setStrokeColor(HexColor(COLOURS[mark.ink]))
        self.canvas.setLineWidth(mark.width)
        self.canvas.line(mark.start[0], -mark.start[1], mark.end[0], -mark.end[1])

    @put.register
    def _art(self, mark: Art) -> None:
        self.canvas.saveState()
        self.canvas.translate(mark.at[0], -mark.at[1])
        scale = mark.width / WIDTH
        self.canvas.scale(scale, -scale)
        self.canvas.setLineCap(_ROUND)
        self.canvas.setLineJoin(_ROUND)
        for shape in mark.shapes:
            self._dot(shape) if isinstance(shape, Dot) else self._line(shape)
        self.canvas.restoreState()

    def _dot(self, dot: Dot) -> None:
        self.canvas.setFillColor(HexColor(LIGHT[dot.ink]))
        self.canvas.circle(*dot.center, dot.radius, stroke=0, fill=1)

    def _line(self, line: Line) -> None:
        colour = HexColor(LIGHT[line.ink])
        self.canvas.setFillColor(colour)
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(line.width)
        path = self.canvas.beginPath()
        path.moveTo(*line.points[0])
        for point in line.points[1:]:
            path.lineTo(*point)
        if line.filled:
            path.close()
        self.canvas.drawPath(path, stroke=1, fill=int(line.filled))

    @put.register
    def _code(self, mark: Code) -> None:
        modules, dark = bars(mark.link)
        left, top = mark.at
        unit = mark.size / modules
        self.canvas.setFillColor(HexColor(COLOURS[WHITE]))
        self.canvas.rect(left, -top - mark.size, mark.size, mark.size, stroke=0, fill=1)
        self.canvas.setFillColor(HexColor(COLOURS[INK]))
        path = self.canvas.beginPath()  # one path, so that no seam shows between two bars
        for right, down, long in dark:
            path.rect(left + right * unit, -top - (down + 1) * unit, long * unit, unit)
        self.canvas.drawPath(path, stroke=0, fill=1)
        corner = (left, -top - mark.size, left + mark.size, -top)
        self.canvas.linkURL(mark.link, corner, relative=1)
