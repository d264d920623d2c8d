"""Webhooks as Twilio sends them: signed, each with an id of its own."""

import uuid
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from tests.signed import SERVICE_NUMBER, inbound, signature

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


def signed(people: Sequence[int], words: Sequence[str], later: int = 0) -> list[bytes]:
    """One text of each of these people; `later` shifts who sends which words."""
    return [
        request(f"+1212{person:07}", words[(number + later) % len(words)])
        for number, person in enumerate(people)
    ]


def request(
    sender: str, words: str, account: str = ACCOUNT, token: str = TOKEN, public_url: str = PUBLIC
) -> bytes:
    """An HTTP request, whole."""
    form = inbound(AccountSid=account, MessageSid=f"SM{uuid.uuid4().hex}", From=sender, Body=words)
    body = urlencode(form).encode()
    signed_by = signature("/in/twilio", form, token, public_url)
    head = (
        f"POST /in/twilio HTTP/1.1\r\nHost: {urlsplit(public_url).hostname}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nX-Twilio-Signature: {signed_by}\r\n\r\n"
    )
    return head.encode() + body
