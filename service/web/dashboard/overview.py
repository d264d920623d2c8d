"""What an operator sees first."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from service.operators.accounts import VIEWER
from service.store.tables import Person
from service.web.dashboard import doors, signing_in

blueprint = Blueprint("dashboard", __name__, url_prefix="/dashboard")
signing_in.register(blueprint)
blueprint.after_request(doors.not_kept)


@blueprint.get("")
@doors.wants(VIEWER)
def overview() -> ResponseReturnValue:
    with doors.runtime().store.read() as reading:
        counted = select(Person.state, func.count()).group_by(Person.state).order_by(Person.state)
        people = [(state, count) for state, count in reading.execute(counted)]
    return render_template("dashboard/overview.html", people=people)
