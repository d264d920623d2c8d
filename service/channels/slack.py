"""Slack: requests proven by a signature over their raw body, texts through the Web API.

https://docs.slack.dev/
"""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakKeyDictionary

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import Clock, SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from service.channels import slack_blocks, slack_errors, slack_events
from service.channels.slack_account import API_URL, EVENT, SlackAccount, quiet
from service.channels.slack_events import Heard, heard, is_ssl_check
from service.envelopes import (
    Answer,
    Inbound,
    Knock,
    Outgoing,
    Receipt,
    Reply,
    SendFailed,
    Sent,
    Unverified,
    Verdict,
    as_one,
)

NAME = slack_events.NAME
WEBHOOK = "/in/slack"
COMMAND = "/back"
EVENTS = ("app_home_opened", "app_uninstalled", "message.im", "tokens_revoked")
LARGEST = 1024 * 1024  # bytes: a text of 40,000 characters comes twice, six bytes each
SPACING = 1.0  # seconds between two texts to one person
_KNOWN = 10_000  # people whose last text is remembered for that
# `connect` covers name look-up, TCP and TLS: while it runs nothing of ours has been sent.
_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
_PLAIN = "text/plain; charset=utf-8"


class _Now(Clock):
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    def now(self) -> float:
        return self._now()


class Slack:
    name = NAME
    real = True
    buttons = True
    pictures = True

    def __init__(
        self,
        *,
        token: str,
        signing_secret: str,
        api_url: str = API_URL,
        now: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """`now`: seconds since 1970, for the age of a signature; `ticks`: seconds that only go on."""
        self._token = token
        self._api_url = api_url
        self._verifier = SignatureVerifier(signing_secret, _Now(now))
        self._account = SlackAccount(token=token, api_url=api_url)
        self._ticks = ticks
        self._last: OrderedDict[str, float] = OrderedDict()
        self._pacing = Lock()
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncWebClient]
        self._clients = WeakKeyDictionary()

    def hear(self, knock: Knock) -> Heard:
        """All that a request may say, of which `read` gives texts alone. Raises Unverified."""
        if is_ssl_check(knock.body):
            return None
        self._prove(knock)
        return heard(knock.body)

    def read(self, knock: Knock) -> Inbound | None:
        said = self.hear(knock)
        return said if isinstance(said, Inbound) else None

    def read_receipt(self, knock: Knock) -> Receipt | None:
        raise Unverified("Slack sends no receipts")

    def answer(self, replies: Sequence[Reply], to: Inbound | None = None) -> Answer:
        """What only the person who typed the command sees."""
        if not replies:
            return Answer("", _PLAIN)
        whole = as_one(replies)
        told = slack_blocks.message(whole.text, choices=whole.choices, picture=whole.picture)
        return Answer(json.dumps({"response_type": "ephemeral", **told}), "application/json")

    async def send(self, outgoing: Outgoing) -> Sent:
        try:
            if outgoing.edits and outgoing.edits.message and outgoing.edits.text:
                return await self._edit(outgoing)
            return await self._post(outgoing)
        except SlackApiError as refusal:
            raise slack_errors.refused(refusal) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise SendFailed(Verdict.RETRY, "unreachable", "Slack couldn't be reached.") from None
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise SendFailed(Verdict.DOUBTFUL, "no_answer", "Slack didn't answer.") from None
        except (AttributeError, KeyError, TypeError, ValueError):  # none of Slack's own
            raise slack_errors.unreadable() from None

    def look_up(self, outgoing: Outgoing, known: Sequence[str]) -> Sent | None:
        """Our texts carry their attempt's id, which only we can read back."""
        if outgoing.edits:
            chat, _, ts = outgoing.edits.message.partition(":")
            if self._account.written_into(chat, ts, outgoing.attempt):
                return Sent(outgoing.edits.message)
        chat = next((id_.partition(":")[0] for id_ in known if ":" in id_), "")
        chat = chat or self._account.chat_with(outgoing.address.handle)
        ts = self._account.sent_since(chat, outgoing.attempt, outgoing.started_at)
        return Sent(f"{chat}:{ts}") if ts else None

    def show_home(self, handle: str, texts: Sequence[str], choices: Sequence[str]) -> None:
        """Put these into somebody's home tab (blocking). Raises SendFailed."""
        blocks = [block for text in texts for block in slack_blocks.sections(text)]
        self._account.publish(handle, [*blocks, *slack_blocks.buttons(choices)])

    async def close(self) -> None:
        """Of the running event loop only: another loop's connections are that loop's to close."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None and client.session is not None:
            await client.session.close()

    def _prove(self, knock: Knock) -> None:
        headers = {
            name: knock.headers.get(name, "")
            for name in ("x-slack-request-timestamp", "x-slack-signature")
        }
        try:
            proven = self._verifier.is_valid_request(knock.body, headers)
        except (TypeError, ValueError):  # a time that is no number, a signature beyond ASCII
            proven = False
        if not proven:
            raise Unverified(
                "the signature doesn't fit, or is older than five minutes: check "
                "SLACK_SIGNING_SECRET and this machine's clock"
            )

    async def _post(self, outgoing: Outgoing) -> Sent:
        self._keep_apart(outgoing)
        told = await _shown(
            self._client().chat_postMessage,
            outgoing,
            channel=outgoing.address.handle,
            mrkdwn=False,
            unfurl_links=False,
            unfurl_media=False,
        )
        chat, ts = told.get("channel"), told.get("ts")
        if not (chat and ts):
            raise slack_errors.unreadable()
        return Sent(f"{chat}:{ts}")

    async def _edit(self, outgoing: Outgoing) -> Sent:
        """One that was deleted meanwhile is answered with a text of its own."""
        assert outgoing.edits is not None
        chat, _, ts = outgoing.edits.message.partition(":")
        try:
            await _shown(self._client().chat_update, outgoing, channel=chat, ts=ts)
        except SlackApiError as refusal:
            if slack_errors.name_of(refusal) not in slack_errors.UNCHANGEABLE:
                raise
            return await self._post(outgoing)
        return Sent(outgoing.edits.message)

    def _keep_apart(self, outgoing: Outgoing) -> None:
        """Slack takes one text a second in a chat, and bears with a few more.

        Raises SendFailed for one that comes earlier and isn't urgent.
        """
        handle = outgoing.address.handle
        with self._pacing:
            now = self._ticks()
            passed = now - self._last.get(handle, now - SPACING)
            if passed < SPACING and not outgoing.urgent:
                raise SendFailed(
                    Verdict.TOO_SOON,
                    "too_soon",
                    "This person had another text within a second.",
                    wait=SPACING - passed,
                )
            self._last[handle] = now
            self._last.move_to_end(handle)
            if len(self._last) > _KNOWN:
                self._last.popitem(last=False)

    def _client(self) -> AsyncWebClient:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            # How many are in flight is the caller's choice: no second limit in the pool.
            session = aiohttp.ClientSession(
                timeout=_TIMEOUT, connector=aiohttp.TCPConnector(limit=0)
            )
            client = AsyncWebClient(
                token=self._token,
                base_url=f"{self._api_url}/",
                session=session,
                retry_handlers=[],
                logger=quiet(),
            )
            client.proxy = _proxy_to(self._api_url)  # its own knows no NO_PROXY
            self._clients[loop] = client
        return self._clients[loop]


def _proxy_to(url: str) -> str | None:
    """Looked up once: aiohttp would do it anew, and read ~/.netrc, for each text."""
    to = urlsplit(url)
    return None if proxy_bypass(to.netloc) else getproxies().get(to.scheme)


async def _shown(
    method: Callable[..., Awaitable[AsyncSlackResponse]], outgoing: Outgoing, **given: Any
) -> AsyncSlackResponse:
    """Call it with the text; without its picture where that is what Slack can't take."""
    told = slack_blocks.message(
        outgoing.text,
        choices=outgoing.choices,
        once=outgoing.once,
        picture=outgoing.picture,
        under=outgoing.edits,
    )
    signed = {"event_type": EVENT, "event_payload": {"attempt": outgoing.attempt}}
    try:
        return await method(metadata=signed, **given, **told)
    except SlackApiError as refusal:
        if not (outgoing.picture and slack_errors.name_of(refusal) == "invalid_blocks"):
            raise
        return await _shown(method, replace(outgoing, picture=None), **given)
