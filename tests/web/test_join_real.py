"""The page /join where texts cost money: which numbers it takes, and over which channel."""

import html
from collections.abc import Callable
from secrets import token_hex
from typing import Any

import pytest
from pydantic import SecretStr

from service.runtime import Runtime
from tests import servers
from tests.channels import updates
from tests.conftest import NEEDS_REDIS
from tests.phone import Phone, Wall
from tests.web.doors import REAL
from tests.web.joining import NUMBER, visitor

CHAT_ONLY = {
    "telegram_bot_token": SecretStr(updates.TOKEN),
    "telegram_webhook_secret": SecretStr(updates.SECRET),
}


def test_a_real_service_texts_by_sms(service: Callable[..., Runtime], wall: Wall) -> None:
    page = visitor(service(**REAL), wall)
    page.join()
    (row,) = page.queued()
    assert (row.channel, row.kind, row.key, row.state) == ("sms", "consent", "OPTIN_ASK", "queued")


@pytest.mark.parametrize(
    ("number", "countries", "told"),
    [
        ("+49 171 3920012", "", "can't text numbers of this country (Germany)"),
        ("+44 20 7946 0123", "US GB", "not the number of a mobile phone"),
        ("+1 800 555 0100", "", "not the number of a mobile phone"),
        ("+1 900 555 0100", "", "not the number of a mobile phone"),
        ("123 4567", "", "no phone number that we can read"),
        ("+44 7700 900123", "US GB", "no phone number that we can read"),  # for films: nobody's
    ],
)
def test_a_number_that_cant_be_texted_is_refused_with_the_reason(
    service: Callable[..., Runtime], wall: Wall, number: str, countries: str, told: str
) -> None:
    page = visitor(service(**REAL, join_countries=countries), wall)
    answer = page.send(number=number)
    assert (answer.status_code, page.queued()) == (200, [])
    assert told in html.unescape(answer.text)


def test_only_the_countries_that_are_texted_can_be_chosen(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    own = visitor(service(**REAL), wall).client.get("/join").text
    assert own.count("(+") == 1
    two = visitor(service(**REAL, join_countries="GB DE"), wall).client.get("/join").text
    assert "Germany (+49)" in two
    assert "United States" not in two


@pytest.mark.parametrize(
    "changes",
    [CHAT_ONLY, REAL | {"twilio_from": "", "twilio_messaging_service_sid": "MG" + "0" * 32}],
    ids=["no sms", "no country"],
)
def test_where_nothing_can_be_texted_there_is_no_form(
    service: Callable[..., Runtime], wall: Wall, changes: dict[str, Any]
) -> None:
    page = visitor(service(**changes), wall)
    shown = html.unescape(page.client.get("/join").text)
    assert "<form" not in shown
    assert "You can't join by giving your number here" in shown
    assert 'href="/join"' not in page.client.get("/").text


def test_who_left_on_whatsapp_is_not_texted_by_sms(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    runtime = service(**REAL)
    Phone(runtime, wall, NUMBER, "whatsapp").text("STOP")
    page = visitor(runtime, wall)
    page.join()
    assert [row.channel for row in page.queued() if row.key == "OPTIN_ASK"] == []


@NEEDS_REDIS
def test_processes_count_a_client_together_over_redis(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    runtime = service(broker_url=SecretStr(servers.REDIS), join_client_limit=5)
    address = f"198.51.100.{token_hex(4)}"  # others use the server meanwhile
    one, other = (visitor(runtime, wall).elsewhere(address) for _ in range(2))
    tokens = one.token(), other.token()
    assert [one.send(tokens[0]).status_code for _ in range(5)] == [303] * 5
    assert other.send(tokens[1]).status_code == 429


def test_without_redis_each_process_counts_by_itself(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    away = SecretStr("redis://127.0.0.1:1/0")
    page = visitor(service(broker_url=away, join_client_limit=5), wall)
    token = page.token()
    assert [page.send(token).status_code for _ in range(6)] == [303] * 5 + [429]
