"""Answers that wait for no outbox: what to do in danger, and what somebody hears when we failed."""

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import BoundedSemaphore, Event, Lock

from service.envelopes import (
    Address,
    Channel,
    Inbound,
    Outgoing,
    Receipt,
    Reply,
    SendFailed,
    Sent,
    State,
    Verdict,
    as_one,
)
from service.outbox import entries, receipts
from service.store.engine import Store, StoreBusy, StoreFailed

log = logging.getLogger(__name__)
AGAIN = 5.0  # seconds after an attempt that failed
TRIES = 4  # for one answer
LONG = 30.0  # seconds that an answer waits at most: it holds a thread meanwhile
LINES = 8  # answers on their way at once
ASIDE = 16  # things that nobody waits for and that may wait themselves; more are let go
ENDING = 3.0  # seconds for what is on its way when the process ends
KNOWN = 4_096  # attempts that are remembered, so that a repeated request gets no second answer
_LATER = frozenset({Verdict.RETRY, Verdict.SLOW_DOWN})  # certainly not sent
_QUEUED = frozenset({Verdict.RETRY, Verdict.SLOW_DOWN, Verdict.SET_UP})  # the outbox tries on


def outgoing_of(inbound: Inbound, replies: Sequence[Reply]) -> Outgoing:
    """All texts as one, so that they keep their order and a chat its pace.

    Written into the text with the button only where the answer to it stands in the answer to a
    request, too: else that comes by the outbox, and this is what we say beside it.
    """
    whole, press = as_one(replies), inbound.press
    answers = press is not None and press.once and inbound.inline and not whole.apology
    return Outgoing(
        attempt=whole.attempt,
        address=inbound.address,
        text=whole.text,
        choices=whole.choices,
        picture=whole.picture,
        once=False,
        edits=press if answers else None,
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
    failed: Callable[[SendFailed], bool],
    tries: int,
) -> Sent | None:
    """Try a few times, while it certainly wasn't sent; None when nobody knows that it was.

    `wait`: so many seconds, and True when it is time to end; `failed`: True when somebody else
    takes care of it.
    """
    for left in reversed(range(tries)):
        try:
            return send_on_own_loop(channel, outgoing)
        except SendFailed as failure:
            log.error("answer_not_sent code=%s: %s", failure.code, failure.reason)
            if failed(failure) or failure.verdict not in _LATER:
                return None
            if not left or wait(min(max(failure.wait, AGAIN), LONG)):
                return None
    return None


@dataclass(frozen=True, slots=True)
class _Letter:
    """An answer to be handed over, and the attempts of all texts in it."""

    outgoing: Outgoing
    attempts: Sequence[str]
    came: datetime
    tries: int
    done: Future[None] = field(default_factory=Future)


class Direct:
    """Sends in threads of its own: whoever asks never waits for a provider."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        alert: Callable[[str, str], None],
        carriers: Collection[str],
    ) -> None:
        self._carriers = carriers  # of reminders
        self._store = store
        self._channels = channels
        self._clock = clock
        self._alert = alert
        self._threads = ThreadPoolExecutor(LINES, thread_name_prefix="direct")
        self._lines: dict[Address, deque[_Letter]] = {}
        self._known: OrderedDict[str, None] = OrderedDict()
        self._knowing = Lock()
        # No answer waits behind what nobody waits for.
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self._room = BoundedSemaphore(ASIDE)
        self._ending = Event()

    def close(self) -> None:
        """What is on its way ends, or is given up in time; nothing is tried again."""
        self._ending.set()
        self._beside.shutdown(wait=False, cancel_futures=True)
        self._threads.shutdown(wait=False)
        with self._knowing:
            under_way = [letter.done for line in self._lines.values() for letter in line]
        futures.wait(under_way, timeout=ENDING)

    def hand_over(self, inbound: Inbound, replies: Sequence[Reply]) -> Future[None] | None:
        """Texts that have an attempt id; the others are in the outbox. The same once.

        One after the other to one person. The future: of the end of it, where there is anything.
        """
        ours = [reply for reply in replies if reply.attempt]
        if not ours or not self._new(ours[0].attempt):
            return None
        attempts = [reply.attempt for reply in ours]
        tries = 1 if inbound.group else TRIES  # a group mustn't hold up people
        letter = _Letter(outgoing_of(inbound, ours), attempts, self._clock(), tries)
        with self._knowing:
            line = self._lines.setdefault(inbound.address, deque())
            line.append(letter)
            if len(line) == 1:
                self._threads.submit(self._work_off, inbound.address)
        return letter.done

    def aside(self, work: Callable[[], None]) -> None:
        """Do something that nobody waits for, unless too much of it waits already.

        It says itself what goes wrong.
        """
        if self._room.acquire(blocking=False):
            done = self._beside.submit(work)
            done.add_done_callback(lambda _: self._room.release())

    def _new(self, attempt: str) -> bool:
        with self._knowing:
            if attempt in self._known:
                return False
            self._known[attempt] = None
            if len(self._known) > KNOWN:
                self._known.popitem(last=False)
            return True

    def _work_off(self, address: Address) -> None:
        """All that is for this address, until nothing is left."""
        line = self._lines[address]
        while line:
            self._hand_over(line[0])
            line[0].done.set_result(None)
            with self._knowing:
                line.popleft()
                if not line:
                    del self._lines[address]

    def _hand_over(self, letter: _Letter) -> None:
        try:
            outgoing = letter.outgoing
            sent = insist(
                self._channels[outgoing.address.channel],
                outgoing,
                self._ending.wait,
                lambda failure: self._failed(failure, letter),
                letter.tries,
            )
            if sent is not None:
                self._note(Receipt(outgoing.attempt, sent.provider_id, sent.state))
        except Exception:  # a fault with one answer mustn't end in silence
            log.exception("answer_not_handed_over")

    def _failed(self, failure: SendFailed, letter: _Letter) -> bool:
        """Is it in the outbox now? What is in doubt stays so, until the sweep looks it up."""
        if failure.verdict in _QUEUED:
            return self._queue(letter)
        if failure.verdict is not Verdict.DOUBTFUL:
            outgoing = letter.outgoing
            told = failure.verdict, failure.code, failure.reason
            self._note(Receipt(outgoing.attempt, "", State.FAILED, *told, outgoing.address))
        return False

    def _queue(self, letter: _Letter) -> bool:
        try:
            with self._store.write() as session:
                return bool(
                    entries.queue_answers(session, letter.attempts, letter.came, self._clock())
                )
        except (StoreBusy, StoreFailed) as error:
            log.warning("answer_not_queued: %s", error)
            return False

    def _note(self, receipt: Receipt) -> None:
        """How it ended. Where it isn't stored yet, the sweep finds out."""
        try:
            with self._store.write() as session:
                alerts = receipts.record(session, receipt, self._clock(), self._carriers)
        except (StoreBusy, StoreFailed) as error:
            log.warning("answer_not_settled: %s", error)
            return
        for alert in alerts:
            self._alert(alert.title, alert.body)
