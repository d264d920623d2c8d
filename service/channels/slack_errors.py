"""What Slack's refusals mean. Most come with HTTP 200 and a name."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from service.envelopes import SendFailed, Verdict

_TOKEN = "Slack refuses the token: install the app again and set SLACK_BOT_TOKEN anew."  # noqa: S105 -- a sentence
_SCOPES = "The app may not do this: compare it with `upright slack manifest` and install it again."
_POLICY = "The workspace doesn't let the app in: ask its administrators."
_GONE = "This person isn't in the workspace any more."
_OURS = "Slack refuses this text."

_MEANINGS: Mapping[str, tuple[Verdict, str]] = {
    "ratelimited": (Verdict.SLOW_DOWN, "Slack wants fewer requests at once."),
    "rate_limited": (Verdict.SLOW_DOWN, "Slack wants fewer requests at once."),
    "message_limit_exceeded": (Verdict.SLOW_DOWN, "Slack wants fewer requests at once."),
    "invalid_auth": (Verdict.SET_UP, _TOKEN),
    "not_authed": (Verdict.SET_UP, _TOKEN),
    "account_inactive": (Verdict.SET_UP, _TOKEN),
    "token_revoked": (Verdict.SET_UP, _TOKEN),
    "token_expired": (Verdict.SET_UP, _TOKEN),
    "missing_scope": (Verdict.SET_UP, _SCOPES),
    "no_permission": (Verdict.SET_UP, _SCOPES),
    "not_allowed_token_type": (Verdict.SET_UP, _SCOPES),
    "messages_tab_disabled": (Verdict.SET_UP, _SCOPES),
    "not_enabled": (Verdict.SET_UP, _SCOPES),
    "access_denied": (Verdict.SET_UP, _POLICY),
    "ekm_access_denied": (Verdict.SET_UP, _POLICY),
    "enterprise_is_restricted": (Verdict.SET_UP, _POLICY),
    "org_login_required": (Verdict.SET_UP, _POLICY),
    "team_access_not_granted": (Verdict.SET_UP, _POLICY),
    "accesslimited": (Verdict.SET_UP, _POLICY),
    "channel_not_found": (Verdict.DEAD, _GONE),
    "user_not_found": (Verdict.DEAD, _GONE),
    "users_not_found": (Verdict.DEAD, _GONE),
    "user_disabled": (Verdict.DEAD, _GONE),
    "cannot_dm_bot": (Verdict.DEAD, "This is a bot, and bots aren't texted."),
    "is_archived": (Verdict.DEAD, _GONE),
    "team_added_to_org": (Verdict.RETRY, "The workspace is being moved."),
    "internal_error": (Verdict.DOUBTFUL, "Something failed at Slack."),
    "fatal_error": (Verdict.DOUBTFUL, "Something failed at Slack."),
    "service_unavailable": (Verdict.DOUBTFUL, "Something failed at Slack."),
    "request_timeout": (Verdict.DOUBTFUL, "Something failed at Slack."),
}
# The text that an answer was to be written into can't be changed any more.
UNCHANGEABLE = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"}
)
_LONGEST_WAIT = 300.0  # seconds


def name_of(refusal: SlackApiError) -> str:
    """What Slack calls it; "" where no answer of Slack's own came."""
    data = getattr(refusal.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def refused(refusal: SlackApiError) -> SendFailed:
    """Its own words may hold a text, so none of them are kept."""
    response = refusal.response
    # Of an answer that isn't JSON the library hands on aiohttp's own.
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    name = name_of(refusal)
    if status == 429 or _MEANINGS.get(name, (None,))[0] is Verdict.SLOW_DOWN:
        wait = _seconds(getattr(response, "headers", {}))
        return SendFailed(
            Verdict.SLOW_DOWN, "ratelimited", "Slack wants fewer requests at once.", wait
        )
    if not name:
        return unreadable()
    verdict, reason = _MEANINGS.get(name, (Verdict.REFUSED, _OURS))
    return SendFailed(verdict, name, reason)


def unreadable() -> SendFailed:
    return SendFailed(Verdict.DOUBTFUL, "unreadable", "Slack's answer can't be read.")


def _seconds(headers: Any) -> float:
    """Seconds that Slack asks for, five minutes at most."""
    try:
        return min(max(float(headers.get("Retry-After") or 0), 0.0), _LONGEST_WAIT)
    except (TypeError, ValueError):
        return 0.0
