"""Whom an operator lets in: accounts made, changed and closed without a terminal."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.operators import accounts, audit, changes, passwords, sign_ins
from service.operators.accounts import OPERATOR, ROLES, Refused
from service.operators.changes import By
from service.store.operator_tables import Audit, Operator
from service.web.dashboard import doors

OWN = "This is your own account: change it under your name, or ask another operator."

blueprint = Blueprint("operators", __name__, url_prefix="/dashboard/operators")
blueprint.after_request(doors.not_kept)
Change = Callable[[Session, Operator, By], None]


@blueprint.get("")
@doors.wants(OPERATOR)
def listed() -> ResponseReturnValue:
    return _list()


@blueprint.post("")
@doors.wants(OPERATOR)
def add() -> ResponseReturnValue:
    """Their password stands on the answer, and nowhere else: it is no redirect for that."""
    name, role = accounts.normal(request.form.get("name", "")), request.form.get("role", "")
    password = passwords.made()
    kept = passwords.hashed(name, password)
    try:
        with doors.runtime().store.write(durable=True) as writing:
            changes.enrol(writing, name, role, kept, doors.by())
    except Refused as refused:
        return _list(str(refused)), 400
    return _given(name, password, made=True)


@blueprint.get("/<name>")
@doors.wants(OPERATOR)
def one(name: str) -> ResponseReturnValue:
    with doors.runtime().store.read() as reading:
        account = accounts.find(reading, name)
        if account is None:
            abort(404)
        places = len(sign_ins.of(reading, account.id, doors.wall()))
        last = _last_sign_in(reading, account.name)
    own = account.id == doors.own().id
    return render_template(
        "dashboard/operator.html", account=account, places=places, last=last, own=own, roles=ROLES
    )


@blueprint.post("/<name>/role")
@doors.wants(OPERATOR)
def set_role(name: str) -> ResponseReturnValue:
    role = request.form.get("role", "")
    return _change(
        name, lambda *change: changes.set_role(change[0], change[1], role, change[2]), "Changed."
    )


@blueprint.post("/<name>/password")
@doors.wants(OPERATOR)
def reset_password(name: str) -> ResponseReturnValue:
    password = passwords.made()
    kept = passwords.hashed(name, password)

    def change(writing: Session, account: Operator, by: By) -> None:
        changes.set_password(writing, account, kept, by)

    refused = _refusal(name, change)
    return refused or _given(accounts.normal(name), password, made=False)


@blueprint.post("/<name>/code/off")
@doors.wants(OPERATOR)
def drop_code(name: str) -> ResponseReturnValue:
    return _change(name, changes.drop_code, "A password is enough for them to sign in.")


@blueprint.post("/<name>/sign-ins/end")
@doors.wants(OPERATOR)
def end_sign_ins(name: str) -> ResponseReturnValue:
    return _change(name, changes.end_sign_ins, "They are signed out everywhere.")


@blueprint.post("/<name>/disable")
@doors.wants(OPERATOR)
def disable(name: str) -> ResponseReturnValue:
    return _change(name, changes.disable, "Disabled: they are signed out and can't sign in.")


@blueprint.post("/<name>/enable")
@doors.wants(OPERATOR)
def enable(name: str) -> ResponseReturnValue:
    return _change(name, changes.enable, "They can sign in again.")


def _change(name: str, change: Change, done: str) -> ResponseReturnValue:
    refused = _refusal(name, change)
    if refused is not None:
        return refused
    flash(done, "success")
    return redirect(url_for("operators.one", name=accounts.normal(name)), 303)


def _refusal(name: str, change: Change) -> ResponseReturnValue | None:
    """Do it, or lead back with the reason why not. Nobody changes their own account here:
    so there is always somebody left who may do everything.
    """
    try:
        with doors.runtime().store.write(durable=True) as writing:
            account = changes.find(writing, name)
            if account.id == doors.own().id:
                raise Refused(OWN)
            change(writing, account, doors.by())
    except Refused as refused:
        flash(str(refused), "danger")
        return redirect(url_for("operators.listed"), 303)
    return None


def _list(problem: str = "") -> str:
    with doors.runtime().store.read() as reading:
        everybody = [
            (each, _last_sign_in(reading, each.name)) for each in accounts.everybody(reading)
        ]
    return render_template(
        "dashboard/operators.html", everybody=everybody, problem=problem, roles=ROLES
    )


def _last_sign_in(reading: Session, name: str) -> object:
    newest = select(func.max(Audit.at)).where(Audit.name == name, Audit.action == audit.SIGNED_IN)
    return reading.scalar(newest)


def _given(name: str, password: str, *, made: bool) -> str:
    return render_template(
        "dashboard/operator_password.html", name=name, password=password, made=made
    )
