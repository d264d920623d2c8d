"""Webhooks as Twilio sends them: signed, each with an id of its own."""

import uuid
from collections.abc import Mapping, Sequence
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

from service.channels.twilio import STATUS_WEBHOOK, WEBHOOK
from service.conversation.history import attempt_of
from service.envelopes import Address, Inbound
from tests.signed import SERVICE_NUMBER, inbound, signature, status

ACCOUNT, TOKEN = "AC" + "0" * 32, "benchmark-token"
PUBLIC = "https://benchmark.example"
SETTINGS = {
    "PUBLIC_URL": PUBLIC,
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TWILIO_FROM": SERVICE_NUMBER,
    "SECRET_KEY": "benchmark",
    "SUPPRESSION_KEY": "benchmark-suppression",
    "BACKGROUND": "0",
}


def signed(
    people: Sequence[int], words: Sequence[str], later: int = 0, series: str = ""
) -> list[bytes]:
    """One text of each of these people; `later` shifts who sends which words."""
    return [
        request(
            _number(person),
            words[(place + later) % len(words)],
            sid=_sid(series, later, person),
        )
        for place, person in enumerate(people)
    ]


def reports(people: Sequence[int], later: int = 0, series: str = "") -> list[bytes]:
    """That the first text of each answer to `signed` was delivered."""
    return [_report(_number(person), _sid(series, later, person)) for person in people]


def request(
    sender: str,
    words: str,
    account: str = ACCOUNT,
    token: str = TOKEN,
    public_url: str = PUBLIC,
    sid: str = "",
) -> bytes:
    """A text that came, as an HTTP request, whole; without a `sid` it gets one."""
    sid = sid or f"SM{uuid.uuid4().hex}"
    form = inbound(AccountSid=account, MessageSid=sid, From=sender, Body=words)
    return _posted(WEBHOOK, form, token, public_url)


def _report(to: str, answered: str) -> bytes:
    came = Inbound(address=Address("sms", to), provider_id=answered, text="")
    path = f"{STATUS_WEBHOOK}?attempt={attempt_of(came, 0)}"
    form = status("delivered", AccountSid=ACCOUNT, To=to, MessageSid=f"SM{uuid.uuid4().hex}")
    return _posted(path, form, TOKEN, PUBLIC)


def _posted(path: str, form: Mapping[str, str], token: str, public_url: str) -> bytes:
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(public_url).hostname}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {signature(path, form, token, public_url)}\r\n\r\n"
    )
    return head.encode() + body


def _number(person: int) -> str:
    return f"+1212{person:07}"


def _sid(series: str, later: int, person: int) -> str:
    """The same for the same text, so that what became of its answer can be reported."""
    return "SM" + sha256(f"{series}-{later}-{person}".encode()).hexdigest()[:32]
