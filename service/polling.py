"""Telegram's updates, fetched: for a machine that nobody can call."""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent import futures
from functools import partial
from typing import Any, Protocol

from service.channels.telegram_updates import read_update
from service.envelopes import Inbound, Reply, SendFailed
from service.runtime import Runtime

log = logging.getLogger(__name__)
AGAIN = 5.0  # seconds after something that failed
WITHIN = 2.0  # seconds that answers may hold up the next look


class Updates(Protocol):
    id: str  # of the bot

    def updates(self, after: int) -> Sequence[Mapping[str, Any]]:
        """Those after this id; asking lets go of the ones before. Raises SendFailed."""

    def saw(self, press: str) -> None:
        """A button's press has come."""


class Listener(threading.Thread):
    """Takes in what people write until `ended`, which it sets itself if it breaks.

    An update counts as taken once the next look is made: what a crash cuts off comes again, is
    known by its id, and gets the same answer again. Answers that take longer hold up nobody else.
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
            last = max([last, *(int(update["update_id"]) for update in updates)])
            handed = [self._take_in(inbound) for inbound in self._read(updates)]
            futures.wait([each for each in handed if each], timeout=WITHIN)

    def _read(self, updates: Sequence[Mapping[str, Any]]) -> Iterator[Inbound]:
        for update in updates:
            inbound = read_update(update, self._account.id)
            if inbound is not None:
                yield inbound

    def _take_in(self, inbound: Inbound) -> futures.Future[None] | None:
        if inbound.press is not None:
            self._runtime.direct.aside(partial(self._account.saw, inbound.press.call))
        return self._runtime.hand_over(inbound, self._replies(inbound))

    def _replies(self, inbound: Inbound) -> list[Reply]:
        try:
            declined = inbound.group
            return self._runtime.decline(inbound) if declined else self._runtime.receive(inbound)
        except Exception:  # whatever broke, the sender still gets the emergency number
            log.exception("inbound_failed")
            return self._runtime.sorry(inbound)
