"""One person: what was said, on one line of time, with their settings beside it."""

from dataclasses import dataclass
from typing import Any

from babel import Locale
from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import cursors, hours
from service.conversation import wording
from service.operators.accounts import OPERATOR, VIEWER
from service.outbox import on_request
from service.people import export, primary, timeline
from service.people.naming import ends, masked
from service.people.timeline import Mark, Moment
from service.reminders import plans
from service.store.tables import AddressRow, Dialogue, Person
from service.web.dashboard import doors

GONE = "There is nobody here: they were erased, or joined to another person by a link."


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of somebody."""

    person: Person
    addresses: list[AddressRow]
    moments: list[Moment]
    following: Mark | None
    facts: dict[str, Any]


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/<int:person_id>", "one", one)
    blueprint.add_url_rule("/<int:person_id>/numbers", "numbers", numbers)
    blueprint.add_url_rule("/<int:person_id>/export.json", "as_json", as_json)


@doors.wants(VIEWER)
def one(person_id: int) -> ResponseReturnValue:
    return _page(person_id, whole=False)


@doors.wants(OPERATOR)
def numbers(person_id: int) -> ResponseReturnValue:
    """The same with whole numbers; each such look is noted."""
    with doors.runtime().store.write() as session:
        known(session, person_id)
        doors.note(session, "numbers shown", person_id)
    return _page(person_id, whole=True)


@doors.wants(OPERATOR)
def as_json(person_id: int) -> ResponseReturnValue:
    with doors.runtime().store.write() as session:
        known(session, person_id)
        doors.note(session, "person exported", person_id)
    with doors.runtime().store.read() as session:
        known(session, person_id)
        kept = export.everything(session, person_id)
    name = {"Content-Disposition": f"attachment; filename=person-{person_id}.json"}
    return Response(export.as_json(kept), content_type="application/json", headers=name)


def known(session: Session, person_id: int) -> Person:
    """Whoever has this number, or a page that says that nobody has."""
    person = session.get(Person, person_id)
    if person is None:
        abort(404, GONE)
    return person


def _page(person_id: int, *, whole: bool) -> str:
    behind = _mark(request.args.get("behind", ""))
    with doors.runtime().store.read() as session:
        shown = _read(session, person_id, behind)
        session.expunge_all()
    zone = shown.person.zone or "UTC"
    return render_template(
        "dashboard/people/one.html",
        person=shown.person,
        addresses=shown.addresses,
        ends=ends,
        moments=shown.moments,
        behind=behind,
        following=_written(shown.following),
        whole=whole,
        masked=masked,
        zone=zone,
        local=lambda moment: hours.local(moment, zone),
        longest=on_request.LONGEST,
        now=doors.runtime().now(),
        **shown.facts,
    )


def _read(session: Session, person_id: int, behind: Mark | None) -> Shown:
    person = known(session, person_id)
    moments, following = timeline.page(session, person_id, behind)
    theirs = primary.addresses(session, person_id)
    return Shown(person, theirs, moments, following, _facts(session, person))


def _facts(session: Session, person: Person) -> dict[str, Any]:
    runtime = doors.runtime()
    rhythm = plans.rhythm_of(session, person)
    return {
        "rhythm": rhythm,
        "days": wording.days(runtime.catalogue, rhythm.days, "en"),
        "windows": wording.windows(rhythm),
        "every": wording.interval(runtime.catalogue, rhythm.every, "en"),
        "country": Locale.parse("en").territories.get(person.country, person.country),
        "next_at": plans.next_for(session, person, runtime.now(), runtime.settings.quiet),
        "question": session.get(Dialogue, person.id),
    }


def _written(mark: Mark | None) -> str:
    return cursors.written(mark.at, f"{mark.kind}~{mark.id}") if mark else ""


def _mark(text: str) -> Mark | None:
    """Back from an address; anything else begins at the newest."""
    try:
        moment, row = cursors.read(text)
        kind, id_ = row.split("~")
        return Mark(moment, int(kind), min(int(id_), 2**62))
    except ValueError:
        return None
