"""What an operator does for one person: pause, resume, stop, erase. Each is noted."""

from collections.abc import Callable
from datetime import date, datetime, time

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service import hours
from service.operators.accounts import OPERATOR
from service.outbox import on_request
from service.people import alone, primary
from service.people.naming import masked
from service.store.tables import Person
from service.web.dashboard import doors, people_one

_Deed = Callable[[Session, Person, datetime], str]  # what is said about it; raises Refused


def register(blueprint: Blueprint) -> None:
    for name, view in (("pause", pause), ("resume", resume), ("stop", stop), ("erase", erase)):
        blueprint.add_url_rule(f"/<int:person_id>/{name}", name, view, methods=["POST"])
    for name, view in (("stop", ask_stop), ("erase", ask_erase)):
        blueprint.add_url_rule(f"/<int:person_id>/{name}", f"ask_{name}", view)


@doors.wants(OPERATOR)
def pause(person_id: int) -> ResponseReturnValue:
    def deed(session: Session, person: Person, now: datetime) -> str:
        until = _day(request.form.get("until", ""), person.zone or "UTC")
        on_request.pause(session, person, until, now)
        doors.note(session, "paused", person.id, until=until.isoformat())
        return "Reminders are paused."

    return _done(person_id, deed)


@doors.wants(OPERATOR)
def resume(person_id: int) -> ResponseReturnValue:
    def deed(session: Session, person: Person, now: datetime) -> str:
        on_request.resume(person, now)
        doors.note(session, "resumed", person.id)
        return "Reminders go on."

    return _done(person_id, deed)


@doors.wants(OPERATOR)
def ask_stop(person_id: int) -> ResponseReturnValue:
    return _sure(person_id, "stop")


@doors.wants(OPERATOR)
def stop(person_id: int) -> ResponseReturnValue:
    carriers = doors.runtime().house.carriers

    def deed(session: Session, person: Person, now: datetime) -> str:
        if not on_request.stop(session, person, now, carriers):
            return "They had opted out before."
        doors.note(session, "opted out", person.id)
        return "They are opted out, and get no more reminders."

    return _done(person_id, deed)


@doors.wants(OPERATOR)
def ask_erase(person_id: int) -> ResponseReturnValue:
    return _sure(person_id, "erase")


@doors.wants(OPERATOR)
def erase(person_id: int) -> ResponseReturnValue:
    house = doors.runtime().house

    def deed(session: Session, person: Person, now: datetime) -> str:
        on_request.erase(session, person, now, house.carriers, house.suppression_keys)
        doors.note(session, "erased", person_id)
        return "They are erased."

    return _done(person_id, deed, then=url_for("people.index"))


def _done(person_id: int, deed: _Deed, then: str = "") -> ResponseReturnValue:
    """Do it while no text of theirs is decided on, and say so; on disk before it is said."""
    runtime = doors.runtime()
    try:
        with runtime.store.write(durable=True) as session:
            person = alone.hold(session, person_id)
            said = deed(session, person, runtime.now()) if person is not None else ""
    except on_request.Refused as error:
        flash(str(error), "warning")
        return redirect(url_for("people.one", person_id=person_id), 303)
    if not said:  # sent twice, or another operator was a moment earlier
        flash(people_one.GONE, "warning")
        return redirect(url_for("people.index"), 303)
    flash(said, "success")
    return redirect(then or url_for("people.one", person_id=person_id), 303)


def _sure(person_id: int, deed: str) -> str:
    with doors.runtime().store.read() as session:
        person = people_one.known(session, person_id)
        addresses = primary.addresses(session, person_id)
        session.expunge_all()
    return render_template(
        f"dashboard/people/{deed}.html", person=person, addresses=addresses, masked=masked
    )


def _day(text: str, zone: str) -> datetime:
    """When that day begins for them (a zone may skip midnight: then the first hour that exists)."""
    try:
        day = date.fromisoformat(text)
        start = hours.utc(day, time(0), zone) or hours.utc(day, time(1), zone)
    except (ValueError, OverflowError):
        start = None
    if start is None:
        raise on_request.Refused("Say until which day.")
    return start
