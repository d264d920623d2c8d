"""A service on Slack, on either database."""

from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from service import direct
from service.app import create_app
from service.channels import slack
from service.runtime import Runtime
from tests.channels.slack_api import (
    SECRET,
    TOKEN,
    slack_api,
)
from tests.phone import Wall
from tests.slack.workspace import PUBLIC, Workspace


@pytest.fixture
def workspace(
    service: Callable[..., Runtime],
    database_url: str,
    wall: Wall,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Workspace]:
    monkeypatch.setattr(slack, "SPACING", 0.0)  # the tests are faster than people
    monkeypatch.setattr(direct, "AGAIN", 0.0)
    with slack_api() as api:
        runtime = service(
            database_url=SecretStr(database_url),
            slack_bot_token=SecretStr(TOKEN),
            slack_signing_secret=SecretStr(SECRET),
            slack_api_url=f"{api.url}/api",
            slack_rate=100.0,
            public_url=PUBLIC,
            secret_key=SecretStr("k" * 32),
            suppression_key=SecretStr("s" * 32),
        )
        yield Workspace(runtime, create_app(runtime).test_client(), api, wall)
