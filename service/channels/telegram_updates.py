"""What a Telegram update says: a text, a pressed button, somebody who blocks the bot, a group.

Only what we need is looked at, field by field, so that nothing new in an update costs somebody their
STOP. https://core.telegram.org/bots/api#update
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from service.envelopes import Address, Inbound, Press

NAME = "telegram"
UPDATES = ["message", "callback_query", "my_chat_member"]  # what we want to hear of
DATA = 64  # bytes that a button may carry
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(\s+)?(.*)", re.DOTALL)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what a link puts behind /start, and nobody typed
_START = "start"
_GROUPS = frozenset({"group", "supergroup"})
_INSIDE = frozenset({"member", "administrator"})
_ONCE, _AGAIN = "1", "0"  # how a button's data begins
_HASHED = 40  # characters of a hash; an id has room for 64

_Part = Mapping[str, Any]


def read_update(told: object, bot: str = "") -> Inbound | None:
    """The text in an update, as parsed JSON; None for one that wants no answer, or that we can't read.

    `bot`: its id, for another bot's updates have the same numbers.
    """
    update = _part(told)
    number = update.get("update_id")
    if not isinstance(number, int):
        return None
    provider_id = f"{bot}:{number}"
    if "callback_query" in update:
        return _pressed(_part(update["callback_query"]), bot, provider_id)
    if "message" in update:
        return _written(_part(update["message"]), bot, provider_id)
    return _joined(_part(update.get("my_chat_member")), provider_id)


def data_of(word: str, *, once: bool) -> str | None:
    """What a button carries; None when the word is too long for one."""
    data = f"{_ONCE if once else _AGAIN}{word}"
    return data if len(data.encode()) <= DATA else None


def _written(message: _Part, bot: str, provider_id: str) -> Inbound | None:
    chat, sender = _part(message.get("chat")), _part(message.get("from"))
    address = _address(chat)
    if address is None or sender.get("is_bot"):
        return None
    text = message.get("text") or message.get("caption")
    text, language = text if isinstance(text, str) else "", _language(sender)
    if chat.get("type") in _GROUPS:
        # There a bot hears what is said to it only, unless somebody made it listen to everything.
        told = _part(_part(message.get("reply_to_message")).get("from")).get("id")
        if not _COMMAND.fullmatch(text.strip()) and (not bot or str(told) != bot):
            return None
        return Inbound(address, provider_id, _words(text), language=language, group=True)
    return Inbound(address, provider_id, _words(text), language=language)


def _pressed(query: _Part, bot: str, provider_id: str) -> Inbound | None:
    """A button under a text of ours. Of those that a press uses up only the first counts, however quick the next."""
    message, sender, data = _part(query.get("message")), _part(query.get("from")), query.get("data")
    address, number = _address(_part(message.get("chat"))), message.get("message_id")
    if address is None or not isinstance(number, int) or not isinstance(data, str) or not data[1:]:
        return None
    if _part(message.get("chat")).get("type") != "private":
        return None
    once, word = data[0] == _ONCE, data[1:]
    text = message.get("text") or message.get("caption")
    press = Press(
        message=f"{address.handle}:{number}",
        text=text if isinstance(text, str) else "",
        once=once,
        pictured="photo" in message,
        call=str(query.get("id", "")),
    )
    if once:
        provider_id = f"{bot}:{_hashed(press.message)}"
    return Inbound(address, provider_id, word, press=press, language=_language(sender))


def _joined(member: _Part, provider_id: str) -> Inbound | None:
    """Blocking the bot is an opt-out. Unblocking it is no wish for reminders: that is START."""
    chat, status = _part(member.get("chat")), _part(member.get("new_chat_member")).get("status")
    address = _address(chat)
    if address is None:
        return None
    if chat.get("type") in _GROUPS:
        entered = (
            status in _INSIDE and _part(member.get("old_chat_member")).get("status") not in _INSIDE
        )
        language = _language(_part(member.get("from")))
        return Inbound(address, provider_id, "", language=language, group=True) if entered else None
    left = status == "kicked"
    return Inbound(address, provider_id, text="", provider_said="STOP") if left else None


def _address(chat: _Part) -> Address | None:
    known = chat.get("type") == "private" or chat.get("type") in _GROUPS
    id_ = chat.get("id")
    return Address(NAME, str(id_)) if known and isinstance(id_, int) else None


def _language(sender: _Part) -> str:
    language = sender.get("language_code")
    return language if isinstance(language, str) else ""


def _hashed(said: str) -> str:
    """What is kept of a press names no chat, for it outlives whoever is erased."""
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:_HASHED]


def _part(told: object) -> _Part:
    return told if isinstance(told, dict) else {}


def _words(text: str) -> str:
    """A command is a keyword: /posture, /every_90@our_bot."""
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        return text
    name, gap, rest = command[1], command[3] or "", command[4]
    words = name.replace("_", " ").upper()
    if name.lower() == _START and gap == " " and _PAYLOAD.fullmatch(rest):
        return words
    if rest and not gap:  # "/and/or" is none
        return text
    between = (
        "\n" if "\n" in gap else " "
    )  # "/stop", a new line, and a name: the name is no part of it
    return f"{words}{between}{rest}".strip()
