"""The dashboard put together: its sections, and the first operator."""

from typing import Any

from flask import Flask
from sqlalchemy.exc import IntegrityError

from config.settings import SettingsError
from service.operators import accounts
from service.runtime import Runtime
from service.web.dashboard import charts, doors, numbers, overview

SECTIONS = (("dashboard.overview", "Overview"),)  # endpoint and name, in the order of the bar
_BLUEPRINTS = (overview.blueprint, charts.blueprint, numbers.blueprint)


def open_desk(app: Flask, runtime: Runtime) -> None:
    """Register every page of the dashboard. Raises SettingsError, StoreBusy, StoreFailed."""
    _make_first(runtime)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.context_processor(_around)


def _make_first(runtime: Runtime) -> None:
    password = runtime.settings.dashboard_password.get_secret_value()
    if not password:
        return
    try:
        with runtime.store.write() as writing:
            accounts.make_first(writing, password, runtime.clock.wall())
    except accounts.Refused as error:
        raise SettingsError(f"DASHBOARD_PASSWORD can't be used: {error}") from error
    except IntegrityError:
        return  # another process of ours was a moment earlier


def _around() -> dict[str, Any]:
    return {"sections": SECTIONS, "operator": doors.signed_in()}
