"""Writing to a person or a group: compose, look what it comes to, send, watch it go, cancel."""

import hashlib

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from messages.render import segments
from service import wiring
from service.broadcasts import drafts, named, progress, wording, writing
from service.broadcasts.estimate import Estimate, Means, estimate, left
from service.broadcasts.wording import Refused
from service.operators.accounts import OPERATOR, VIEWER
from service.store.broadcast_tables import Broadcast
from service.store.tables import AddressRow
from service.web.dashboard import broadcast_form, doors

LISTED = 50  # newest broadcasts


def register(blueprint: Blueprint) -> None:
    for path, name, page in (
        ("/broadcasts", "broadcasts", doors.wants(VIEWER)(listed)),
        ("/broadcasts/new", "compose", doors.wants(OPERATOR)(compose)),
        ("/broadcasts/<int:number>", "broadcast", doors.wants(VIEWER)(broadcast)),
        (
            "/broadcasts/<int:number>/progress",
            "progress",
            doors.wants(VIEWER, unasked=True)(how_far),
        ),
    ):
        blueprint.add_url_rule(path, name, page)
    for path, name, page in (
        ("/broadcasts/new", "draft", doors.wants(OPERATOR)(draft)),
        ("/broadcasts/<int:number>/send", "send", doors.wants(OPERATOR)(send)),
        ("/broadcasts/<int:number>/cancel", "cancel", doors.wants(OPERATOR)(cancel)),
        ("/broadcasts/<int:number>/try", "try_out", doors.wants(OPERATOR)(try_out)),
    ):
        blueprint.add_url_rule(path, name, page, methods=["POST"])


def listed() -> ResponseReturnValue:
    with doors.runtime().store.read() as reading:
        newest = select(Broadcast).order_by(Broadcast.id.desc()).limit(LISTED)
        rows = [(each, progress.of(reading, each)) for each in reading.scalars(newest)]
        reading.expunge_all()
    return render_template("dashboard/broadcasts.html", rows=rows)


def compose() -> ResponseReturnValue:
    runtime = doors.runtime()
    form = broadcast_form.blank(
        request.args.get("person", type=int), f"{runtime.settings.quiet[1]:%H:%M}"
    )
    like = request.args.get("like", type=int)
    if like is not None:
        with runtime.store.read() as reading:
            form = broadcast_form.again(reading, _one(reading, like))
    return _form(form)


def draft() -> ResponseReturnValue:
    """The same form twice is one draft."""
    runtime, words = doors.runtime(), doors.runtime().broadcasts
    token = request.form.get("token", "")[:64]
    operator = doors.signed_in()
    if not token or operator is None:
        abort(400, "This form can't be read: open it anew.")
    try:
        with runtime.store.read() as reading:
            chosen = broadcast_form.read(reading, request.form, words.languages)
        with runtime.store.write() as writing_:
            made, new = drafts.write_down(
                writing_, words, chosen, token, operator.name, runtime.now()
            )
            if new:
                doors.note(writing_, "broadcast drafted", broadcast=made.id)
            number = made.id
    except Refused as refusal:
        return _form(request.form, str(refusal)), 422
    return _to(number)


def broadcast(number: int) -> ResponseReturnValue:
    runtime = doors.runtime()
    with runtime.store.read() as reading:
        found = _one(reading, number)
        told = progress.of(reading, found)
        expected = _estimate(reading, found) if found.state == drafts.DRAFT else None
        reading.expunge_all()
    texts = [
        (language, runtime.broadcasts.framed(text, language))
        for language, text in found.texts.items()
    ]
    return render_template(
        "dashboard/broadcast.html",
        broadcast=found,
        progress=told,
        expected=expected,
        reason=_reason(expected),
        texts=[(name, text, segments(text)) for name, text in texts],
        now=runtime.now(),
        channels=list(runtime.channels),
    )


def how_far(number: int) -> ResponseReturnValue:
    """A part of the page, for the script that keeps it fresh."""
    with doors.runtime().store.read() as reading:
        found = _one(reading, number)
        told = progress.of(reading, found)
        reading.expunge_all()
    part = render_template("dashboard/broadcast_progress.html", broadcast=found, progress=told)
    response = Response(part)
    response.set_etag(hashlib.sha256(part.encode()).hexdigest()[:16])
    return response.make_conditional(request)


def send(number: int) -> ResponseReturnValue:
    """It goes, once however often this is sent."""
    runtime = doors.runtime()
    with runtime.store.read() as reading:
        found = _one(reading, number)
        expected = _estimate(reading, found) if found.state == drafts.DRAFT else None
        reading.expunge_all()
    if expected is None:
        if found.state == drafts.CANCELLED:
            flash("It was thrown away or cancelled before: nothing was sent.", "warning")
        return _to(number)
    budget, now = wiring.budget(runtime.settings), runtime.now()
    with runtime.store.write() as writing_:
        drafts.take_turns(writing_)
        expected.left = left(writing_, found, budget, now)
        reason = _reason(expected)
        if reason:
            flash(reason, "danger")
        elif drafts.begin(writing_, number, expected.people, expected.billed, now):
            doors.note(writing_, "broadcast sent", broadcast=number, people=expected.people)
    return _to(number)


def cancel(number: int) -> ResponseReturnValue:
    """What is queued is taken back before this answers; should it be cut off, the clock goes on."""
    runtime, now = doors.runtime(), doors.runtime().now()
    with runtime.store.write(durable=True) as writing_:
        sent = _one(writing_, number).state != drafts.DRAFT
        cancelled = drafts.cancel(writing_, number, now)
        more = cancelled and writing.withdraw_slice(writing_, number, now)
        if cancelled:
            doors.note(writing_, "broadcast cancelled", broadcast=number)
    while more:
        with runtime.store.write() as writing_:
            more = writing.withdraw_slice(writing_, number, now)
    if cancelled:
        flash(
            "Cancelled: nothing more of it goes out." if sent else "Thrown away: nobody gets it.",
            "success",
        )
    return _to(number)


def try_out(number: int) -> ResponseReturnValue:
    """To a number that is in anyway, such as the operator's own."""
    runtime = doors.runtime()
    channel, typed = request.form.get("channel", ""), request.form.get("handle", "")
    language = request.form.get("language", "")
    try:
        with runtime.store.write() as writing_:
            found = _one(writing_, number)
            address = writing_.scalars(
                select(AddressRow).where(
                    AddressRow.channel == channel, AddressRow.handle.in_(named.handles(typed))
                )
            ).first()
            if address is None or language not in found.texts:
                raise Refused("Nobody is known by that number on that channel.")
            drafts.show(
                writing_, runtime.broadcasts, found, address, language, runtime.now(),
                runtime.settings.quiet,
            )  # fmt: skip
            doors.note(writing_, "broadcast tried", address.person_id, broadcast=number)
    except Refused as refusal:
        flash(str(refusal), "warning")
    else:
        runtime.wake()
        flash("On its way to that number.", "success")
    return _to(number)


def _one(session: Session, number: int) -> Broadcast:
    found = session.get(Broadcast, number)
    if found is None:
        abort(404, "There is no such broadcast.")
    return found


def _estimate(session: Session, found: Broadcast) -> Estimate:
    runtime = doors.runtime()
    settings = runtime.settings
    means = Means(
        quiet=settings.quiet,
        reach=runtime.house.reach,
        rates=wiring.rates(settings, runtime.channels),
        price=settings.segment_price,
        budget=wiring.budget(settings),
    )
    return estimate(session, found, runtime.broadcasts, means, runtime.now())


def _reason(expected: Estimate | None) -> str:
    """Why it can't go as it is; "" where it can."""
    try:
        if expected is not None:
            expected.require()
    except Refused as refusal:
        return str(refusal)
    return ""


def _form(form: broadcast_form.Form, problem: str = "") -> str:
    runtime = doors.runtime()
    return render_template(
        "dashboard/compose.html",
        form=form,
        problem=problem,
        spoken=runtime.broadcasts.languages,
        channels=list(runtime.channels),
        quiet=runtime.settings.quiet,
        most=wording.LONGEST,
    )


def _to(number: int) -> Response:
    made: Response = redirect(url_for("messages.broadcast", number=number), 303)  # type: ignore[assignment]
    return made
