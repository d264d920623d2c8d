"""The front page: what this is and how to join."""

from flask import Blueprint, current_app, render_template

from service.runtime import Runtime

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    runtime: Runtime = current_app.extensions["upright"]
    settings = runtime.settings
    return render_template(
        "home.html",
        programme=settings.programme_name,
        contact=settings.support_contact,
        number=settings.twilio_from,
        live=settings.real,
        phone=settings.phone,
    )
