"""The log of everything that was ever said to anybody, and one message of it."""

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.envelopes import CHANNELS, State
from service.operators.accounts import OPERATOR, VIEWER
from service.outbox import listing
from service.outbox.entries import KINDS
from service.outbox.listing import Wanted
from service.people.naming import ends
from service.web.dashboard import doors, people_find, sending
from service.web.dashboard.steps import timeline

NOBODY = 0  # people are counted from 1
STATES = tuple(str(state) for state in State)

blueprint = Blueprint("messages", __name__, url_prefix="/dashboard/messages")
blueprint.after_request(doors.not_kept)
sending.register(blueprint)


@blueprint.get("")
@doors.wants(VIEWER)
def log() -> ResponseReturnValue:
    wanted = _wanted()
    try:
        with doors.runtime().store.read() as reading:
            found = listing.page(reading, wanted, CHANNELS, request.args.get("after", ""))
    except ValueError:
        abort(400, "This address leads to no page of the log: begin at its start.")
    kept = {
        name: values for name, values in request.args.lists() if name != "after" and any(values)
    }
    return render_template(
        "dashboard/messages.html",
        page=found,
        wanted=wanted,
        kept=kept,
        ends=ends,
    )


@blueprint.post("/whose")
@doors.wants(OPERATOR)
def whose() -> ResponseReturnValue:
    """By number: in an address of ours it would stand in every log."""
    page = people_find.looked_for(request.form.get("name", ""))
    person = people_find.only(page)
    if page.found and person is None:
        flash(
            "More than one person is known so: give the whole number, or look under People.",
            "warning",
        )
    elif person is None:
        flash("Nobody is known by that number or name.", "warning")
    return redirect(url_for("messages.log", person=person), 303)


@blueprint.get("/<int:entry_id>")
@doors.wants(VIEWER)
def message(entry_id: int) -> ResponseReturnValue:
    with doors.runtime().store.read() as reading:
        found = listing.line(reading, entry_id)
        if found is None:
            abort(404, "There is no such message, or it is no longer kept.")
        entry, address = found
        reading.expunge_all()
    handle = ends(address.handle) if address is not None else ""
    return render_template(
        "dashboard/message.html",
        entry=entry,
        handle=handle,
        steps=timeline(entry, doors.runtime().now()),
    )


def _wanted() -> Wanted:
    asked = request.args
    since, until = _hours(asked.get("day", ""), asked.get("from", ""), asked.get("to", ""))
    return Wanted(
        states=_among(STATES, "state"),
        kinds=_among(KINDS, "kind"),
        channels=_among(CHANNELS, "channel"),
        error=asked.get("error", "").strip()[:80],
        since=since,
        until=until,
        person_id=_person(asked.get("person", "").strip()),
    )


def _person(typed: str) -> int | None:
    """Nobody has the number that a telephone's is read as: showing everything would answer another question."""
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else NOBODY


def _among(known: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in known if each in request.args.getlist(name))


def _hours(day: str, begins: str, ends: str) -> tuple[datetime | None, datetime | None]:
    """A day of UTC, or some hours of it. What can't be read is not asked."""
    try:
        midnight = datetime.combine(date.fromisoformat(day), time(), UTC)
    except ValueError:
        return None, None
    first = int(begins) if begins.isascii() and begins.isdecimal() else 0
    last = int(ends) if ends.isascii() and ends.isdecimal() else 24
    if not 0 <= first < last <= 24:
        first, last = 0, 24
    return midnight + timedelta(hours=first), midnight + timedelta(hours=last)
