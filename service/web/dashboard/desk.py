"""The dashboard put together: its sections, and the first operator."""

import logging
from typing import Any

from flask import Flask, current_app
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError

from config.settings import SettingsError
from service.conversation import unread_texts
from service.operators import accounts, changes, passwords
from service.people.sealed import sealed
from service.runtime import Runtime
from service.store.operator_tables import Operator
from service.web.dashboard import (
    account,
    audit_log,
    carrying,
    charts,
    colleagues,
    currency,
    doors,
    figures,
    messages,
    overview,
    people,
    rehearsal,
    unread,
    words,
)

SECTIONS = (  # endpoint and name, in the order of the bar
    ("dashboard.overview", "Overview"),
    ("people.index", "People"),
    ("messages.log", "Messages"),
    ("words.texts", "Words"),
    ("rehearsal.ahead", "Rehearsal"),
    ("unread.newest", "Not understood"),
    ("operators.listed", "Operators"),
    ("audit.listed", "Audit"),
)
_BLUEPRINTS = (
    overview.blueprint,
    charts.blueprint,
    figures.blueprint,
    people.blueprint,
    messages.blueprint,
    words.blueprint,
    rehearsal.blueprint,
    unread.blueprint,
    colleagues.blueprint,
    audit_log.blueprint,
    account.blueprint,
)
SIGNED_OUT = "You are signed out in this browser, so nothing was changed. Sign in again, then fill in the form anew."
SIGNED_ANEW = (
    "This form was opened before you last signed in, so nothing was changed. Open it anew."
)
log = logging.getLogger(__name__)


def _stale(_error: CSRFError) -> tuple[str, int]:
    return carrying.to_copy(SIGNED_ANEW if doors.signed_in() else SIGNED_OUT)


for _blueprint in _BLUEPRINTS:
    _blueprint.register_error_handler(CSRFError, _stale)


def open_desk(app: Flask, runtime: Runtime) -> None:
    """Register every page of the dashboard. Raises SettingsError, StoreBusy, StoreFailed."""
    _make_first(runtime)
    if not runtime.settings.keeps_unread:
        unread_texts.forget_all(runtime.store)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.context_processor(_around)
    currency.register(app, runtime.settings.currency)
    app.add_template_filter(sealed)  # of a text that was said to somebody else


def _make_first(runtime: Runtime) -> None:
    password = runtime.settings.dashboard_password.get_secret_value()
    if not password:
        return
    try:
        with runtime.store.write() as writing:
            made = changes.make_first(writing, password, runtime.clock.wall())
    except accounts.Refused as error:
        raise SettingsError(f"DASHBOARD_PASSWORD can't be used: {error}") from error
    except IntegrityError:
        return  # another process of ours was a moment earlier
    if made is None:
        _say_if_unused(runtime, password)


def _say_if_unused(runtime: Runtime, password: str) -> None:
    """Whoever changed the setting to change the password has changed nothing."""
    with runtime.store.read() as reading:
        first = accounts.find(reading, accounts.FIRST)
    if first is None or not passwords.fits(first.password_hash, password):
        log.warning(
            "dashboard_password_unused: it makes the first operator only and is not admin's password: "
            "unset it; to change that one: upright operators password admin"
        )


def _around() -> dict[str, Any]:
    operator = doors.signed_in()
    return {"sections": _sections_of(operator) if operator else (), "operator": operator}


def _sections_of(operator: Operator) -> list[tuple[str, str]]:
    """What they may open."""
    pages = current_app.view_functions
    return [each for each in SECTIONS if accounts.may(operator, vars(pages[each[0]])["wants"])]
