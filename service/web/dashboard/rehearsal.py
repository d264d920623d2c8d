"""What the coming days bring: the reminders of real people as a calendar."""

from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service.envelopes import CHANNELS
from service.operators.accounts import VIEWER
from service.outbox import budget
from service.reminders.crowds import Chosen, crowds
from service.reminders.forecast import LONGEST, Forecast, Tally, foresee
from service.web import spreadsheet
from service.web.dashboard import doors, heat_map, playing

blueprint = Blueprint("rehearsal", __name__, url_prefix="/dashboard/rehearsal")
blueprint.after_request(doors.not_kept)
playing.register(blueprint)


@blueprint.get("")
@doors.wants(VIEWER)
def ahead() -> ResponseReturnValue:
    forecast, held = _forecast()
    runtime = doors.runtime()
    settings = runtime.settings
    days = heat_map.rows(forecast.first, _tally(forecast), settings.segment_price)
    with runtime.store.read() as reading:
        today = budget.spent_today(reading, runtime.now())
        month = budget.spent_this_month(reading, runtime.now())
    return render_template(
        "dashboard/rehearsal.html",
        days=days,
        held=held,
        asked=_asked(),
        languages=runtime.catalogue.languages,
        channels=CHANNELS,
        longest=LONGEST,
        legend=heat_map.legend(days),
        local=_local(),
        settings=settings,
        crowded=heat_map.crowded(forecast, settings.rate),
        over_daily=heat_map.over_daily(forecast, settings.daily_budget, today),
        over_monthly=heat_map.over_monthly(forecast, settings.monthly_budget, month),
        total=heat_map.total(days),
    )


@blueprint.get("/hours.csv")
@doors.wants(VIEWER)
def hours() -> ResponseReturnValue:
    forecast, _ = _forecast()
    tally, price = _tally(forecast), doors.runtime().settings.segment_price
    clock = "their own clock" if _local() else "UTC"
    rows = (
        (
            f"{forecast.first + timedelta(days=at // 24)} {at % 24:02}:00",
            clock,
            reminders,
            round(tally.segments[at], 2),
            round(float(price) * tally.segments[at], 4),
        )
        for at, reminders in enumerate(tally.reminders)
    )
    header = ("hour", "clock", "reminders", "segments", "cost")
    return spreadsheet.download("upright-ahead", header, rows)


def _forecast() -> tuple[Forecast, int]:
    runtime, asked = doors.runtime(), _asked()
    person = asked["person"]
    chosen = Chosen(
        asked["language"], asked["country"], asked["channel"], int(person) if person else None
    )
    now = runtime.now()
    with runtime.store.read() as reading:
        found, held = crowds(reading, runtime.catalogue, now, chosen)
    return foresee(found, now, int(asked["days"]), runtime.settings.quiet), held


def _asked() -> dict[str, str]:
    given = {
        name: request.args.get(name, "").strip()
        for name in ("language", "channel", "country", "person")
    }
    days = request.args.get("days", 7, type=int)
    person = given["person"]
    return {
        **given,
        "country": given["country"].upper()[:2],
        "person": person if person.isascii() and person.isdecimal() and len(person) < 10 else "",
        "days": str(min(max(days, 1), LONGEST)),
        "clock": "local" if _local() else "utc",
    }


def _local() -> bool:
    return request.args.get("clock") == "local"


def _tally(forecast: Forecast) -> Tally:
    return forecast.local if _local() else forecast.utc
