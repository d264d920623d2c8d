"""The phone page: a phone in the browser that texts the real service over the simulator channel."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from messages import render
from service import places
from service.envelopes import Address, Inbound, Reply, State
from service.people import directory
from service.runtime import Runtime
from service.store.engine import StoreBusy, StoreFailed
from service.store.tables import AddressRow, Entry
from service.web import here

CHANNEL = "simulator"
LONGEST_TEXT = 1600
SHOWN = 200  # texts of one conversation, the newest
AHEAD = ("15m", "1h", "morning")
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_HANDED_OVER = (State.ANSWERED, State.SENT, State.DELIVERED)

blueprint = Blueprint("phone", __name__, url_prefix="/phone")
blueprint.after_request(here.not_kept)


class Refused(Exception):
    """What was asked can't be done. The message is the sentence shown on the page."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


@blueprint.get("")
def page() -> str:
    settings = here.runtime().settings
    return render_template("phone.html", programme=settings.programme_name, live=settings.real)


@blueprint.get("/messages")
def messages() -> BaseResponse:
    """The conversation of one number. It changes once a minute at least, with the clock."""
    response = jsonify(_conversation(here.runtime(), _number(request.args.get("number"))))
    response.add_etag()
    return response.make_conditional(request)


@blueprint.post("/text")
def text() -> Response:
    runtime, asked = here.runtime(), _asked()
    number, words = _number(asked.get("number")), _words(asked.get("text"))
    at = runtime.clock.now()
    replies = runtime.receive(Inbound(Address(CHANNEL, number), uuid.uuid4().hex, words))
    try:
        answer = _conversation(runtime, number)
    except (StoreBusy, StoreFailed):
        answer = {"messages": []}  # whoever is in danger is answered without the database
    answer["messages"] += _unstored(replies, answer["messages"], runtime.clock.now())
    return jsonify(answer | {"text": {"at": at.isoformat(), **_size(words)}})


@blueprint.post("/skip")
def skip() -> Response:
    """Move the demo clock ahead; what falls due on the way is sent on the way."""
    runtime, asked = here.runtime(), _asked()
    number, ahead = _number(asked.get("number")), asked.get("ahead")
    if not runtime.clock.movable:
        raise Refused("The clock can't skip ahead: a real channel is configured.", 409)
    if ahead not in AHEAD:
        raise Refused(f"Skip ahead by one of: {', '.join(AHEAD)}.")
    runtime.skip(number, ahead)
    return jsonify(_conversation(runtime, number))


def _asked() -> dict[str, Any]:
    try:
        asked = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets, thousands deep
        asked = None
    if not isinstance(asked, dict):
        raise Refused("Send a JSON object.")
    return asked


def _number(value: object) -> str:
    if not isinstance(value, str) or not _E164.fullmatch(value):
        raise Refused("Write the number with + and its country code, such as +14155550100.")
    return value


def _words(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Refused("Write a text first.")
    if len(value) > LONGEST_TEXT:
        raise Refused(f"A text has at most {LONGEST_TEXT} characters; this one has {len(value)}.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise Refused("The text holds half of a character: write it again.")
    return value


def _conversation(runtime: Runtime, number: str) -> dict[str, Any]:
    """Everything the page shows but the person's own texts, which only their browser keeps."""
    now = runtime.clock.now()
    with runtime.store.read() as session:
        known = directory.find(session, Address(CHANNEL, number), now)
        said = [_message(entry) for entry in _handed_over(session, known.address)] if known else []
        person = known.person if known else None
        return {
            "now": now.replace(second=0, microsecond=0).isoformat(),
            "zone": person.zone if person else places.zone_of(number, now),
            "country": person.country if person else places.country_of(number),
            "messages": said,
        }


def _handed_over(session: Session, address: AddressRow) -> Sequence[Entry]:
    return session.scalars(
        select(Entry)
        .where(
            Entry.person_id == address.person_id,
            Entry.address_id == address.id,
            Entry.text != "",
            Entry.state.in_(_HANDED_OVER),
        )
        .order_by(Entry.created_at.desc(), Entry.id.desc())
        .limit(SHOWN)
    ).all()[::-1]


def _message(entry: Entry) -> dict[str, Any]:
    """A reminder is written minutes before it goes: its time is that of the attempt.

    The attempt is its id, too, for an answer that couldn't be stored has no other.
    """
    at = entry.claimed_at or entry.created_at
    return {
        "id": entry.attempt,
        "text": entry.text,
        "at": at.isoformat(),
        "kind": entry.kind,
        "state": entry.state,
        **_size(entry.text),
    }


def _unstored(
    replies: Sequence[Reply], stored: Sequence[dict[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """Replies that no row belongs to: the person was just erased, or the database was away."""
    known = {message["id"] for message in stored}
    return [
        {
            "id": reply.attempt,
            "text": reply.text,
            "at": now.isoformat(),
            "kind": "reply",
            "state": State.ANSWERED,
            **_size(reply.text),
        }
        for reply in replies
        if reply.attempt not in known
    ]


def _size(words: str) -> dict[str, Any]:
    """How a carrier counts the text: encoding, units and segments."""
    size = asdict(render.segments(words))
    return {"encoding": size["encoding"], "units": size["units"], "segments": size["count"]}


@blueprint.errorhandler(Refused)
def _refused(error: Refused) -> tuple[Response, int]:
    return jsonify(error=str(error)), error.status


@blueprint.errorhandler(CSRFError)
def _stale(error: CSRFError) -> tuple[Response, int]:
    return jsonify(error="This page has been open for too long: reload it."), 400


@blueprint.errorhandler(StoreBusy)
@blueprint.errorhandler(StoreFailed)
def _away(error: Exception) -> tuple[Response, int]:
    return jsonify(error="The database doesn't answer. Try again in a moment."), 503
