"""The signed doors: texts that come in, and what became of those that went out."""

import logging
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, abort, jsonify, request

from service import home
from service.channels import slack, telegram, telegram_updates, twilio, whatsapp
from service.channels.slack_events import Challenge, HomeOpened, Revoked
from service.envelopes import Channel, Inbound, Knock, Reply, Unverified
from service.runtime import Runtime
from service.store.engine import StoreBusy, StoreFailed
from service.web import here
from service.web.guard import LARGEST

log = logging.getLogger(__name__)
_FORM = "application/x-www-form-urlencoded"
NOT_SET_UP = {
    twilio.NAME: "No Twilio account is set up here: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.",
    slack.NAME: "No Slack app is set up here: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET.",
    telegram_updates.NAME: "No Telegram bot is set up here: set TELEGRAM_BOT_TOKEN.",
}

CUT_OFF = "The request broke off before its end."

blueprint = Blueprint("webhooks", __name__)


@blueprint.post(twilio.WEBHOOK)
def text_came() -> Response:
    runtime, knock = here.runtime(), _knock()
    return _answered(runtime, _of_twilio(runtime, knock, "From"), knock)


@blueprint.post(telegram.WEBHOOK)
def update_came() -> Response:
    runtime = here.runtime()
    return _answered(runtime, _channel(runtime, telegram_updates.NAME), _raw_knock())


@blueprint.post(slack.WEBHOOK)
def slack_came() -> Response:
    """Events, commands and pressed buttons. What isn't a text is taken with an empty answer."""
    runtime = here.runtime()
    channel = _channel(runtime, slack.NAME)
    assert isinstance(channel, slack.Slack)
    request.max_content_length = slack.LARGEST
    said = channel.hear(_raw_knock())
    if isinstance(said, Inbound):
        answer = _given(runtime, channel, said)
        if said.press and said.press.page:  # in the home tab, which they look at
            _show_home(runtime, said.address.handle)
        return answer
    if isinstance(said, Challenge):
        return jsonify(challenge=said.text)
    if isinstance(said, HomeOpened):
        _show_home(runtime, said.handle)
    if isinstance(said, Revoked):
        told = f"{said.event}: nobody on Slack is reached any more"
        runtime.alerts.send("Slack took the app away", told, runtime.now())
    return _given(runtime, channel, None)


@blueprint.post(twilio.STATUS_WEBHOOK)
def status_came() -> Response:
    runtime, knock = here.runtime(), _knock()
    receipt = _of_twilio(runtime, knock, "To").read_receipt(knock)
    if receipt:
        runtime.record(receipt)
    return Response(status=204)


def _answered(runtime: Runtime, channel: Channel, knock: Knock) -> Response:
    return _given(runtime, channel, channel.read(knock))


def _given(runtime: Runtime, channel: Channel, inbound: Inbound | None) -> Response:
    replies = _replies(runtime, inbound) if inbound else []
    if inbound and not inbound.inline:
        runtime.hand_over(inbound, replies)
        replies = []
    answer = channel.answer(replies, inbound)
    return Response(answer.body, answer.status, content_type=answer.content_type)


def _show_home(runtime: Runtime, handle: str) -> None:
    """Soon, and on another thread."""
    shown = runtime.store, runtime.house, runtime.channels, handle, runtime.now()
    runtime.direct.aside(partial(home.show, *shown))


def _replies(runtime: Runtime, inbound: Inbound) -> list[Reply]:
    try:
        return runtime.decline(inbound) if inbound.group else runtime.receive(inbound)
    except Exception:  # whatever broke, the sender still gets the emergency number
        log.exception("inbound_failed")
        return runtime.sorry(inbound)


def _channel(runtime: Runtime, name: str) -> Channel:
    channel = runtime.channels.get(name)
    if channel is None:
        abort(404, NOT_SET_UP[name])
    return channel


def _of_twilio(runtime: Runtime, knock: Knock, name: str) -> Channel:
    """SMS or WhatsApp, by the person's address in the form. One account signs for both.

    What belongs to the one that isn't set up goes to the other, which proves it and takes nothing.
    """
    given = next((value for key, value in knock.form if key == name), "")
    wanted, other = twilio.NAME, whatsapp.NAME
    if given.startswith(whatsapp.PREFIX):
        wanted, other = other, wanted
    if wanted not in runtime.channels and other in runtime.channels:
        log.warning("not_set_up channel=%s: see upright doctor", wanted)
        return runtime.channels[other]
    return _channel(runtime, wanted if wanted in runtime.channels else twilio.NAME)


def _knock() -> Knock:
    """The request as it was signed. Werkzeug decodes its own `url`, which then fits no signature."""
    environ = request.environ
    target = environ.get("RAW_URI")
    if target is None:
        query = request.query_string.decode("latin-1")
        target = request.path + (f"?{query}" if query else "")
    return Knock(target=target, headers=_Headers(environ), form=_form(environ))


def _raw_knock() -> Knock:
    environ = request.environ
    return Knock(target=request.path, headers=_Headers(environ), body=request.get_data())


def _form(environ: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A form as Twilio sends it, in one piece; Werkzeug's structures for forms of every kind cost
    as much as a row in the database.
    """
    size = environ.get("CONTENT_LENGTH", "")
    plain = environ.get("CONTENT_TYPE", "").lower().startswith(_FORM)
    if not (plain and size.isdecimal() and int(size) <= LARGEST):
        return list(request.form.items(multi=True))
    try:
        body = environ["wsgi.input"].read(int(size))
    except OSError:  # gone, or silent for longer than a piece may take
        body = b""
    if len(body) < int(size):
        abort(400, CUT_OFF)
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


class _Headers(Mapping[str, str]):
    """Headers by their names in lower case. Two are looked at; Werkzeug would build all of them."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        value: str = self._environ["HTTP_" + name.upper().replace("-", "_")]
        return value

    def __iter__(self) -> Iterator[str]:
        for name in self._environ:
            if name.startswith("HTTP_"):
                yield name.removeprefix("HTTP_").lower().replace("_", "-")

    def __len__(self) -> int:
        return sum(1 for _ in self)


@blueprint.errorhandler(StoreBusy)
@blueprint.errorhandler(StoreFailed)
def _later(error: StoreBusy | StoreFailed) -> Response:
    """A receipt that can't be stored now: our callback address asks for another try."""
    log.warning("webhook_without_database: %s", error)
    return Response("Try again.\n", 503, mimetype="text/plain")


@blueprint.errorhandler(Unverified)
def _unverified(error: Unverified) -> Response:
    """The reason helps whoever sets this up: Twilio's debugger shows it."""
    log.warning("webhook_refused: %s", error)
    return Response(f"Refused: {error}.\n", 403, mimetype="text/plain")
