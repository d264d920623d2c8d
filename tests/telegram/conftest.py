from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from service.app import create_app
from service.runtime import Runtime
from tests.channels.updates import SECRET, TOKEN
from tests.loopback import loopback
from tests.phone import Wall
from tests.telegram.chat import PUBLIC, Chat


@pytest.fixture
def chat(service: Callable[..., Runtime], database_url: str, wall: Wall) -> Iterator[Chat]:
    with loopback() as api:
        runtime = service(
            database_url=SecretStr(database_url),
            telegram_bot_token=SecretStr(TOKEN),
            telegram_webhook_secret=SecretStr(SECRET),
            telegram_api_url=api.url,
            public_url=PUBLIC,
            secret_key=SecretStr("k" * 32),
            suppression_key=SecretStr("s" * 32),
        )
        yield Chat(runtime, create_app(runtime).test_client(), api)
