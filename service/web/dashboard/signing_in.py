"""Signing in and out. What was wrong is never said: neither that a name exists nor which part failed."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from service.operators import audit, sign_ins
from service.store.operator_tables import Operator
from service.web.dashboard import carrying, doors, familiar, proofs

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
    outcome = _signed_in()
    if isinstance(outcome, proofs.Refusal):
        return _page(outcome.sentence), outcome.status
    name, token = outcome
    session.clear()  # what was there before belongs to whoever was there before
    session[doors.TOKEN] = token
    g.pop("operator", None)
    to, fields = carrying.still(request.form)
    answer = carrying.go_on(to, fields) if to else redirect(_back(), 303)
    response = current_app.make_response(answer)
    familiar.remember(response, name)
    return response


def _signed_in() -> tuple[str, str] | proofs.Refusal:
    """Who, and the token of their sign-in."""
    form = request.form
    try:
        proof = proofs.of_name(form.get("name", ""), form.get("password", ""))
    except proofs.Refusal as unlooked:
        return unlooked
    with doors.runtime().store.write() as writing:
        operator = proof.settle(writing)
        if isinstance(operator, proofs.Refusal):
            return operator
        refusal = proofs.code(writing, proof, operator, form.get("code", ""))
        if refusal is not None:
            return refusal
        sign_ins.end(writing, str(session.get(doors.TOKEN)))
        token = sign_ins.begin(writing, operator, doors.wall())
        origin = proof.attempt.origin
        audit.note(writing, audit.SIGNED_IN, operator, doors.wall(), origin=origin)
        return operator.name, token


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
    try:
        parts = urlsplit(back)
    except ValueError:  # such as "http://[": no address at all
        return home
    elsewhere = parts.scheme or parts.netloc or "\\" in back
    # A browser drops tabs and line ends before it reads an address.
    if elsewhere or not back.isprintable() or not carrying.is_page(parts.path, "GET"):
        return home
    return back


def _page(problem: str = "") -> str:
    with doors.runtime().store.read() as reading:
        somebody = reading.query(Operator.id).first() is not None
    return carrying.page(problem or ("" if somebody else NOBODY), *carrying.still(request.form))
