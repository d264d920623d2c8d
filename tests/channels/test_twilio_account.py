"""What `doctor` learns from Twilio about our account."""

from collections.abc import Iterator

import pytest
import responses
from requests import ConnectionError as NoConnection

from service.channels.twilio_account import Account, Console, Hook
from service.envelopes import SendFailed, Verdict
from tests.signed import ACCOUNT, SERVICE_NUMBER, TOKEN

API = "https://api.twilio.com/2010-04-01/Accounts/" + ACCOUNT
SERVICE = "MG" + "0" * 32
SERVICES = f"https://messaging.twilio.com/v1/Services/{SERVICE}"
OURS = "https://sms.example.org/in/twilio"


@pytest.fixture
def twilio() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as played:
        yield played


@pytest.fixture
def console() -> Console:
    return Console(account_sid=ACCOUNT, token=TOKEN)


def number(twilio: responses.RequestsMock, **fields: str) -> None:
    row = {"phone_number": SERVICE_NUMBER, "sms_url": OURS, "sms_method": "POST"} | fields
    listed = {"incoming_phone_numbers": [row], "next_page_uri": None}
    twilio.get(f"{API}/IncomingPhoneNumbers.json", json=listed)


@pytest.mark.parametrize(
    ("status", "kind", "account"),
    [
        ("active", "Full", Account("active", trial=False)),
        ("active", "Trial", Account("active", trial=True)),
        ("suspended", "Full", Account("suspended", trial=False)),
    ],
)
def test_the_accounts_state_is_told(
    twilio: responses.RequestsMock, console: Console, status: str, kind: str, account: Account
) -> None:
    twilio.get(f"{API}.json", json={"sid": ACCOUNT, "status": status, "type": kind})
    assert console.account() == account


def test_a_numbers_webhook_is_told(twilio: responses.RequestsMock, console: Console) -> None:
    number(twilio, sms_method="GET")
    assert console.hooks(sender=SERVICE_NUMBER) == [Hook(SERVICE_NUMBER, OURS, "GET")]
    assert "PhoneNumber=%2B14155550100" in str(twilio.calls[0].request.url)


def test_a_number_of_an_application_is_answered_by_that(
    twilio: responses.RequestsMock, console: Console
) -> None:
    number(twilio, sms_application_sid="AP1")
    elsewhere = {"sid": "AP1", "sms_url": "https://elsewhere.example", "sms_method": "POST"}
    twilio.get(f"{API}/Applications/AP1.json", json=elsewhere)
    assert [hook.url for hook in console.hooks(sender=SERVICE_NUMBER)] == [elsewhere["sms_url"]]


def test_a_number_that_is_not_ours_has_no_webhook(
    twilio: responses.RequestsMock, console: Console
) -> None:
    twilio.get(f"{API}/IncomingPhoneNumbers.json", json={"incoming_phone_numbers": []})
    assert console.hooks(sender=SERVICE_NUMBER) == []


def test_a_services_webhook_comes_before_its_numbers(
    twilio: responses.RequestsMock, console: Console
) -> None:
    twilio.get(SERVICES, json={"sid": SERVICE, "inbound_request_url": None})
    assert console.hooks(service_sid=SERVICE) == [Hook(f"Messaging Service {SERVICE}", "", "POST")]


def test_a_service_may_leave_its_numbers_to_themselves(
    twilio: responses.RequestsMock, console: Console
) -> None:
    twilio.get(SERVICES, json={"sid": SERVICE, "use_inbound_webhook_on_number": True})
    numbers = {"phone_numbers": [{"phone_number": SERVICE_NUMBER}]}
    meta = {"meta": {"key": "phone_numbers", "next_page_url": None}}
    twilio.get(f"{SERVICES}/PhoneNumbers", json=numbers | meta)
    number(twilio)
    assert console.hooks(service_sid=SERVICE) == [Hook(SERVICE_NUMBER, OURS, "POST")]


def test_wrong_credentials_are_a_fault_of_the_set_up(
    twilio: responses.RequestsMock, console: Console
) -> None:
    twilio.get(f"{API}.json", status=401, json={"code": 20003, "message": "Authenticate"})
    with pytest.raises(SendFailed) as caught:
        console.account()
    assert caught.value.verdict is Verdict.SET_UP
    assert "TWILIO_AUTH_TOKEN" in caught.value.reason


@pytest.mark.parametrize("body", [NoConnection("no route"), "<html>"])
def test_a_question_without_an_answer_says_so(
    twilio: responses.RequestsMock, console: Console, body: str | Exception
) -> None:
    twilio.get(f"{API}.json", body=body)
    with pytest.raises(SendFailed, match="can't be asked"):
        console.account()
