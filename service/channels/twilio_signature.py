"""Twilio's proof that a request is its own."""

import base64
import hmac
from collections.abc import Sequence

from twilio.request_validator import RequestValidator, get_signature_algorithm

from service.envelopes import Knock, Unverified

_DIGESTS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}


class Form(dict[str, list[str]]):
    """Repeated names kept, as RequestValidator asks for them: each value is signed."""

    def getall(self, name: str) -> list[str]:
        return self[name]

    def first(self, name: str) -> str:
        return self.get(name, [""])[0]


class Seal:
    def __init__(self, account_sid: str, tokens: Sequence[str], public_url: str) -> None:
        """The public address counts, not the one that reached us: a proxy in between changes that."""
        self._account_sid = account_sid
        self._validators = [RequestValidator(token) for token in tokens]
        self._public_url = public_url

    def open(self, knock: Knock) -> Form:
        """The form of a request that is proven to be Twilio's and for our account. Raises Unverified."""
        form = Form()
        for name, value in knock.form:
            form.setdefault(name, []).append(value)
        signature = knock.headers.get("x-twilio-signature")
        if not signature:
            raise Unverified("the request has no X-Twilio-Signature header")
        settings = knock.headers.get("x-twilio-webhooks-signature-settings", "")
        algorithm = get_signature_algorithm(settings).upper()
        if algorithm not in _DIGESTS or not knock.target.startswith("/"):
            raise Unverified("the request is signed in a way that we don't know")
        url = self._public_url + knock.target
        if not any(_fits(each, url, form, signature, algorithm) for each in self._validators):
            raise Unverified(
                "the signature doesn't fit: PUBLIC_URL must be the address entered at Twilio, "
                "TWILIO_AUTH_TOKEN the account's"
            )
        if form.first("AccountSid") != self._account_sid:
            raise Unverified("the request is for another account than TWILIO_ACCOUNT_SID")
        return form


def _fits(
    validator: RequestValidator, url: str, form: Form, signature: str, algorithm: str
) -> bool:
    """Signed over the address as it was entered; `validate` also tries it with and without its port."""
    once = all(len(values) == 1 for values in form.values())
    ours = _signature(validator, url, form, algorithm) if once else b""
    return hmac.compare_digest(ours, signature.encode()) or bool(
        validator.validate(url, form, signature, algorithm)
    )


def _signature(validator: RequestValidator, url: str, form: Form, algorithm: str) -> bytes:
    """The signature over an address and a form in which no name comes twice, as almost all are.

    The library's own takes several times as long.
    """
    signed = url + "".join(f"{name}{form[name][0]}" for name in sorted(form))
    digest = hmac.digest(validator.token, signed.encode(), _DIGESTS[algorithm])
    return base64.b64encode(digest)
