"""What Twilio's console says about our account: asked by `doctor`, never while texting."""

from dataclasses import dataclass

from requests import RequestException
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from service.channels import twilio_wire
from service.channels.twilio_errors import read_faults
from service.envelopes import SendFailed, Verdict


@dataclass(frozen=True, slots=True)
class Account:
    status: str  # active, suspended, closed
    trial: bool  # texts verified numbers only, with a notice before each text


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Twilio takes the texts that come in at one place of the account."""

    place: str  # a number of ours, or "Messaging Service MG..."
    url: str  # "" where none is entered
    method: str  # POST or GET


@dataclass(frozen=True, slots=True)
class Approval:
    """How a template of the account stands at Meta."""

    status: str  # approved, pending, received, rejected, paused, disabled, unsubmitted; "" for none
    category: str = ""  # UTILITY, MARKETING, AUTHENTICATION
    reason: str = ""  # of a rejection


class Console:
    """Blocking. Every question raises SendFailed when it can't be answered."""

    def __init__(self, *, account_sid: str, token: str, api_url: str = twilio_wire.API_URL) -> None:
        self._client = twilio_wire.asking(account_sid, token, api_url)
        self._account_sid = account_sid

    def account(self) -> Account:
        try:
            found = self._client.api.v2010.accounts(self._account_sid).fetch()
        except (TwilioException, RequestException, ValueError) as error:
            raise _failure(error) from None
        return Account(found.status or "", found.type == "Trial")

    def hooks(self, *, sender: str = "", service_sid: str = "") -> list[Hook]:
        """Of the Messaging Service where there is one, else of the number; none: not in the account."""
        try:
            if service_sid:
                return _of_service(self._client, service_sid)
            return _of_number(self._client, sender)
        except (TwilioException, RequestException, ValueError) as error:
            raise _failure(error) from None

    def template(self, sid: str) -> Approval:
        """Of a Content SID; status "" where the account has no such template."""
        try:
            told = self._client.content.v1.contents(sid).approval_fetch().fetch().whatsapp or {}
        except (TwilioException, RequestException, ValueError) as error:
            if getattr(error, "status", 0) == 404:
                return Approval("")
            raise _failure(error) from None
        status, category, reason = (
            str(told.get(name) or "") for name in ("status", "category", "rejection_reason")
        )
        return Approval(status or "unsubmitted", category, reason)


def _of_service(client: Client, sid: str) -> list[Hook]:
    """A service may leave each of its numbers to its own webhook."""
    service = client.messaging.v1.services(sid)
    found = service.fetch()
    if not found.use_inbound_webhook_on_number:
        place = f"Messaging Service {sid}"
        return [Hook(place, found.inbound_request_url or "", found.inbound_method or "POST")]
    numbers = [row.phone_number for row in service.phone_numbers.list(limit=20)]
    return [hook for number in numbers for hook in _of_number(client, number)]


def _of_number(client: Client, number: str) -> list[Hook]:
    """A number that belongs to a TwiML application is answered by that; its own webhook sleeps."""
    hooks = []
    for row in client.incoming_phone_numbers.list(phone_number=number, limit=1):
        source = row
        if row.sms_application_sid:
            source = client.applications(row.sms_application_sid).fetch()
        hooks.append(Hook(number, source.sms_url or "", source.sms_method or "POST"))
    return hooks


def _failure(error: Exception) -> SendFailed:
    """Twilio's words and those of requests hold addresses and numbers: only our own are passed on."""
    if isinstance(error, TwilioException):
        return read_faults().raised(error)
    return SendFailed(
        Verdict.RETRY, "unreachable", f"Twilio can't be asked ({type(error).__name__})."
    )
