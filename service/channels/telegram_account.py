"""A bot's own set-up at Telegram, and its updates where nobody can call us: blocking, never a send."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from requests import RequestException
from telebot import apihelper
from telebot.types import BotCommand

from service.channels.telegram_updates import UPDATES
from service.envelopes import SendFailed, Verdict

API_URL = "https://api.telegram.org"
PATIENCE = 10  # seconds for a question
LISTENING = 25  # seconds that Telegram holds a look for updates open


log = logging.getLogger(__name__)


class BotAccount:
    """Each method raises SendFailed when Telegram refuses or can't be asked."""

    def __init__(self, *, token: str, api_url: str = API_URL) -> None:
        hush()
        self._token = token
        self.id = token.partition(":")[0]
        # The library keeps these for all bots of a process; we have one.
        apihelper.API_URL = api_url + "/bot{0}/{1}"  # type: ignore[assignment]
        apihelper.READ_TIMEOUT = apihelper.CONNECT_TIMEOUT = PATIENCE

    def name(self) -> str:
        """As people find it: @upright_bot."""
        return f"@{self._ask(apihelper.get_me)['username']}"

    def webhook(self) -> Mapping[str, Any]:
        """url, pending_update_count, last_error_message and the like, as Telegram names them."""
        told: Mapping[str, Any] = self._ask(apihelper.get_webhook_info)
        return told

    def set_webhook(self, url: str, secret: str) -> None:
        self._ask(
            apihelper.set_webhook, url=url, secret_token=secret, allowed_updates=list(UPDATES)
        )

    def delete_webhook(self) -> None:
        self._ask(apihelper.delete_webhook)

    def set_commands(self, commands: Sequence[tuple[str, str]], language: str = "") -> None:
        """Names and what they do; `language`: ISO 639-1, empty for whoever speaks another."""
        listed = [BotCommand(name, does) for name, does in commands]
        self._ask(apihelper.set_my_commands, commands=listed, language_code=language or None)

    def saw(self, press: str) -> None:
        """Tell Telegram that a button's press has come. Raises nothing: the person loses nothing."""
        try:
            self._ask(apihelper.answer_callback_query, callback_query_id=press)
        except SendFailed as failure:  # such as one of yesterday: "query is too old"
            log.info("press_not_acknowledged code=%s", failure.code)

    def updates(self, after: int) -> Sequence[Mapping[str, Any]]:
        """Those after this id, for which it waits a while; asking lets go of the ones before."""
        told: Sequence[Mapping[str, Any]] = self._ask(
            apihelper.get_updates,
            offset=after + 1,
            allowed_updates=list(UPDATES),
            long_polling_timeout=LISTENING,
        )
        return told

    def _ask(self, method: Any, **given: Any) -> Any:
        try:
            return method(self._token, **given)
        except apihelper.ApiTelegramException as error:
            verdict = Verdict.SET_UP if error.error_code in {401, 404} else Verdict.REFUSED
            raise SendFailed(verdict, str(error.error_code), str(error.description)) from None
        except (apihelper.ApiException, RequestException, ValueError, KeyError) as error:
            # Their own words hold the token; KeyError: a proxy's answer that isn't Telegram's.
            raise SendFailed(
                Verdict.RETRY, "unreachable", f"Telegram can't be asked ({type(error).__name__})."
            ) from None


def hush() -> None:
    """The library writes to the terminal by itself, past our format; failures are ours to report."""
    logger = logging.getLogger("TeleBot")
    logger.handlers.clear()
    logger.setLevel(logging.CRITICAL)
