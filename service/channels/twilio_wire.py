"""How we speak HTTP with Twilio: one asyncio session for sends, a blocking client for questions."""

import json
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from service.envelopes import SendFailed, Verdict

API_URL = "https://api.twilio.com"
# `connect` covers name look-up, TCP and TLS: while it runs nothing of ours has been sent.
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
PATIENCE = 5  # seconds for a blocking question: a process that is told to end has ten in all
_LOGGERS = ("twilio.http_client", "twilio.async_http_client")


class Wire(AsyncHttpClient):  # type: ignore[misc]  # twilio has no types
    """Sends, over one pooled session of the running event loop.

    twilio's AsyncTwilioHttpClient has no time-out, hides the headers of a refusal (Retry-After),
    logs recipients, and passes on credentials in a way that aiohttp is about to drop.
    """

    def __init__(self) -> None:
        super().__init__(logging.getLogger(__name__), True)
        # How many are in flight is the caller's choice: no second limit in the pool.
        self._session = aiohttp.ClientSession(
            timeout=TIMEOUT,
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def request(
        self,
        method: str,
        uri: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Raises SendFailed for what the SDK can't tell from the body alone."""
        credentials = {"Authorization": aiohttp.encode_basic_auth(*auth)} if auth else {}
        try:
            async with self._session.request(
                method,
                uri,
                params=params,
                data=data,
                headers={**(headers or {}), **credentials},
                allow_redirects=allow_redirects,
            ) as answer:
                text = (await answer.read()).decode("utf-8", "replace")
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
        if 200 <= answer.status < 300 and not _names_message(text):
            raise SendFailed(Verdict.DOUBTFUL, "unreadable", "Twilio's answer can't be read.")
        return Response(answer.status, text, answer.headers)

    async def close(self) -> None:
        await self._session.close()


def client(account_sid: str, token: str, api_url: str, wire: Any) -> Client:
    """An SDK client that calls `api_url`. It would read TWILIO_EDGE and the like by itself: it may not."""
    made = Client(account_sid, token, http_client=wire, environment={"TWILIO_EDGE": ""})
    made.api.base_url = api_url
    if api_url != API_URL:
        made.messaging.base_url = api_url
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


def _names_message(text: str) -> bool:
    try:
        answer = json.loads(text)
    except ValueError:
        return False
    return isinstance(answer, dict) and bool(answer.get("sid"))
