"""What doctor may find at Telegram: the bot, and whether its updates reach us."""

from collections.abc import Iterator

from config.settings import Settings
from service.channels.telegram import WEBHOOK
from service.channels.telegram_account import BotAccount
from service.commands.findings import Finding
from service.envelopes import SendFailed

SET = "run `upright telegram set-webhook`"


def of_bot(settings: Settings) -> Iterator[Finding]:
    account = BotAccount(
        token=settings.telegram_bot_token.get_secret_value(), api_url=settings.telegram_api_url
    )
    try:
        told = account.webhook()
    except SendFailed as failure:
        yield Finding(
            "error",
            f"Telegram doesn't answer our questions ({failure.code})",
            failure.reason,
            "check TELEGRAM_BOT_TOKEN and the way to api.telegram.org",
        )
        return
    yield from _of_webhook(settings, str(told.get("url") or ""))
    fault = told.get("last_error_message")
    waiting = int(told.get("pending_update_count") or 0)
    if fault and waiting:
        yield Finding(
            "warning",
            f"Telegram couldn't hand over its last update ({fault})",
            f"{waiting} wait there, for a day at most",
            f"see the log of the web process; after a new secret {SET}",
        )


def _of_webhook(settings: Settings, url: str) -> Iterator[Finding]:
    wanted = f"{settings.public_url}{WEBHOOK}"
    if not (settings.telegram_webhook_secret.get_secret_value() and settings.public_url):
        yield Finding(
            "note",
            "no webhook is set up for Telegram",
            "what people write there is fetched by `upright telegram poll` alone",
            f"with a public https address set TELEGRAM_WEBHOOK_SECRET and {SET}",
        )
    elif url != wanted:
        yield Finding(
            "error",
            "Telegram calls another address" if url else "Telegram calls no address",
            "what people write to the bot doesn't arrive here",
            f"{SET}: it enters {wanted}",
        )
