"""Switching on and off that one's sign-in wants a code from an authenticator app."""

import segno
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from service.operators import accounts, changes, codes
from service.operators.accounts import VIEWER
from service.store.operator_tables import Operator
from service.web.dashboard import doors, proofs

PENDING = "totp"  # under which the browser's session keeps a secret that doesn't count yet
WRONG = "That code isn't right: take the one that your app shows now, and see that your phone's clock is."


def register(blueprint: Blueprint) -> None:
    at = blueprint.add_url_rule
    at("/code/begin", "begin_code", begin, methods=["POST"])
    at("/code", "code", show)
    at("/code", "confirm_code", confirm, methods=["POST"])
    at("/code/off", "code_off", drop, methods=["POST"])


@doors.wants(VIEWER, own=True)
def begin() -> ResponseReturnValue:
    """Whoever finds a browser left open mustn't tie the account to a phone of theirs."""
    refusal = _refused()
    if refusal is not None:
        return _back(refusal)
    session[PENDING] = codes.new_secret()
    return redirect(url_for("account.code"), 303)


@doors.wants(VIEWER, own=True)
def show() -> ResponseReturnValue:
    return _page() if session.get(PENDING) else redirect(url_for("account.page"), 303)


@doors.wants(VIEWER, own=True)
def confirm() -> ResponseReturnValue:
    secret = session.get(PENDING)
    if not secret:
        return redirect(url_for("account.page"), 303)
    step = codes.step_of(secret, request.form.get("code", ""), doors.wall())
    if step is None:
        return _page(WRONG), 403
    with doors.runtime().store.write(durable=True) as writing:
        operator = accounts.find(writing, doors.own().name)
        if operator is not None:
            changes.set_code(writing, operator, secret, step, doors.by())
    session.pop(PENDING)
    flash("From now on signing in wants a code. Everywhere else you are signed out.", "success")
    return redirect(url_for("account.page"), 303)


@doors.wants(VIEWER, own=True)
def drop() -> ResponseReturnValue:
    refusal = _refused(off=True)
    if refusal is not None:
        return _back(refusal)
    flash("A password is enough again to sign in.", "success")
    return redirect(url_for("account.page"), 303)


def _refused(*, off: bool = False) -> proofs.Refusal | None:
    """Was the password wrong? If it was right, and it is to be `off`, that is so."""
    try:
        proof = proofs.of_own(doors.own(), request.form.get("password", ""))
    except proofs.Refusal as unlooked:
        return unlooked
    with doors.runtime().store.write(durable=off) as writing:
        operator = proof.settle(writing, proofs.NOT_YOURS)
        if isinstance(operator, Operator) and off:
            changes.drop_code(writing, operator, doors.by())
    return operator if isinstance(operator, proofs.Refusal) else None


def _back(refusal: proofs.Refusal) -> ResponseReturnValue:
    flash(refusal.sentence, "danger")
    return redirect(url_for("account.page"), 303)


def _page(problem: str = "") -> str:
    secret = session[PENDING]
    programme = doors.runtime().settings.programme_name
    address = codes.address(secret, doors.own().name, programme)
    return render_template(
        "dashboard/account_code.html",
        problem=problem,
        address=address,
        picture=segno.make(address).svg_data_uri(scale=5, border=4, light="#fff"),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )
