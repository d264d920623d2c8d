"""A workspace's own set-up at Slack, and what it remembers of us: blocking, never a send."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError

from service.channels import slack_errors
from service.envelopes import SendFailed, Verdict

API_URL = "https://slack.com/api"
EVENT = "upright_text"  # what our texts carry their attempt id under
PATIENCE = 5  # seconds for a question
_LOOKED_AT = 200  # texts of one chat
_EARLIER = 60  # seconds that a clock of ours may be ahead

SCOPES = ("chat:write", "commands", "im:history", "im:write")


def quiet() -> logging.Logger:
    """The library would put whole texts into our log; failures are ours to report."""
    logger = logging.getLogger("slack_sdk")
    logger.setLevel(logging.CRITICAL)
    return logger


@dataclass(frozen=True, slots=True)
class Team:
    name: str
    bot: str  # as people find it
    scopes: frozenset[str]


class SlackAccount:
    """Each method raises SendFailed when Slack refuses or can't be asked."""

    def __init__(self, *, token: str, api_url: str = API_URL) -> None:
        self._client = WebClient(
            token=token,
            base_url=f"{api_url}/",
            timeout=PATIENCE,
            retry_handlers=[],
            logger=quiet(),
        )
        self._client.proxy = None  # urllib finds it by itself, and where it doesn't count

    def team(self) -> Team:
        told, headers = self._ask(self._client.auth_test)
        listed = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes", "")
        scopes = frozenset(scope.strip() for scope in str(listed).split(",") if scope.strip())
        return Team(str(told.get("team") or ""), str(told.get("user") or ""), scopes)

    def publish(self, handle: str, blocks: Sequence[Mapping[str, Any]]) -> None:
        """Put this into somebody's home tab."""
        view = {"type": "home", "blocks": list(blocks)}
        self._ask(self._client.views_publish, user_id=handle, view=view)

    def chat_with(self, handle: str) -> str:
        told, _ = self._ask(self._client.conversations_open, users=handle)
        return str(_part(told.get("channel")).get("id") or "")

    def sent_since(self, chat: str, attempt: str, since: datetime | None) -> str:
        """The moment by which Slack names the text of this attempt; "" when there is none."""
        given = {"oldest": f"{since.timestamp() - _EARLIER:.6f}"} if since else {}
        return self._found(attempt, channel=chat, limit=_LOOKED_AT, **given)

    def written_into(self, chat: str, ts: str, attempt: str) -> bool:
        """Was the text of this moment changed by this attempt?"""
        given = {"oldest": ts, "latest": ts, "inclusive": True, "limit": 1}
        return bool(self._found(attempt, channel=chat, **given))

    def _found(self, attempt: str, **given: Any) -> str:
        told, _ = self._ask(self._client.conversations_history, include_all_metadata=True, **given)
        for message in told.get("messages") or ():
            metadata = _part(_part(message).get("metadata"))
            if _part(metadata.get("event_payload")).get("attempt") == attempt:
                return str(message.get("ts") or "")
        return ""

    def _ask(
        self, method: Callable[..., Any], **given: Any
    ) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        try:
            told = method(**given)
            return _part(told.data), told.headers
        except SlackApiError as refusal:
            raise slack_errors.refused(refusal) from None
        except (OSError, HTTPException, SlackRequestError, ValueError, AttributeError) as error:
            # Their own words may hold the token; AttributeError: an answer that is no object.
            raise SendFailed(
                Verdict.RETRY, "unreachable", f"Slack can't be asked ({type(error).__name__})."
            ) from None


def _part(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, dict) else {}
