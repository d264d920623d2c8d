"""Operators are told in words when something needs them: in the log always, and by Apprise where set."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import apprise

from config.settings import SettingsError

log = logging.getLogger(__name__)
QUIET = timedelta(hours=1)  # the same alert is sent once an hour; the log has every one


class Alerts:
    def __init__(self, urls: str) -> None:
        """`urls`: Apprise addresses, separated by spaces; empty: the log only. Raises SettingsError."""
        # Apprise logs a whole address that it can't use, and that holds a password.
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        self._apprise = apprise.Apprise()
        for number, url in enumerate(urls.split(), 1):
            if not self._apprise.add(url):
                raise SettingsError(
                    f"ALERT_URLS: address number {number} can't be used: write it as Apprise does, "
                    "such as mailto://user:password@example.org"
                )
        self._sent: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._apprise)

    def send(self, title: str, body: str, now: datetime) -> None:
        """Log, and notify in the background: a slow mail server must not hold up a text."""
        log.error("alert: %s: %s", title, body)
        with self._lock:
            last = self._sent.get(title)
            if not len(self._apprise) or (last is not None and last <= now < last + QUIET):
                return
            self._sent[title] = now
        threading.Thread(target=self._notify, args=(title, body), daemon=True).start()

    def told_at(self, clock: Callable[[], datetime]) -> Callable[[str, str], None]:
        """`send` for whoever has no clock."""
        return lambda title, body: self.send(title, body, clock())

    def _notify(self, title: str, body: str) -> None:
        if not self._apprise.notify(title=f"Upright: {title}", body=body):
            log.error("alert_undelivered: check the addresses in ALERT_URLS")
