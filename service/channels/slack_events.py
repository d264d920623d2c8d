"""What Slack's requests say: events as JSON; commands and pressed buttons as forms.

https://docs.slack.dev/apis/events-api/
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from service.channels.slack_blocks import SECTION, plain, word_of
from service.envelopes import Address, Inbound, Press

NAME = "slack"
# Seconds in which we answer; Slack waits 3, and a statement that hangs may take twice ours.
PATIENCE = 1.2
MENU = "MENU"  # what a bare /back asks for
_ID = 64  # characters of a provider id that we keep
_PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")
_SLACKBOT = "USLACKBOT"
_HUMAN = frozenset({"", "file_share", "me_message", "thread_broadcast"})  # subtypes
# <https://example.org|example.org>, <@U123>, <#C123|general>, <!here>, <tel:+1555|+1555>
_MARKED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_NAMED = ("@", "#", "!")  # without a label these are ids, and no words


@dataclass(frozen=True, slots=True)
class Challenge:
    """Slack tries our address, and wants this back."""

    text: str


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody looks at our home tab."""

    handle: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """The workspace took the app away; `event`: by what."""

    event: str


Heard = Inbound | Challenge | HomeOpened | Revoked | None


def heard(body: bytes) -> Heard:
    """None: nothing that wants something. Only what we need is looked at."""
    if body.lstrip()[:1] == b"{":
        return _of_envelope(_json(body))
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if "command" in form:
        return _of_command(form)
    return _of_action(_json(form.get("payload", "")))


def is_ssl_check(body: bytes) -> bool:
    """Slack looks at our certificate, and says nothing else."""
    return b"ssl_check=1" in body.split(b"&") and b"command=" not in body


def _of_envelope(told: Mapping[str, Any]) -> Heard:
    if told.get("type") == "url_verification":
        return Challenge(_text(told.get("challenge")))
    if told.get("type") != "event_callback":
        return None
    event = _part(told.get("event"))
    if event.get("type") == "message":
        return _of_message(event, _text(told.get("event_id")))
    return _of_app(event)


def _of_app(event: Mapping[str, Any]) -> HomeOpened | Revoked | None:
    kind, user = event.get("type"), event.get("user")
    if kind == "app_home_opened" and event.get("tab") == "home" and _is_person(user):
        return HomeOpened(str(user))
    lost = kind == "tokens_revoked" and _part(event.get("tokens")).get("bot")
    return Revoked(str(kind)) if kind == "app_uninstalled" or lost else None


def _of_message(event: Mapping[str, Any], event_id: str) -> Inbound | None:
    """A text that a human wrote to the app itself. Our own come back, too, with a bot's id."""
    ours = event.get("bot_id") or event.get("bot_profile") or event.get("app_id")
    kind = event.get("subtype", "")
    if event.get("channel_type") != "im" or ours or not isinstance(kind, str) or kind not in _HUMAN:
        return None
    return _inbound(event.get("user"), event_id, words(_text(event.get("text"))))


def _of_command(form: Mapping[str, str]) -> Inbound | None:
    text = words(form.get("text", "")).strip() or MENU
    address = form.get("user_id")
    return _inbound(address, form.get("trigger_id", ""), text, inline=True)


def _of_action(told: Mapping[str, Any]) -> Inbound | None:
    actions = told.get("actions")
    if told.get("type") != "block_actions" or not isinstance(actions, list) or not actions:
        return None
    word, once = word_of(_part(actions[0]))
    if not word:
        return None
    press = _press(told, once=once)
    user = _part(told.get("user")).get("id")
    # Of buttons that one press uses up only the first counts, however quick the next one was.
    said = _hashed(press.message) if press.once else _text(told.get("trigger_id"))
    return _inbound(user, said, word, press=press)


def _press(told: Mapping[str, Any], *, once: bool) -> Press:
    """Of the home tab, and of what only one person sees, no text can be changed."""
    container, message = _part(told.get("container")), _part(told.get("message"))
    channel, ts = _text(_part(told.get("channel")).get("id")), _text(message.get("ts"))
    if not (channel and ts) or container.get("is_ephemeral"):
        return Press(message="", text="", once=False, page=container.get("type") == "view")
    blocks = message.get("blocks")
    shown = [_part(block) for block in blocks] if isinstance(blocks, list) else []
    texts = [_text(_part(each.get("text")).get("text")) for each in shown]
    kinds = [each.get("type") for each in shown]
    said = [text for text, kind in zip(texts, kinds, strict=True) if kind == SECTION]
    text = "\n".join(said) or _text(message.get("text"))
    return Press(f"{channel}:{ts}", plain(text), once, pictured="image" in kinds)


def _inbound(
    user: Any, provider_id: str, text: str, *, inline: bool = False, press: Press | None = None
) -> Inbound | None:
    if not _is_person(user) or not provider_id:
        return None
    kept = provider_id if len(provider_id) <= _ID else _hashed(provider_id)
    return Inbound(Address(NAME, user), kept, text, press=press, inline=inline, patience=PATIENCE)


def _hashed(said: str) -> str:
    """What is kept of a press names no chat, for it outlives whoever is erased."""
    return hashlib.sha256(said.encode()).hexdigest()


def words(text: str) -> str:
    """What somebody wrote, without Slack's marks for links, names and special characters."""
    return plain(_MARKED.sub(_unmarked, text))


def _unmarked(mark: re.Match[str]) -> str:
    target, label = mark[1], mark[2]
    return label or ("" if target.startswith(_NAMED) else target)


def _is_person(user: Any) -> bool:
    return isinstance(user, str) and user != _SLACKBOT and bool(_PERSON.fullmatch(user))


def _json(told: str | bytes) -> Mapping[str, Any]:
    try:
        return _part(json.loads(told))
    except (ValueError, RecursionError):
        return {}


def _part(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, dict) else {}


def _text(told: object) -> str:
    """Half a character, or a zero, has no place in a database."""
    if not isinstance(told, str):
        return ""
    return told.encode("utf-8", "replace").decode().replace("\x00", " ")
