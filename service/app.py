"""The web application: every door in one place."""

from flask import Flask

from config.settings import load
from service.runtime import Runtime, build
from service.web import guard, health, pages, phone, webhooks


def create_app(runtime: Runtime | None = None) -> Flask:
    """The application for a runtime; without one it is built from the environment (gunicorn)."""
    runtime = runtime or build(load())
    app = Flask(__name__, static_folder="web/static", template_folder="web/templates")
    app.extensions["upright"] = runtime
    app.extensions["health"] = health.asker()
    csrf = guard.protect(app, runtime.settings)
    csrf.exempt(webhooks.blueprint)  # Twilio has no token of ours: its signature is checked
    for blueprint in (webhooks.blueprint, health.blueprint, pages.blueprint):
        app.register_blueprint(blueprint)
    if runtime.settings.phone:
        app.register_blueprint(phone.blueprint)
    return app
