"""The people: looked for, filtered, sorted, a page at a time, and all of those as CSV."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.operators.accounts import OPERATOR, VIEWER
from service.people import searching
from service.people.naming import masked
from service.people.searching import Found, Page, Wanted
from service.people.written_numbers import Sought
from service.web import spreadsheet
from service.web.dashboard import (
    doors,
    people_actions,
    people_asked,
    people_find,
    people_imports,
    people_one,
)
from service.web.dashboard.people_asked import Asked

blueprint = Blueprint("people", __name__, url_prefix="/dashboard/people")
for part in (people_one, people_actions, people_imports):
    part.register(blueprint)
blueprint.after_request(doors.not_kept)

_COLUMNS = (
    "person", "number", "channel", "reminders_go_here", "consent", "opted_out_by", "unreachable",
    "state", "language", "country", "zone", "days", "hours", "lunch", "every", "held_until",
    "held_because", "last_text", "since",
)  # fmt: skip


@blueprint.get("")
@doors.wants(VIEWER)
def index() -> ResponseReturnValue:
    runtime, now = doors.runtime(), doors.runtime().now()
    asked = people_asked.read(request.args, runtime.catalogue)
    with runtime.store.read() as session:
        page = searching.page(session, asked.wanted, now, asked.after)
        count = searching.count(session, asked.wanted, now)
        session.expunge_all()
    return _listed(asked, page, count=count)


@blueprint.post("/find")
@doors.wants(OPERATOR)
def find() -> ResponseReturnValue:
    typed = request.form.get("find", "").strip()[: people_find.LONGEST]
    after = people_asked.place(request.form.get("after", ""))
    page = people_find.looked_for(typed, after)
    only = people_find.only(page, after)
    if only is not None:
        return redirect(url_for("people.one", person_id=only), 303)
    return _listed(Asked(Wanted(sought=Sought()), after), page, typed=typed)


def _listed(asked: Asked, page: Page, **more: object) -> str:
    """With a `count`, or else what was `typed` to find them."""
    return render_template(
        "dashboard/people/index.html",
        asked=asked,
        found=page.found,
        counted=searching.COUNTED,
        longest=people_find.LONGEST,
        following=people_asked.written(page.following),
        choices=people_asked.choices(doors.runtime().catalogue),
        masked=masked,
        now=doors.runtime().now(),
        **more,
    )


@blueprint.get("/people.csv")
@doors.wants(OPERATOR)
def as_csv() -> ResponseReturnValue:
    """Whole numbers, so it is noted; what was looked for isn't, since that may be a number."""
    runtime = doors.runtime()
    asked = people_asked.read(request.args, runtime.catalogue)
    with runtime.store.write() as session:
        doors.note(session, "list exported", filters=sorted(asked.shown))
    found = searching.everybody(runtime.store, asked.wanted, runtime.now())
    return spreadsheet.download("people", _COLUMNS, _rows(found))


def _rows(found: Iterator[Found]) -> Iterator[Sequence[object]]:
    for each in found:
        person, plan = each.person, each.plan
        rhythm = (plan.days, plan.hours, plan.lunch, plan.every) if plan else ("", "", "", "")
        of_person = (
            person.state, person.language, person.country, person.zone, *rhythm,
            person.held_until, person.held_why, person.last_seen_at, person.created_at,
        )  # fmt: skip
        for row in each.addresses:
            of_address = (
                row.handle, row.channel, "yes" if row.primary else "no", row.standing, row.out_by,
                row.dead,
            )  # fmt: skip
            yield person.id, *of_address, *of_person
