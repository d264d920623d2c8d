"""From a signed webhook to a reminder at the provider and its receipt, over real HTTP."""

from collections.abc import Callable

from pydantic import SecretStr

from service.app import create_app
from service.runtime import Runtime
from tests.conftest import BOTH
from tests.loopback import loopback
from tests.phone import Phone, Wall
from tests.signed import ACCOUNT, PUBLIC_URL, TOKEN, inbound, post_signed, status

pytestmark = BOTH


def test_a_person_joins_by_webhook_and_gets_a_reminder_that_is_receipted(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    with loopback() as provider:
        runtime = service(
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=SecretStr(TOKEN),
            twilio_from="+14155550100",
            twilio_api_url=provider.url,
            public_url=PUBLIC_URL,
        )
        client = create_app(runtime).test_client()
        phone = Phone(runtime, wall, "+12125550123", "sms")
        for number, words in enumerate(("REMIND", "YES")):
            answer = post_signed(
                client, "/in/twilio", inbound(Body=words, MessageSid=f"SM{number}")
            )
            assert answer.status_code == 200
        phone.until(2026, 3, 2, 10, 0)
        reminder = phone.entries()[-1]
        assert [sent["To"] for sent in provider.sent] == ["+12125550123"]
        assert provider.sent[0]["Body"] == reminder.text
        callback = provider.sent[0]["StatusCallback"].partition("#")[0].removeprefix(PUBLIC_URL)
        told = status("delivered", MessageSid=provider.messages[0]["sid"])
        assert post_signed(client, callback, told).status_code == 204
        assert phone.entries()[-1].state == "delivered"
