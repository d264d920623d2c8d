"""The page /join: a number, when and where reminders shall come, and a question to it by text."""

import time

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter, RateLimitExceeded
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from config.settings import Settings
from service.conversation import signing_up
from service.conversation.signing_up import A_WORKDAY, Wish
from service.envelopes import Address
from service.hours import Span
from service.store.engine import StoreBusy, StoreFailed
from service.web import here, join_form, pages, speech, ways_in
from service.web.join_form import Asked, Typed
from service.web.speech import language, say
from service.web.ways_in import Line

A_DAY = 4  # times what a client may send in an hour: some of an office, and no flood
MISTAKES = 6  # times as many forms may be wrong: nobody is texted for those
JOINED = "joined"  # under which the browser's session keeps what the next page says
_ASKED = 303  # a form that had no mistake is answered so
_PATIENCE = 1  # seconds for Redis
# Seconds after which a number is answered, whoever has it: asking takes longer than leaving alone who left.
AS_LONG = 0.1

blueprint = Blueprint("join", __name__)
blueprint.after_request(here.not_kept)


def limit(app: Flask, settings: Settings) -> None:
    """How often a client may send the form. Processes count together where Redis is the broker."""
    broker = settings.broker_url.get_secret_value()
    shared = broker.startswith(("redis:", "rediss:"))
    limiter = Limiter(
        here.origin,
        app=app,
        storage_uri=broker if shared else "memory://",
        storage_options={"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
        if shared
        else {},
        in_memory_fallback_enabled=shared,
        key_prefix="upright",
    )
    forms = settings.join_client_limit
    limiter.limit(
        f"{forms} per hour; {forms * A_DAY} per day",
        methods=["POST"],
        deduct_when=lambda answer: answer.status_code == _ASKED,
    )(blueprint)
    limiter.limit(f"{forms * MISTAKES} per hour", methods=["POST"])(blueprint)


@blueprint.get("/join")
def page() -> ResponseReturnValue:
    return _form(_empty())


@blueprint.post("/join")
def ask() -> ResponseReturnValue:
    line = _line()
    if line is None:
        return _form(_empty(), status=404)
    runtime, form = here.runtime(), join_form.typed(request.form)
    now = runtime.now()
    quiet = Span(*runtime.house.quiet)
    asked = join_form.check(form, line, speech.languages(), language(), quiet, now)
    if asked.problems:
        return _form(form, asked.problems)
    began = time.monotonic()
    house = runtime.house
    with runtime.store.write(durable=True) as writing:
        signing_up.sign_up(
            writing,
            house,
            Address(line.channel, asked.number),
            _wish(form, asked),
            now,
            runtime.settings.join_limit,
        )
    runtime.wake()
    time.sleep(max(began + AS_LONG - time.monotonic(), 0))
    goes = signing_up.goes_at(house.quiet, asked.number, asked.rhythm.zone, now)
    session[JOINED] = {"ends": asked.number[-2:], "waits": goes > now}
    return redirect(url_for("join.done", lang=_spoken()), _ASKED)


@blueprint.get("/join/asked")
def done() -> ResponseReturnValue:
    """The same words whether the number was new, is in, or has left."""
    joined = session.get(JOINED)
    if not isinstance(joined, dict):
        return redirect(url_for("join.page", lang=_spoken()), 303)
    quiet = here.runtime().settings.quiet_hours
    phone = here.runtime().settings.phone
    return render_template("asked.html", joined=joined, quiet=quiet, phone=phone, **pages.ways())


def _line() -> Line | None:
    return ways_in.line(here.runtime().settings)


def _wish(form: Typed, asked: Asked) -> Wish:
    return Wish(form.language, asked.rhythm, str(_consent().unescape()), here.origin())


def _consent() -> Markup:
    programme = here.runtime().settings.programme_name
    return say("join.consent", P=programme, N=A_WORKDAY)


def _spoken() -> str | None:
    """What the address asks for, so that the next page speaks as this one."""
    return language() if speech.ASKED in request.args else None


def _empty() -> Typed:
    line = _line()
    if line is None:
        return Typed(language=language())
    country = join_form.guessed(line, request.accept_languages, language())
    return Typed(country=country, language=language())


def _form(
    form: Typed, problems: dict[str, Markup] | None = None, told: str = "", status: int = 200
) -> ResponseReturnValue:
    line = _line()
    shown = render_template(
        "join.html",
        form=form,
        problems=problems or {},
        told=told,
        open=line is not None,
        countries=join_form.countries(line, language()) if line else [],
        days=speech.day_names(),
        consent=_consent(),
        **pages.ways(),
    )
    return shown, status


def _again(key: str, status: int) -> ResponseReturnValue:
    return _form(join_form.typed(request.form), told=say(f"join.{key}"), status=status)


@blueprint.errorhandler(CSRFError)
def _stale(_error: CSRFError) -> ResponseReturnValue:
    return _again("stale" if request.cookies else "cookies", 400)


@blueprint.errorhandler(RateLimitExceeded)
def _too_often(_error: RateLimitExceeded) -> ResponseReturnValue:
    return _again("too_often", 429)


@blueprint.errorhandler(StoreBusy)
@blueprint.errorhandler(StoreFailed)
def _away(_error: Exception) -> ResponseReturnValue:
    return _again("away", 503)


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    return _form(_empty(), told=say("join.too_large"), status=413)
