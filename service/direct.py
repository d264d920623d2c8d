"""Answers that wait for no outbox: what to do in danger, and what somebody hears when we failed."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Event, Lock

from service.envelopes import (
    Channel,
    Inbound,
    Outgoing,
    Receipt,
    Reply,
    SendFailed,
    Sent,
    State,
    Verdict,
)
from service.outbox import entries, receipts
from service.store.engine import Store, StoreBusy, StoreFailed

log = logging.getLogger(__name__)
AGAIN = 5.0  # seconds after an attempt that failed
TRIES = 4  # for one answer
LINES = 8  # answers on their way at once
KNOWN = 4_096  # attempts that are remembered, so that a repeated request gets no second answer
_LATER = frozenset({Verdict.RETRY, Verdict.SLOW_DOWN})  # certainly not sent
_QUEUED = frozenset({Verdict.RETRY, Verdict.SLOW_DOWN, Verdict.SET_UP})  # the outbox tries on


def outgoing_of(inbound: Inbound, replies: Sequence[Reply]) -> Outgoing:
    """All texts as one, so that they keep their order and a chat its pace."""
    press = inbound.press
    return Outgoing(
        attempt=replies[0].attempt,
        address=inbound.address,
        text="\n\n".join(reply.text for reply in replies),
        choices=next((reply.choices for reply in reversed(replies) if reply.choices), ()),
        picture=next((reply.picture for reply in reversed(replies) if reply.picture), None),
        once=False,
        edits=press if press and press.once else None,
        urgent=True,
    )


def send_on_own_loop(channel: Channel, outgoing: Outgoing) -> Sent:
    """One attempt, for a thread without a loop. Raises SendFailed."""
    return asyncio.run(_attempt(channel, outgoing))


async def _attempt(channel: Channel, outgoing: Outgoing) -> Sent:
    try:
        return await channel.send(outgoing)
    finally:
        await channel.close()


def insist(
    channel: Channel,
    outgoing: Outgoing,
    wait: Callable[[float], bool],
    failed: Callable[[SendFailed], bool] = lambda _failure: False,
) -> Sent | None:
    """Try a few times, while it certainly wasn't sent; None when nobody knows that it was.

    `wait`: so many seconds, and True when it is time to end; `failed`: True when somebody else
    takes care of it.
    """
    for _ in range(TRIES):
        try:
            return send_on_own_loop(channel, outgoing)
        except SendFailed as failure:
            log.error("answer_not_sent code=%s: %s", failure.code, failure.reason)
            if failed(failure) or failure.verdict not in _LATER:
                return None
            if wait(max(failure.wait, AGAIN)):
                return None
    return None


class Direct:
    """Sends in threads of its own: whoever asks never waits for a provider."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        alert: Callable[[str, str], None],
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._alert = alert
        self._threads = ThreadPoolExecutor(LINES, thread_name_prefix="direct")
        self._known: OrderedDict[str, None] = OrderedDict()
        self._knowing = Lock()
        self._ending = Event()

    def close(self) -> None:
        """What is on its way ends; nothing is tried again."""
        self._ending.set()
        self._threads.shutdown()

    def hand_over(self, inbound: Inbound, replies: Sequence[Reply]) -> None:
        """Texts that have an attempt id; the others are in the outbox. The same once."""
        ours = [reply for reply in replies if reply.attempt]
        if ours and self._new(ours[0].attempt):
            # Its buttons stay: whatever we say here is no answer to them.
            outgoing = replace(outgoing_of(inbound, ours), edits=None)
            self._threads.submit(self._hand_over, outgoing, self._clock())

    def aside(self, work: Callable[[], None]) -> None:
        """Do something that nobody waits for; it says itself what goes wrong."""
        self._threads.submit(work)

    def _new(self, attempt: str) -> bool:
        with self._knowing:
            if attempt in self._known:
                return False
            self._known[attempt] = None
            if len(self._known) > KNOWN:
                self._known.popitem(last=False)
            return True

    def _hand_over(self, outgoing: Outgoing, came: datetime) -> None:
        try:
            channel = self._channels[outgoing.address.channel]
            sent = insist(
                channel,
                outgoing,
                self._ending.wait,
                lambda failure: self._failed(failure, outgoing, came),
            )
            if sent is not None:
                self._note(Receipt(outgoing.attempt, sent.provider_id, sent.state))
        except Exception:  # a fault with one answer mustn't end in silence
            log.exception("answer_not_handed_over")

    def _failed(self, failure: SendFailed, outgoing: Outgoing, came: datetime) -> bool:
        """Is it in the outbox now? What is in doubt stays so, until the sweep looks it up."""
        if failure.verdict in _QUEUED:
            return self._queue(outgoing, came)
        if failure.verdict is not Verdict.DOUBTFUL:
            told = failure.verdict, failure.code, failure.reason
            self._note(Receipt(outgoing.attempt, "", State.FAILED, *told, outgoing.address))
        return False

    def _queue(self, outgoing: Outgoing, came: datetime) -> bool:
        try:
            with self._store.write() as session:
                return bool(entries.queue_answers(session, [outgoing.attempt], came))
        except (StoreBusy, StoreFailed) as error:
            log.warning("answer_not_queued: %s", error)
            return False

    def _note(self, receipt: Receipt) -> None:
        """How it ended. Where it isn't stored yet, the sweep finds out."""
        try:
            with self._store.write() as session:
                alerts = receipts.record(session, receipt, self._clock())
        except (StoreBusy, StoreFailed) as error:
            log.warning("answer_not_settled: %s", error)
            return
        for alert in alerts:
            self._alert(alert.title, alert.body)
