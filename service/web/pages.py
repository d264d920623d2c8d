"""The front page: what this is and how to join."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, render_template

from service.conversation import unread_texts
from service.conversation.signing_up import A_WORKDAY
from service.people import phone_numbers
from service.web import here, ways_in
from service.web.speech import language, say

KEPT = 24 * 3600  # seconds that a QR code need not be asked for again

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    settings = here.runtime().settings
    return render_template(
        "home.html",
        days=settings.history_days,
        unread_days=unread_texts.KEPT.days if settings.keeps_unread else 0,
        most=A_WORKDAY,
        phone=settings.phone,
        open=ways_in.line(settings) is not None,
        **ways(),
    )


@blueprint.get("/join.svg")
def code() -> Response:
    """The link that opens a text to us, for the camera of a phone."""
    link = ways_in.sms(here.runtime().settings, str(say("home.word")))
    if not link:
        abort(404)
    response = Response(ways_in.qr_code(link), mimetype="image/svg+xml")
    response.cache_control.public = True
    response.cache_control.max_age = KEPT
    return response


def ways() -> dict[str, Any]:
    """The ways in, for a template, with the keywords of its language."""
    settings, word = here.runtime().settings, str(say("home.word"))
    return {
        "word": partial(here.runtime().catalogue.word, language=language()),
        "number": phone_numbers.shown(settings.twilio_from if settings.sms else ""),
        "sms": ways_in.sms(settings, word),
        "by_sms": settings.sms,
        "whatsapp": ways_in.whatsapp(settings, word),
        "whatsapp_number": phone_numbers.shown(settings.twilio_whatsapp_from),
        "telegram": ways_in.telegram(settings),
        "by_telegram": settings.telegram,
        "bot": settings.telegram_name,
        "slack": settings.slack,
    }
