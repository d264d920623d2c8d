"""Telegram's updates, fetched: for a machine that nobody can call."""

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from service import direct
from service.channels.telegram_updates import read_update
from service.envelopes import Inbound, Reply, SendFailed
from service.runtime import Runtime

log = logging.getLogger(__name__)
AGAIN = 5.0  # seconds after something that failed


class Updates(Protocol):
    id: str  # of the bot

    def updates(self, after: int) -> Sequence[Mapping[str, Any]]:
        """Those after this id; asking lets go of the ones before. Raises SendFailed."""

    def saw(self, press: str) -> None:
        """A button's press has come."""


class Listener(threading.Thread):
    """Takes in what people write until `ended`, which it sets itself if it breaks.

    An update counts as taken once the next look is made: what a crash cuts off comes again, is
    known by its id, and gets the same answer again.
    """

    def __init__(self, account: Updates, runtime: Runtime, ended: threading.Event) -> None:
        super().__init__(name="updates", daemon=True)
        self._account = account
        self._runtime = runtime
        self._ended = ended
        self.broke = True

    def run(self) -> None:
        try:
            self._listen()
            self.broke = False
        finally:
            self._ended.set()

    def _listen(self) -> None:
        last = 0
        while not self._ended.is_set():
            try:
                updates = self._account.updates(last)
            except SendFailed as failure:
                log.warning("updates_not_fetched code=%s: %s", failure.code, failure.reason)
                self._ended.wait(AGAIN)
                continue
            for update in updates:
                last = max(last, int(update["update_id"]))
                inbound = read_update(update, self._account.id)
                if inbound is not None:
                    self._take_in(inbound)

    def _take_in(self, inbound: Inbound) -> None:
        replies = self._replies(inbound)
        if replies:
            channel = self._runtime.channels[inbound.address.channel]
            direct.insist(channel, direct.outgoing_of(inbound, replies), self._ended.wait)
        if inbound.press is not None:
            self._account.saw(inbound.press.call)

    def _replies(self, inbound: Inbound) -> list[Reply]:
        try:
            declined = inbound.group
            return self._runtime.decline(inbound) if declined else self._runtime.receive(inbound)
        except Exception:  # whatever broke, the sender still gets the emergency number
            log.exception("inbound_failed")
            return self._runtime.sorry(inbound)
