"""Telegram: updates proven by a secret of ours, texts through the Bot API.

https://core.telegram.org/bots/api
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import BoundedSemaphore

from telebot import asyncio_helper
from telebot.async_telebot import AsyncTeleBot
from telebot.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
)

from service.channels.fitting import fitting
from service.channels.telegram_account import API_URL, BotAccount, hush
from service.channels.telegram_refusals import refused, unanswered
from service.channels.telegram_updates import NAME, data_of, read_update
from service.envelopes import (
    Answer,
    Inbound,
    Knock,
    Outgoing,
    Picture,
    Press,
    Receipt,
    Reply,
    SendFailed,
    Sent,
    Unverified,
    Verdict,
    as_one,
)

WEBHOOK = "/in/telegram"
LONGEST = 4096  # characters of a text
CAPTION = 1024  # and of one under a picture
COLUMNS = 3  # buttons side by side
TIMEOUT = 20  # seconds for one send
UNSEEN = 64  # presses that wait to be acknowledged; one more is left to time out on the screen
_SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105 -- the name of a header
_GAP = "\n\n"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Telegram:
    name = NAME
    real = True
    buttons = True
    pictures = True

    def __init__(self, *, token: str, secret: str = "", api_url: str = API_URL) -> None:
        """`secret`: what Telegram says with every update; without one there is no webhook."""
        hush()
        self._secret = secret.encode()
        self._bot = AsyncTeleBot(token)
        self._account = BotAccount(token=token, api_url=api_url)
        self._pictures: dict[str, str] = {}  # by name, as Telegram calls what it has already
        self._seeing = ThreadPoolExecutor(1, thread_name_prefix="telegram-presses")
        self._unseen = BoundedSemaphore(UNSEEN)
        # The library keeps these for all bots of a process; we have one.
        asyncio_helper.API_URL = api_url + "/bot{0}/{1}"
        asyncio_helper.REQUEST_LIMIT = 0  # how many are in flight is the caller's choice

    def read(self, knock: Knock) -> Inbound | None:
        self._prove(knock)
        try:
            told = json.loads(knock.body)
        except (ValueError, RecursionError):
            told = None
        return read_update(told, self._account.id)

    def read_receipt(self, knock: Knock) -> Receipt | None:
        raise Unverified("Telegram sends no receipts")

    def answer(self, replies: Sequence[Reply], to: Inbound | None = None) -> Answer:
        """One call of the Bot API, which Telegram carries out; nobody learns what came of it.

        A press is acknowledged by a call of its own, since an answer holds only one.
        """
        if to is not None and to.press is not None:
            self._acknowledge(to.press.call)
        if not replies or to is None:
            return Answer("", "text/plain; charset=utf-8")
        return Answer(json.dumps(self._call(replies, to)), "application/json")

    def _call(self, replies: Sequence[Reply], to: Inbound) -> Mapping[str, object]:
        said, press = as_one(replies), to.press
        text = fitting(said.text, LONGEST)
        if press is not None and press.once and press.text and not said.apology:
            method, field, whole = _rewritten(press, text)
            chat, _, message = press.message.partition(":")
            return {"method": method, "chat_id": chat, "message_id": int(message), field: whole}
        call: dict[str, object] = {
            "method": "sendMessage",
            "chat_id": to.address.handle,
            "text": text,
        }
        markup = _keyboard(said.choices, once=False)
        if markup is not None:
            call["reply_markup"] = markup.to_dict()  # type: ignore[no-untyped-call]
        return call

    def _acknowledge(self, call: str) -> None:
        """Ends the waiting that Telegram shows at a pressed button. Nobody waits for it."""
        if call and self._unseen.acquire(blocking=False):
            done = self._seeing.submit(self._account.saw, call)
            done.add_done_callback(lambda _: self._unseen.release())

    async def send(self, outgoing: Outgoing) -> Sent:
        try:
            message = await self._hand_over(outgoing)
        except asyncio_helper.ApiTelegramException as refusal:
            raise refused(refusal) from None
        except asyncio_helper.RequestTimeout as error:
            raise unanswered(error.__cause__) from None  # its own words hold the text
        except (asyncio_helper.ApiException, KeyError, TypeError):  # none of Telegram's own
            raise SendFailed(
                Verdict.DOUBTFUL, "unreadable", "Telegram's answer can't be read."
            ) from None
        if message is None:
            return Sent(outgoing.edits.message if outgoing.edits else "")
        return Sent(f"{outgoing.address.handle}:{message.message_id}")

    async def _hand_over(self, outgoing: Outgoing) -> Message | None:
        """The message as Telegram shows it; None for one that was there and is rewritten."""
        if outgoing.edits is not None and outgoing.edits.text:
            await self._rewrite(outgoing.edits, outgoing.text)
            return None
        markup = _keyboard(outgoing.choices, once=outgoing.once)
        if outgoing.picture is not None and len(outgoing.text) <= CAPTION:
            return await self._hand_over_picture(outgoing, outgoing.picture, markup)
        return await self._bot.send_message(
            outgoing.address.handle,
            fitting(outgoing.text, LONGEST),
            timeout=TIMEOUT,
            link_preview_options=_NO_PREVIEW,
            reply_markup=markup,
        )

    async def _hand_over_picture(
        self, outgoing: Outgoing, picture: Picture, markup: InlineKeyboardMarkup | None
    ) -> Message:
        """Uploaded once; from then on Telegram is told which of its own it is."""
        known = self._pictures.get(picture.name)
        try:
            message = await self._bot.send_photo(
                outgoing.address.handle,
                known or InputFile(BytesIO(picture.png()), f"{picture.name}.png"),
                caption=outgoing.text,
                timeout=TIMEOUT,
                reply_markup=markup,
            )
        except asyncio_helper.ApiTelegramException as refusal:
            if not known or refusal.error_code != 400:
                raise
            del self._pictures[picture.name]  # it forgot, and certainly sent nothing
            return await self._hand_over_picture(outgoing, picture, markup)
        if message.photo:
            self._pictures[picture.name] = message.photo[-1].file_id
        return message

    async def _rewrite(self, press: Press, text: str) -> None:
        method, _, whole = _rewritten(press, text)
        chat, _, message = press.message.partition(":")
        edit = (
            self._bot.edit_message_caption
            if method == "editMessageCaption"
            else self._bot.edit_message_text
        )
        try:
            await edit(whole, chat_id=chat, message_id=int(message), timeout=TIMEOUT)
        except asyncio_helper.ApiTelegramException as refusal:
            if "not modified" not in str(refusal.description):  # it says so already
                raise

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


def _keyboard(choices: Sequence[str], *, once: bool) -> InlineKeyboardMarkup | None:
    pairs = ((word, data_of(word, once=once)) for word in choices)
    buttons = [InlineKeyboardButton(word, callback_data=data) for word, data in pairs if data]
    return InlineKeyboardMarkup(row_width=COLUMNS).add(*buttons) if buttons else None


def _rewritten(press: Press, text: str) -> tuple[str, str, str]:
    """The method that writes an answer into the text with the button, its field, and the new whole.

    The buttons go, since none are given. Of what stood there is kept what there is room for.
    """
    method, field, most = (
        ("editMessageCaption", "caption", CAPTION)
        if press.pictured
        else ("editMessageText", "text", LONGEST)
    )
    text = fitting(text, most)
    kept = fitting(press.text, max(most - len(text) - len(_GAP), 1))
    return method, field, fitting(f"{kept}{_GAP}{text}", most)
