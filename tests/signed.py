"""Requests as Twilio signs them."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

ACCOUNT = "AC" + "0" * 32
TOKEN = "12345"
PUBLIC_URL = "https://sms.example.org"
SERVICE_NUMBER = "+14155550100"

Form = Mapping[str, str | Sequence[str]]


class Values(dict[str, list[str]]):
    """What RequestValidator takes for a form with repeated names."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def inbound(**fields: str) -> dict[str, str]:
    """An incoming text with everything Twilio always sends."""
    return {
        "MessageSid": "SM" + "1" * 32,
        "AccountSid": ACCOUNT,
        "From": "+12125550123",
        "To": SERVICE_NUMBER,
        "Body": "POSTURE",
        "NumMedia": "0",
    } | fields


def status(word: str, **fields: str) -> dict[str, str]:
    """A status callback."""
    return {
        "MessageSid": "SM" + "2" * 32,
        "AccountSid": ACCOUNT,
        "From": SERVICE_NUMBER,
        "To": "+12125550123",
        "MessageStatus": word,
    } | fields


def signature(path: str, form: Form, token: str = TOKEN, url: str = PUBLIC_URL) -> str:
    values = Values({name: [v] if isinstance(v, str) else list(v) for name, v in form.items()})
    return str(RequestValidator(token).compute_signature(url + path, values))


def post_signed(
    client: FlaskClient, path: str, form: Form, token: str = TOKEN, url: str = PUBLIC_URL
) -> TestResponse:
    """Post a form to `path` (query included) with the signature that Twilio would give it."""
    return client.post(
        path,
        data=urlencode(form, doseq=True),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature(path, form, token, url)},
    )
