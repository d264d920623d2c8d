"""The figures of the overview as CSV."""

from dataclasses import replace

from flask import Blueprint, abort, get_template_attribute, request
from flask.typing import ResponseReturnValue

from service.operators.accounts import VIEWER
from service.web import spreadsheet
from service.web.dashboard import doors
from service.web.numbers.figures import FIGURES, Figure, Shape
from service.web.numbers.history import History, Table
from service.web.numbers.period import Period

blueprint = Blueprint("figures", __name__, url_prefix="/dashboard/numbers")
blueprint.after_request(doors.not_kept)


@blueprint.get("/<name>.csv")
@doors.wants(VIEWER)
def download(name: str) -> ResponseReturnValue:
    _, table = asked(name)
    return spreadsheet.download(f"{name}-{_period().days}-days", table.columns, table.rows)


def asked(name: str, but: Shape | None = None) -> tuple[Figure, Table]:
    """The figure of this name for the period in the address; 404 for one that there isn't."""
    figure = FIGURES.get(name)
    if figure is None or figure.shape is but:
        abort(404)
    with doors.runtime().store.read() as reading:
        return figure, figure.table(History(reading, _period()))


def worded(table: Table) -> Table:
    """With columns by what the pages call them: a CSV's stay as whoever reads it by program knows them."""
    words = get_template_attribute("dashboard/terms.html", "COLUMNS")
    return replace(table, columns=tuple(words.get(name, name) for name in table.columns))


def _period() -> Period:
    return Period.of(request.args.get("days", ""), doors.runtime().now())
