"""Twilio SMS: signed webhooks in, TwiML or the REST API out, status callbacks back."""

import asyncio
import logging
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from unicodedata import normalize
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit
from weakref import WeakKeyDictionary
from xml.sax.saxutils import escape

from requests import RequestException
from twilio.base.exceptions import TwilioException

from service.channels import twilio_wire
from service.channels.fitting import fitting
from service.channels.twilio_errors import read_faults
from service.channels.twilio_signature import Form, Seal
from service.envelopes import (
    Address,
    Answer,
    Inbound,
    Knock,
    Outgoing,
    Receipt,
    Reply,
    SendFailed,
    Sent,
    State,
    Verdict,
)

log = logging.getLogger(__name__)
NAME = "sms"
WEBHOOK = "/in/twilio"
STATUS_WEBHOOK = "/status/twilio"
# A word that is missing here is logged and changes nothing.
STATES = {
    "accepted": State.SENT,
    "scheduled": State.SENT,
    "queued": State.SENT,
    "sending": State.SENT,
    "sent": State.SENT,
    "partially_delivered": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.UNDELIVERED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}
FAILURES = frozenset({State.UNDELIVERED, State.FAILED})
KEYWORDS = frozenset({"STOP", "START", "HELP"})
LONGEST = 1600  # characters of a text
VALID_FOR = (10, 36_000)  # seconds; Twilio takes 1 to 36000 and advises against less than 5
SLACK = timedelta(seconds=60)  # between our clock and theirs
SEARCHED = 100  # texts to one number, newest first
_ENDING = "#rc=2&rp=ct,rt,5xx"  # try again: Twilio's connection overrides, which aren't signed
_ENDING_IN_XML = escape(_ENDING)
_IN_QUOTES = {'"': "&quot;"}
_ATTEMPT = re.compile(r"[0-9A-Za-z]{1,32}(?:-[0-9]{1,18})?")
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)  # short codes and names are machines: no answer
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_quoted = lru_cache(maxsize=1024)(quote_plus)  # hundreds get the same words within a minute
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Twilio:
    real = True
    buttons = False
    pictures = False
    prefix = ""  # of handles, as Twilio writes them on the wire

    def __init__(
        self,
        *,
        account_sid: str,
        tokens: str,
        public_url: str,
        sender: str = "",
        service_sid: str = "",
        api_url: str = twilio_wire.API_URL,
        name: str = NAME,
    ) -> None:
        """`tokens`: comma-separated while one is rotated; any verifies, the first one sends."""
        self.name = name
        self._account_sid = account_sid
        given = [token.strip() for token in tokens.split(",") if token.strip()]
        self._token = given[0]
        self._public_url = public_url.rstrip("/")
        self._status_url = f"{self._public_url}{STATUS_WEBHOOK}?attempt="
        self._status_url_in_xml = escape(self._status_url, _IN_QUOTES)
        self._seal = Seal(account_sid, given, self._public_url)
        self._api_url = api_url
        self._sender = (
            {"From": self.prefix + sender}
            if not service_sid
            else {"MessagingServiceSid": service_sid}
        )
        self._faults = read_faults()
        self._asking = twilio_wire.asking(account_sid, self._token, api_url)
        self._wires: WeakKeyDictionary[asyncio.AbstractEventLoop, twilio_wire.Wire]
        self._wires = WeakKeyDictionary()

    def read(self, knock: Knock) -> Inbound | None:
        form = self._seal.open(knock)
        sid, handle = form.first("MessageSid") or form.first("SmsSid"), self._handle(form, "From")
        if not sid or not handle:
            return None
        said = form.first("OptOutType").upper()
        return Inbound(
            address=Address(self.name, handle),
            provider_id=sid,
            text=self._words(form),
            provider_said=said if said in KEYWORDS else "",
        )

    def read_receipt(self, knock: Knock) -> Receipt | None:
        form = self._seal.open(knock)
        word = form.first("MessageStatus") or form.first("SmsStatus")
        sid, handle = form.first("MessageSid") or form.first("SmsSid"), self._handle(form, "To")
        if word not in STATES or not sid:
            log.warning("status_unknown word=%.20r", word)
            return None
        state, code = STATES[word], form.first("ErrorCode")
        failed = self._faults.of(code, form.first("From")) if state in FAILURES else None
        return Receipt(
            attempt=_attempt(knock.target),
            provider_id=sid,
            state=state,
            verdict=failed.verdict if failed else None,
            code=code if failed else "",
            reason=failed.sentence if failed else "",
            address=Address(self.name, handle) if handle else None,
        )

    def _handle(self, form: Form, name: str) -> str:
        """Who sent it, or was to get it; empty for what is no phone number of this channel."""
        given = form.first(name)
        handle = given.removeprefix(self.prefix)
        return handle if given.startswith(self.prefix) and _E164.fullmatch(handle) else ""

    def _words(self, form: Form) -> str:
        return form.first("Body")

    def answer(self, replies: Sequence[Reply], to: Inbound | None = None) -> Answer:
        """As TwiML, written here: building a tree for two tags would take longer than reading the text."""
        messages = "".join(
            f'<Message statusCallback="{self._status_url_in_xml}{quote_plus(reply.attempt)}{_ENDING_IN_XML}">'
            f"{_content(reply)}</Message>"
            for reply in replies
        )
        return Answer(f"{_XML}<Response>{messages}</Response>", "text/xml; charset=utf-8")

    def _callback(self, attempt: str) -> str:
        """The address is signed when Twilio calls it, so the attempt in it can be trusted."""
        return f"{self._status_url}{quote_plus(attempt)}{_ENDING}"

    async def send(self, outgoing: Outgoing) -> Sent:
        shortest, longest = VALID_FOR
        valid = max(shortest, min(longest, int(outgoing.valid_for.total_seconds())))
        form = {
            "To": self.prefix + outgoing.address.handle,
            **self._sender,
            "StatusCallback": self._callback(outgoing.attempt),
            "ValidityPeriod": valid,
        }
        status, told = await self._wire().hand_over(
            f"{urlencode(form)}&{self._payload(outgoing)}".encode()
        )
        if not 200 <= status < 300:
            raise self._faults.refusal(status, told.get("code"))
        return _sent(told["sid"], told.get("status"), told.get("num_segments"))

    def _payload(self, outgoing: Outgoing) -> str:
        """The part of the form that says what is sent."""
        body = f"Body={_quoted(fitting(outgoing.text, LONGEST))}"
        if outgoing.picture is None or not outgoing.picture.url:
            return body
        return f"{body}&MediaUrl={quote_plus(outgoing.picture.url)}"

    def _wire(self) -> twilio_wire.Wire:
        loop = asyncio.get_running_loop()
        if loop not in self._wires:
            self._wires[loop] = twilio_wire.Wire(self._account_sid, self._token, self._api_url)
        return self._wires[loop]

    def look_up(self, outgoing: Outgoing, known: Sequence[str]) -> Sent | None:
        if outgoing.started_at is None:
            raise ValueError("a look-up needs to know when the attempt began: set started_at")
        earliest = outgoing.started_at - SLACK
        try:
            listed = self._asking.messages.list(
                to=self.prefix + outgoing.address.handle, limit=SEARCHED, page_size=SEARCHED
            )
        except TwilioException as error:
            raise _unasked(self._faults.raised(error)) from None
        except (RequestException, ValueError) as error:
            # requests puts the address, and so the number, into its messages.
            raise SendFailed(
                Verdict.RETRY, "unreachable", f"Twilio can't be asked ({type(error).__name__})."
            ) from None
        attempts = [
            message
            for message in listed
            if message.sid not in known
            and _is_of_then(message, earliest)
            and self.carries(message.body or "", outgoing)
        ]
        if not attempts:
            return None
        found = min(attempts, key=lambda message: message.date_created)
        return _sent(found.sid, found.status, found.num_segments)

    def carries(self, body: str, outgoing: Outgoing) -> bool:
        """Is a message with this body the attempt?

        A trial account puts its notice before our text, and smart encoding changes its signs. Every
        text ends with nothing; a row without words was never sent.
        """
        wanted = letters(outgoing.text)
        return bool(wanted) and letters(body).endswith(wanted)

    async def close(self) -> None:
        """Of the running event loop only: another loop's connections are that loop's to close."""
        wire = self._wires.pop(asyncio.get_running_loop(), None)
        if wire:
            await wire.close()


def _content(reply: Reply) -> str:
    if reply.picture is None or not reply.picture.url:
        return _in_xml(reply.text)
    return f"<Body>{_in_xml(reply.text)}</Body><Media>{_in_xml(reply.picture.url)}</Media>"


@lru_cache(maxsize=1024)  # as for _quoted
def _in_xml(text: str) -> str:
    """Without what XML forbids: one such character, and Twilio drops the whole answer (error 12100)."""
    return escape(fitting(_NOT_XML.sub("", text), LONGEST))


def _attempt(target: str) -> str:
    """The one that a callback names; what can be none of ours isn't looked up."""
    named = parse_qs(urlsplit(target).query).get("attempt", [""])[0]
    return named if _ATTEMPT.fullmatch(named) else ""


def _is_of_then(message: Any, earliest: datetime) -> bool:
    return bool(
        message.direction == "outbound-api"
        and message.date_created
        and message.date_created >= earliest
    )


def letters(text: str) -> str:
    return "".join(char for char in normalize("NFKC", text) if char.isalnum())


def _sent(sid: str, status: Any, num_segments: Any) -> Sent:
    """`num_segments` is "0" until a Messaging Service has chosen its sender."""
    segments = str(num_segments or "")
    return Sent(
        provider_id=sid,
        state=STATES.get(status, State.SENT),
        segments=(int(segments) or None) if segments.isdecimal() else None,
    )


def _unasked(failure: SendFailed) -> SendFailed:
    """A question that failed sent nothing, so it may be asked again."""
    if failure.verdict in {Verdict.SLOW_DOWN, Verdict.SET_UP}:
        return failure
    return SendFailed(Verdict.RETRY, failure.code, failure.reason)
