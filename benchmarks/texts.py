"""Webhooks as Twilio sends them: signed, each with an id of its own."""

import uuid
from collections.abc import Sequence
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

ACCOUNT, TOKEN = "AC" + "0" * 32, "benchmark-token"
PUBLIC, NUMBER = "https://benchmark.example", "+14155550199"
SETTINGS = {
    "PUBLIC_URL": PUBLIC,
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "TWILIO_FROM": NUMBER,
    "SECRET_KEY": "benchmark",
    "SUPPRESSION_KEY": "benchmark-suppression",
    "BACKGROUND": "0",
}
_VALIDATOR = RequestValidator(TOKEN)


def signed(people: Sequence[int], words: Sequence[str], later: int = 0) -> list[bytes]:
    """One text of each of these people; `later` shifts who sends which words."""
    return [
        request(f"+1212{person:07}", words[(number + later) % len(words)])
        for number, person in enumerate(people)
    ]


def request(sender: str, words: str) -> bytes:
    form = {
        "MessageSid": f"SM{uuid.uuid4().hex}",
        "AccountSid": ACCOUNT,
        "From": sender,
        "To": NUMBER,
        "Body": words,
        "NumMedia": "0",
    }
    body = urlencode(form).encode()
    head = (
        "POST /in/twilio HTTP/1.1\r\nHost: benchmark.example\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {_VALIDATOR.compute_signature(f'{PUBLIC}/in/twilio', form)}\r\n\r\n"
    )
    return head.encode() + body
