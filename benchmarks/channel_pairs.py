"""What is compared in channels.py: a channel of ours, and the SDK that it could have used as it is."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from telebot import asyncio_helper
from telebot.async_telebot import AsyncTeleBot
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from config.whatsapp import Templates
from service.channels.slack import Slack
from service.channels.telegram import Telegram
from service.channels.twilio import Twilio
from service.channels.whatsapp import WhatsApp
from service.envelopes import Address, Channel, Outgoing

ACCOUNT = "AC" + "1" * 32
BOT = "123456789:AAE-token_of_a_bot_that_does_not_exist"
BODY = "Upright: stand up, let your arms hang and breathe out slowly, ten times, please."
TWILIO = "Messages.json"
ANSWERS: Mapping[str, Any] = {  # by the last part of the path
    TWILIO: {
        "sid": "SM" + "1" * 32, "account_sid": ACCOUNT, "body": BODY, "status": "queued",
        "num_segments": "1", "num_media": "0", "direction": "outbound-api", "to": "+12125550100",
        "from": "+14155550100", "price": None, "error_code": None, "error_message": None,
        "date_created": format_datetime(datetime.now(UTC)), "date_sent": None, "date_updated": None,
        "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1.json", "api_version": "2010-04-01",
        "subresource_uris": {"media": "/Media.json"}, "price_unit": None, "messaging_service_sid": None,
    },
    "chat.postMessage": {
        "ok": True, "channel": "D024BE91L", "ts": "1772460003.000100",
        "message": {"user": "U0LAN0Z89", "type": "message", "ts": "1772460003.000100", "text": BODY},
    },
    "sendMessage": {
        "ok": True,
        "result": {
            "message_id": 71, "date": 1772460003, "text": BODY,
            "from": {"id": 1, "is_bot": True, "first_name": "Upright", "username": "upright_bot"},
            "chat": {"id": 5_000_000_042, "type": "private", "first_name": "A"},
        },
    },
}  # fmt: skip

Send = Callable[[int], Awaitable[None]]
Opening = Callable[[str], AbstractAsyncContextManager[Send]]


@dataclass(frozen=True)
class Pair:
    """`ours` and `bare` open at an address, and give what sends the n-th text."""

    name: str
    peer: str
    ours: Opening
    bare: Opening


def _through(make: Callable[[str], Channel], handle: Callable[[int], str]) -> Opening:
    @asynccontextmanager
    async def opened(url: str) -> AsyncIterator[Send]:
        channel = make(url)

        async def send(number: int) -> None:
            address = Address(channel.name, handle(number))
            await channel.send(Outgoing(f"a{number}", address, BODY, timedelta(minutes=10)))

        try:
            yield send
        finally:
            await channel.close()

    return opened


def _twilio_sdk(prefix: str) -> Opening:
    @asynccontextmanager
    async def opened(url: str) -> AsyncIterator[Send]:
        http = AsyncTwilioHttpClient()
        client = Client(ACCOUNT, "token", http_client=http)
        client.api.base_url = url

        async def send(number: int) -> None:
            await client.messages.create_async(
                to=f"{prefix}+1{2120000000 + number}",
                from_=f"{prefix}+14155550100",
                body=BODY,
                status_callback=f"https://benchmark.example/status/twilio?attempt=a{number}",
                validity_period=600,
            )

        try:
            yield send
        finally:
            await http.close()

    return opened


@asynccontextmanager
async def _telegram_sdk(url: str) -> AsyncIterator[Send]:
    bot = AsyncTeleBot(BOT)
    asyncio_helper.API_URL = url + "/bot{0}/{1}"
    asyncio_helper.REQUEST_LIMIT = 0

    async def send(number: int) -> None:
        await bot.send_message(5_000_000_000 + number, BODY)

    try:
        yield send
    finally:
        await bot.close_session()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def _slack_sdk(url: str) -> AsyncIterator[Send]:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(token="xoxb-1-a", base_url=f"{url}/", session=session)

        async def send(number: int) -> None:
            await client.chat_postMessage(channel=f"U{number:08}", text=BODY)

        yield send


_TWILIO = "twilio-python, AsyncTwilioHttpClient"
_ACCOUNT: Mapping[str, Any] = {
    "account_sid": ACCOUNT,
    "tokens": "token",
    "public_url": "https://benchmark.example",
    "sender": "+14155550100",
}
PAIRS = (
    Pair(
        "SMS by Twilio",
        _TWILIO,
        _through(lambda url: Twilio(**_ACCOUNT, api_url=url), lambda n: f"+1{2120000000 + n}"),
        _twilio_sdk(""),
    ),
    Pair(
        "WhatsApp by Twilio",
        f"{_TWILIO}: whatsapp",
        _through(
            lambda url: WhatsApp(
                **_ACCOUNT, api_url=url, programme="Upright", templates=Templates()
            ),
            lambda n: f"+1{2120000000 + n}",
        ),
        _twilio_sdk("whatsapp:"),
    ),
    Pair(
        "Telegram",
        "pyTelegramBotAPI, AsyncTeleBot",
        _through(lambda url: Telegram(token=BOT, api_url=url), lambda n: str(5_000_000_000 + n)),
        _telegram_sdk,
    ),
    Pair(
        "Slack",
        "slack_sdk, AsyncWebClient",
        _through(
            lambda url: Slack(token="xoxb-1-a", signing_secret="s", api_url=url),
            lambda n: f"U{n:08}",
        ),
        _slack_sdk,
    ),
)
