"""Telegram: updates proven by a secret of ours, texts through the Bot API.

https://core.telegram.org/bots/api
"""

import hmac
import json
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
from telebot import asyncio_helper
from telebot.async_telebot import AsyncTeleBot
from telebot.types import LinkPreviewOptions

from service.envelopes import (
    Address,
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
)

NAME = "telegram"
API_URL = "https://api.telegram.org"
WEBHOOK = "/in/telegram"
UPDATES = ["message", "my_chat_member"]  # what we want to hear of
LONGEST = 4096  # characters of a text
TIMEOUT = 20  # seconds for one send
_SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105 -- the name of a header
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_START = "start"  # what follows it came from a link, and is none of the person's words
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

# What a refusal means, by its code and by words in its description; the first that fits.
_REFUSALS: Sequence[tuple[int, str, Verdict, str]] = (
    (401, "", Verdict.SET_UP, "Telegram refuses the token: set TELEGRAM_BOT_TOKEN anew."),
    (404, "", Verdict.SET_UP, "Telegram knows no such bot: set TELEGRAM_BOT_TOKEN anew."),
    (403, "blocked by the user", Verdict.OPTED_OUT, "The person blocked the bot."),
    (403, "deactivated", Verdict.DEAD, "This account doesn't exist any more."),
    (403, "can't initiate", Verdict.DEAD, "The person never wrote to the bot."),
    (403, "", Verdict.REFUSED, "Telegram doesn't let us write to this chat now."),
    (400, "chat not found", Verdict.DEAD, "This chat doesn't exist any more."),
    (400, "", Verdict.REFUSED, "Telegram refuses this text."),
    (429, "", Verdict.SLOW_DOWN, "Telegram wants fewer requests at once."),
)


class Telegram:
    name = NAME
    real = True

    def __init__(self, *, token: str, secret: str = "", api_url: str = API_URL) -> None:
        """`secret`: what Telegram says with every update; without one there is no webhook."""
        hush()
        self._secret = secret.encode()
        self._bot = AsyncTeleBot(token)
        # The library keeps these for all bots of a process; we have one.
        asyncio_helper.API_URL = api_url + "/bot{0}/{1}"
        asyncio_helper.REQUEST_LIMIT = 0  # how many are in flight is the caller's choice

    def read(self, knock: Knock) -> Inbound | None:
        self._prove(knock)
        try:
            told = json.loads(knock.body)
        except (ValueError, RecursionError):
            told = None
        return read_update(told)

    def read_receipt(self, knock: Knock) -> Receipt | None:
        raise Unverified("Telegram sends no receipts")

    def answer(self, replies: Sequence[Reply], to: Inbound | None = None) -> Answer:
        """One call of the Bot API, which Telegram carries out; nobody learns what came of it."""
        if not replies or to is None:
            return Answer("", "text/plain; charset=utf-8")
        call = {"method": "sendMessage", "chat_id": to.address.handle, "text": joined(replies)}
        return Answer(json.dumps(call), "application/json")

    async def send(self, outgoing: Outgoing) -> Sent:
        try:
            message = await self._bot.send_message(
                outgoing.address.handle,
                _fitting(outgoing.text),
                timeout=TIMEOUT,
                link_preview_options=_NO_PREVIEW,
            )
        except asyncio_helper.ApiTelegramException as refusal:
            raise _refused(refusal) from None
        except asyncio_helper.RequestTimeout as error:
            raise _unanswered(error.__cause__) from None  # its own words hold the text
        except (asyncio_helper.ApiException, KeyError, TypeError):  # none of Telegram's own
            raise SendFailed(
                Verdict.DOUBTFUL, "unreadable", "Telegram's answer can't be read."
            ) from None
        return Sent(f"{outgoing.address.handle}:{message.message_id}")

    def look_up(self, outgoing: Outgoing, known: Sequence[str]) -> Sent | None:
        """Telegram tells nobody what a bot has sent."""
        return None

    async def close(self) -> None:
        session = asyncio_helper.session_manager.session
        if session is not None and not session.closed:
            await session.close()

    def _prove(self, knock: Knock) -> None:
        given = knock.headers.get(_SECRET, "")
        if not self._secret:
            raise Unverified("no TELEGRAM_WEBHOOK_SECRET is set, so no webhook is served")
        if not hmac.compare_digest(given.encode(), self._secret):
            raise Unverified(
                "the secret doesn't fit: run `upright telegram set-webhook` after changing it"
            )


def hush() -> None:
    """The library writes to the terminal by itself, past our format; failures are ours to report."""
    logger = logging.getLogger("TeleBot")
    logger.handlers.clear()
    logger.setLevel(logging.CRITICAL)


def read_update(told: object) -> Inbound | None:
    """The text in an update, as parsed JSON; None for one that wants no answer: of a group, of another
    bot, or none that we can read.

    Only what we need is looked at, so that nothing new in an update costs somebody their STOP.
    """
    update = _part(told)
    message, member = _part(update.get("message")), _part(update.get("my_chat_member"))
    chat = _part((message or member).get("chat"))
    number, id_ = update.get("update_id"), chat.get("id")
    if chat.get("type") != "private" or not isinstance(number, int) or not isinstance(id_, int):
        return None
    address, provider_id = Address(NAME, str(id_)), str(number)
    if not message:
        # Blocking the bot is an opt-out. Unblocking it is no wish for reminders: that is START.
        left = _part(member.get("new_chat_member")).get("status") == "kicked"
        return Inbound(address, provider_id, text="", provider_said="STOP") if left else None
    if _part(message.get("from")).get("is_bot"):
        return None
    text = message.get("text") or message.get("caption")
    return Inbound(address, provider_id, text=_words(text if isinstance(text, str) else ""))


def joined(replies: Sequence[Reply]) -> str:
    """As one text, so that they keep their order and a chat its pace."""
    return _fitting("\n\n".join(reply.text for reply in replies))


def _part(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, dict) else {}


def _words(text: str) -> str:
    """A command is a keyword: /posture, /every_90@our_bot."""
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        return text
    name, rest = command[1], command[2] or ""
    words = name.replace("_", " ").upper()
    return words if name.lower() == _START else f"{words} {rest}".strip()


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _refused(refusal: Any) -> SendFailed:
    code, told = int(refusal.error_code), str(refusal.description).lower()
    for status, words, verdict, reason in _REFUSALS:
        if code == status and words in told:
            return SendFailed(verdict, str(code), reason, wait=_wait(refusal.result_json))
    if code >= 500:
        return SendFailed(Verdict.DOUBTFUL, str(code), "Telegram has a fault of its own.")
    return SendFailed(Verdict.REFUSED, str(code), "Telegram refuses this text.")


def _wait(told: Any) -> float:
    """Seconds that Telegram asks for, five minutes at most."""
    parameters = told.get("parameters") or {}
    return min(float(parameters.get("retry_after") or 0), 300.0)


def _unanswered(cause: BaseException | None) -> SendFailed:
    if isinstance(cause, aiohttp.ClientConnectorError):
        return SendFailed(Verdict.RETRY, "unreachable", "Telegram couldn't be reached.")
    return SendFailed(Verdict.DOUBTFUL, "no_answer", "Telegram didn't answer.")
