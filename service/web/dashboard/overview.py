"""What an operator sees first: what needs doing, today in a few numbers, and how it went."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from service.conversation import unread_texts
from service.operators import accounts
from service.operators.accounts import OPERATOR, VIEWER
from service.web.dashboard import doors, signing_in
from service.web.dashboard.figures import worded
from service.web.numbers import figures, rhythm
from service.web.numbers.headlines import headlines
from service.web.numbers.history import OUTCOMES, History
from service.web.numbers.period import DAYS, Period

_UNREAD = 5  # texts that weren't understood

blueprint = Blueprint("dashboard", __name__, url_prefix="/dashboard")
signing_in.register(blueprint)
blueprint.after_request(doors.not_kept)


@blueprint.get("")
@doors.wants(VIEWER)
def overview() -> ResponseReturnValue:
    return render_template("dashboard/overview.html", **_seen(whole=True))


@blueprint.get("/live")
@doors.wants(VIEWER, unasked=True)
def live() -> ResponseReturnValue:
    """The parts of the overview that change, for its script; 304 while none has.

    `figures`: with the charts, too, which change slowly and are costly.
    """
    seen = _seen(whole="figures" in request.args)
    response = Response(render_template("dashboard/overview_parts.html", **seen))
    response.add_etag()
    return response.make_conditional(request)


def _seen(*, whole: bool) -> dict[str, Any]:
    runtime = doors.runtime()
    now = runtime.now()
    period = Period.of(request.args.get("days", ""), now)
    reads = accounts.may(doors.own(), OPERATOR)
    keeps = runtime.settings.keeps_unread
    with runtime.store.read() as reading:
        newest = unread_texts.newest(reading, _UNREAD) if reads and keeps else ()
        reading.expunge_all()
        history = History(reading, period)
        known = figures.FIGURES.values() if whole else ()
        shown = [(figure, worded(figure.table(history))) for figure in known]
        seen = headlines(reading, runtime.settings, now)
    return {
        "now": now,
        "period": period,
        "periods": DAYS,
        "outcomes": OUTCOMES,
        "headlines": seen,
        "whole": whole,
        "figures": shown,
        "gist": figures.gist,
        "newest": figures.newest,
        "newest_unread": newest,
        "reads": reads,
        "keeps_unread": keeps,
        "heat": rhythm.heat,
    }
