"""One's own account: password, code, and where one is signed in."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from service.operators import changes, passwords, sign_ins, throttle
from service.operators.accounts import VIEWER, Refused
from service.store.operator_tables import Operator
from service.web.dashboard import account_code, doors, proofs

UNLIKE = "The new password was typed in two ways: type the same twice."

blueprint = Blueprint("account", __name__, url_prefix="/dashboard/account")
account_code.register(blueprint)
blueprint.after_request(doors.not_kept)


@blueprint.get("")
@doors.wants(VIEWER)
def page() -> ResponseReturnValue:
    return _page()


@blueprint.post("/password")
@doors.wants(VIEWER, own=True)
def change_password() -> ResponseReturnValue:
    operator, form = doors.own(), request.form
    try:
        if form.get("new") != form.get("again"):
            raise Refused(UNLIKE)
        proof = proofs.of_own(operator, form.get("password", ""))
        kept = passwords.hashed(operator.name, form.get("new", "")) if proof.right else ""
    except Refused as refused:
        return _page(str(refused)), 400
    except proofs.Refusal as refusal:
        return _page(refusal.sentence), refusal.status
    with doors.runtime().store.write(durable=True) as writing:
        proven = proof.settle(writing, proofs.NOT_YOURS)
        if isinstance(proven, Operator):
            changes.set_password(writing, proven, kept, doors.by())
    if isinstance(proven, proofs.Refusal):
        return _page(proven.sentence), proven.status
    flash("Your password is changed. Everywhere else you are signed out.", "success")
    return redirect(url_for("account.page"), 303)


@blueprint.post("/sign-ins/end")
@doors.wants(VIEWER, own=True)
def end_sign_in() -> ResponseReturnValue:
    operator, which = doors.own(), request.form.get("which", "")
    with doors.runtime().store.write() as writing:
        if not which:
            changes.end_sign_ins(writing, operator, doors.by())
        elif sign_ins.end_one(writing, operator.id, which):
            doors.note(writing, "sign-in ended")
    flash("Ended." if which else "Everywhere else you are signed out.", "success")
    return redirect(url_for("account.page"), 303)


def _page(problem: str = "") -> str:
    """`problem`: why the password wasn't changed."""
    operator, now = doors.own(), doors.wall()
    with doors.runtime().store.read() as reading:
        places = list(sign_ins.of(reading, operator.id, now))
        refused = throttle.refused(reading, operator.name, now - throttle.KEPT)
    return render_template(
        "dashboard/account.html",
        problem=problem,
        shortest=passwords.SHORTEST,
        places=places,
        here=sign_ins.hash_of(str(session.get(doors.TOKEN))),
        refused=refused,
        days=throttle.KEPT.days,
    )
