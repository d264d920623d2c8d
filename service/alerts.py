"""Operators are told in words when something needs them: in the log always, and by Apprise where set."""

import logging
import threading
from datetime import datetime, timedelta

import apprise

log = logging.getLogger(__name__)
QUIET = timedelta(hours=1)  # the same alert is sent once an hour; the log has every one


class Alerts:
    """`urls`: Apprise addresses, separated by spaces; empty: the log only."""

    def __init__(self, urls: str) -> None:
        self._apprise = apprise.Apprise()
        for number, url in enumerate(urls.split(), 1):
            if not self._apprise.add(url):
                # The address holds a password: name its place instead.
                log.error("alert_address_unusable number=%d: correct it in ALERT_URLS", number)
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

    def _notify(self, title: str, body: str) -> None:
        if not self._apprise.notify(title=f"Upright: {title}", body=body):
            log.error("alert_undelivered: check the addresses in ALERT_URLS")
