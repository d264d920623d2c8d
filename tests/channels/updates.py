"""Updates as Telegram posts them, and a bot to take them."""

import json
from typing import Any

from service.channels.telegram import Telegram
from service.envelopes import Knock
from tests.loopback import Act

BOT = "123456789"
TOKEN = f"{BOT}:AAE-token_of_a_bot_that_does_not_exist"
SECRET = "a-long-random-text-0123"
CHAT = 5_000_000_042  # past 32 bits, as new ones are
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def bot(**changes: str) -> Telegram:
    return Telegram(**({"token": TOKEN, "secret": SECRET} | changes))


def message(text: str | None, update_id: int = 1, /, **changes: Any) -> dict[str, Any]:
    sender = {"id": CHAT, "is_bot": False, "first_name": "A_b*c", "language_code": "en"}
    said = {"message_id": 5, "date": 1772460000, "from": sender}
    said |= {"chat": {"id": CHAT, "type": "private", "first_name": "A"}}
    said |= {} if text is None else {"text": text}
    return {"update_id": update_id, "message": said | changes}


def membership(status: str, before: str, kind: str = "private") -> dict[str, Any]:
    """Somebody blocks the bot (kicked) or lets it in again (member)."""
    user = {"id": CHAT, "is_bot": False, "first_name": "A"}
    us = {"id": 1, "is_bot": True, "first_name": "Upright"}
    change = {"chat": {"id": CHAT, "type": kind}, "from": user, "date": 1772460002}
    change |= {"old_chat_member": {"status": before, "user": us, "until_date": 0}}
    change |= {"new_chat_member": {"status": status, "user": us, "until_date": 0}}
    return {"update_id": 9_003, "my_chat_member": change}


def knock(update: object, secret: str = SECRET) -> Knock:
    return Knock("/in/telegram", {HEADER.lower(): secret}, body=json.dumps(update).encode())


def taken(message_id: int = 7) -> Act:
    """Telegram's answer to a text that it took."""
    chat = {"id": CHAT, "type": "private", "first_name": "A"}
    result = {"message_id": message_id, "date": 1772460003, "chat": chat, "text": "x"}
    return Act(200, {"ok": True, "result": result}, taken=False)


def refusal(code: int, description: str, **parameters: int) -> Act:
    body: dict[str, object] = {"ok": False, "error_code": code, "description": description}
    return Act(code, body | ({"parameters": parameters} if parameters else {}), taken=False)


def press(
    data: str, update_id: int = 9_100, /, message_id: int = 71, **changes: Any
) -> dict[str, Any]:
    """A button under a text of ours is pressed."""
    sender = {"id": CHAT, "is_bot": False, "first_name": "A", "language_code": "en"}
    chat = {"id": CHAT, "type": "private", "first_name": "A"}
    shown = {"message_id": message_id, "date": 1772460001, "chat": chat, "text": "Stand up_ now."}
    query = {"id": "4382bfdwdsb323b2d9", "from": sender, "chat_instance": "-1", "data": data}
    return {"update_id": update_id, "callback_query": query | {"message": shown | changes}}


def pictured(message_id: int = 7, file_id: str = "AgACAgQAAxkB") -> Act:
    """Telegram's answer to a picture that it took."""
    chat = {"id": CHAT, "type": "private", "first_name": "A"}
    sizes = [
        {"file_id": f"{file_id}{size}", "file_unique_id": size, "width": 90, "height": 60}
        for size in ("-small", "")
    ]
    result = {"message_id": message_id, "date": 1772460003, "chat": chat, "photo": sizes}
    return Act(200, {"ok": True, "result": result | {"caption": "x"}}, taken=False)
