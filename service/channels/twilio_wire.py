"""How we speak HTTP with Twilio: one asyncio session for sends, a blocking client for questions."""

import json
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from service.envelopes import SendFailed, Verdict

API_URL = "https://api.twilio.com"
# `connect` covers name look-up, TCP and TLS: while it runs nothing of ours has been sent.
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
PATIENCE = 5  # seconds for a blocking question: a process that is told to end has ten in all
_LOGGERS = ("twilio.http_client", "twilio.async_http_client")


class Wire:
    """Sends, over one pooled session of the running event loop.

    Not through the SDK: its asyncio client has no time-out, hides the headers of a refusal (Retry-After) and
    logs recipients, and its layers above HTTP would be a third of the cost of a text.
    """

    def __init__(self, account_sid: str, token: str, api_url: str) -> None:
        self._messages = f"{api_url}/2010-04-01/Accounts/{account_sid}/Messages.json"
        # How many are in flight is the caller's choice: no second limit in the pool.
        self._session = aiohttp.ClientSession(
            timeout=TIMEOUT,
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "Authorization": aiohttp.encode_basic_auth(account_sid, token),
                "Accept": "application/json",
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": "upright",
            },
        )

    async def hand_over(self, form: bytes) -> tuple[int, Mapping[str, Any]]:
        """Twilio's status and what it says about the message, or about its refusal; empty: unreadable.

        Raises SendFailed where that alone doesn't decide what follows.
        """
        try:
            async with self._session.post(
                self._messages, data=form, allow_redirects=False
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise _unreachable(error) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SendFailed(
                Verdict.DOUBTFUL, "no_answer", f"Twilio didn't answer ({type(error).__name__})."
            ) from error
        if answer.status == 429:
            raise SendFailed(
                Verdict.SLOW_DOWN,
                "20429",
                "Twilio wants fewer requests at once.",
                wait=_seconds(answer.headers.get("Retry-After", "")),
            )
        told = _told(body)
        if 200 <= answer.status < 300 and not told.get("sid"):
            raise SendFailed(Verdict.DOUBTFUL, "unreadable", "Twilio's answer can't be read.")
        return answer.status, told

    async def close(self) -> None:
        await self._session.close()


def client(account_sid: str, token: str, api_url: str, wire: Any) -> Client:
    """An SDK client that calls `api_url`. It would read TWILIO_EDGE and the like by itself: it may not."""
    made = Client(account_sid, token, http_client=wire, environment={"TWILIO_EDGE": ""})
    made.api.base_url = api_url
    if api_url != API_URL:
        made.messaging.base_url = made.content.base_url = api_url
    return made


def asking(account_sid: str, token: str, api_url: str = API_URL) -> Client:
    """A blocking client, for questions only."""
    hush()
    return client(account_sid, token, api_url, TwilioHttpClient(timeout=PATIENCE))


def hush() -> None:
    """twilio logs whole addresses at INFO, and those hold people's numbers."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def _unreachable(error: Exception) -> SendFailed:
    return SendFailed(
        Verdict.RETRY, "unreachable", f"Twilio couldn't be reached ({type(error).__name__})."
    )


def _seconds(retry_after: str) -> float:
    """Retry-After in seconds, five minutes at most; its other form, a date, counts as not given."""
    return min(float(retry_after[:6]), 300.0) if retry_after.isdecimal() else 0.0


def _told(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
