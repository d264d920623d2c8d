"""The figures of the overview as drawings."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from service.operators.accounts import VIEWER
from service.web import charts, plotting
from service.web.dashboard import doors, figures
from service.web.numbers.figures import Shape

blueprint = Blueprint("charts", __name__, url_prefix="/dashboard/charts")
blueprint.after_request(doors.not_kept)


@blueprint.get("/<name>.svg")
@doors.wants(VIEWER, unasked=True)
def chart(name: str) -> ResponseReturnValue:
    """`days` as on the overview; `narrow`: for a phone."""
    figure, table = figures.asked(name, but=Shape.HEAT)
    drawn = charts.draw(figure, figures.worded(table), narrow="narrow" in request.args)
    response = Response(drawn, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = plotting.POLICY
    return response
