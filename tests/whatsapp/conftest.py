from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from service.app import create_app
from service.runtime import Runtime
from tests.channels.whatsapp_line import SENDER, TEMPLATES
from tests.loopback import loopback
from tests.phone import Phone, Wall
from tests.signed import ACCOUNT, PUBLIC_URL, SERVICE_NUMBER, TOKEN
from tests.whatsapp.ada import NUMBER, Ada


@pytest.fixture
def make(service: Callable[..., Runtime], wall: Wall) -> Iterator[Callable[..., Ada]]:
    with loopback() as api:

        def person(**changes: object) -> Ada:
            account = {
                "twilio_account_sid": ACCOUNT,
                "twilio_auth_token": SecretStr(TOKEN),
                "twilio_from": SERVICE_NUMBER,
                "twilio_whatsapp_from": SENDER,
                "whatsapp_templates": TEMPLATES,
                "twilio_api_url": api.url,
                "public_url": PUBLIC_URL,
            }
            runtime = service(**account | changes)
            phone = Phone(runtime, wall, NUMBER, "whatsapp")
            return Ada(runtime, create_app(runtime).test_client(), api, phone)

        yield person


@pytest.fixture
def ada(make: Callable[..., Ada]) -> Ada:
    return make()
