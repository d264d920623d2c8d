"""Signing in and out. What was wrong is never said: neither that a name exists nor which part failed."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from service.operators import accounts, audit, codes, sign_ins
from service.store.operator_tables import Operator
from service.web.dashboard import doors

WRONG = "That name, password or code isn't right."
TOO_OFTEN = "Too many attempts: wait a quarter of an hour, then try again."
NOBODY = "There is no operator yet. Set DASHBOARD_PASSWORD and restart, or run: upright operators add NAME"


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/sign-in", "sign_in", ask)
    blueprint.add_url_rule("/sign-in", "signing_in", begin, methods=["POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", end, methods=["POST"])


def ask() -> ResponseReturnValue:
    if doors.signed_in() is not None:
        return redirect(url_for("dashboard.overview"), 303)
    return _page()


def begin() -> ResponseReturnValue:
    name = accounts.normal(request.form.get("name", ""))
    runtime, now, origin = doors.runtime(), doors.wall(), doors.origin()
    with runtime.store.read() as reading:
        throttled = audit.throttled(reading, name, origin, now)
        kept = None if throttled else accounts.find(reading, name)
        if kept is not None:
            reading.expunge(kept)
    if throttled:
        return _page(TOO_OFTEN), 429
    # Hashing takes a while: nobody waits for the database meanwhile.
    right = accounts.knows(kept, request.form.get("password", ""))
    with runtime.store.write() as writing:
        operator = accounts.find(writing, name) if right else None
        if operator is None or not codes.use(operator, request.form.get("code", ""), now):
            audit.note(writing, audit.REFUSED, None, now, name=name, origin=origin)
            return _page(WRONG), 403
        token = sign_ins.begin(writing, operator, now)
        audit.note(writing, audit.SIGNED_IN, operator, now, origin=origin)
    session.clear()  # what was there before belongs to whoever was there before
    session[doors.TOKEN] = token
    return redirect(_back(), 303)


def end() -> ResponseReturnValue:
    operator, token = doors.signed_in(), session.get(doors.TOKEN)
    if operator is not None and isinstance(token, str):
        with doors.runtime().store.write() as writing:
            sign_ins.end(writing, token)
            doors.note(writing, audit.SIGNED_OUT)
    session.clear()
    return redirect(url_for("dashboard.sign_in"), 303)


def _back() -> str:
    """Where they were going, if that is a page of the dashboard."""
    back = request.values.get("back", "")
    home = url_for("dashboard.overview")
    parts = urlsplit(back)
    ours = (
        not parts.scheme and not parts.netloc and parts.path.startswith(home) and "\\" not in back
    )
    return back if ours and not back.startswith("//") else home


def _page(problem: str = "") -> str:
    with doors.runtime().store.read() as reading:
        somebody = reading.query(Operator.id).first() is not None
    return render_template(
        "dashboard/sign_in.html",
        problem=problem or ("" if somebody else NOBODY),
        back=request.values.get("back", ""),
        name=request.form.get("name", ""),
    )
