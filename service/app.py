"""The web application: every door in one place."""

from flask import Flask
from flask_bootstrap import Bootstrap5
from gunicorn.errors import AppImportError

from config.settings import SettingsError, load
from messages import page_words
from messages.catalogue import CatalogueError
from service.runtime import Runtime, build
from service.store.engine import StoreBusy, StoreFailed
from service.web import (
    drawings,
    guard,
    health,
    join,
    pages,
    paper,
    phone,
    site,
    speech,
    stretches,
    webhooks,
)
from service.web.dashboard import desk
from service.web.me import pages as me


def create_app(runtime: Runtime | None = None) -> Flask:
    """The application for a runtime; without one it is built from the environment (gunicorn)."""
    runtime = runtime or _from_environment()
    app = Flask(__name__, static_folder="web/static", template_folder="web/templates")
    app.extensions["upright"] = runtime
    app.extensions["health"] = health.asker()
    Bootstrap5(app)  # for its files
    speech.speak(app, page_words.load())
    app.context_processor(site.around)
    csrf = guard.protect(app, runtime.settings)
    csrf.exempt(webhooks.blueprint)  # Twilio has no token of ours: its signature is checked
    join.limit(app, runtime.settings)
    for door in (webhooks, health, pages, join, drawings, stretches, paper):
        app.register_blueprint(door.blueprint)
    me.open_pages(app)
    desk.open_desk(app, runtime)
    if runtime.settings.phone:
        app.register_blueprint(phone.blueprint)
    return app


def _from_environment() -> Runtime:
    """gunicorn says this error in one line and ends; at others it shows a page of its own insides."""
    try:
        return build(load())
    except (SettingsError, CatalogueError, StoreBusy, StoreFailed) as error:
        raise AppImportError(f"upright: {error}") from error
