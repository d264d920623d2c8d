"""What it means when Telegram doesn't take a text."""

from collections.abc import Sequence
from typing import Any

import aiohttp
from telebot.asyncio_helper import ApiTelegramException

from service.envelopes import SendFailed, Verdict

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


def refused(refusal: ApiTelegramException) -> SendFailed:
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


def unanswered(cause: BaseException | None) -> SendFailed:
    if isinstance(cause, aiohttp.ClientConnectorError):
        return SendFailed(Verdict.RETRY, "unreachable", "Telegram couldn't be reached.")
    return SendFailed(Verdict.DOUBTFUL, "no_answer", "Telegram didn't answer.")
