"""Sending: one asyncio loop holds many attempts in flight; the database is asked off the loop."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, time, timedelta
from math import inf
from time import monotonic
from typing import cast

from service.envelopes import Channel, SendFailed, Sent, Verdict
from service.outbox import policy
from service.outbox.budget import Budget
from service.outbox.desk import Desk, Office
from service.outbox.entries import KINDS
from service.outbox.prepare import NO_WINDOWS, Compose, Parcel, Show, nothing
from service.outbox.settle import Outcome
from service.outbox.windows import Window
from service.store.engine import Store, StoreBusy, StoreFailed

log = logging.getLogger(__name__)

LOOK = 1.0  # seconds between looks at the outbox, if nobody wakes us
GATHER = 0.04  # seconds in which results gather into one batch
HELD = 0.25  # seconds that a text may wait between the gate and its turn
LATE = 2.0  # seconds after which an answer of the gate is none: the database was slow to commit it
LONGEST_SEND = 60.0  # seconds; a channel's own time-outs are shorter
WIND_UP = 4.0  # seconds that attempts in flight are given at the end
NO_LIMIT = Budget()
FRESH = timedelta(minutes=1)  # a row held longer is given back: the sweep looks for it soon


class Round:
    """Delivery on one event loop, for as long as that loop runs.

    A few more texts are taken than can go at once, so that a line that gets free finds the next one
    without waiting for the database. Those have passed the gate already and might outlive a STOP:
    so there are only as many as will go during the next step, a tenth of a second or less, and
    one that has to wait longer than HELD goes back and through the gate again.
    """

    def __init__(self, office: Office, in_flight: int) -> None:
        self._office = office
        self._desk = Desk(office)
        self._most = in_flight
        self._attempts: set[asyncio.Task[None]] = set()
        self._next: deque[tuple[float, Parcel]] = deque()  # since when each has waited
        self._oldest = inf  # since when the first of them has waited, or one that went meanwhile
        self._ended = 0  # since the last step
        self._before = 0  # between the last two
        self._enough = asyncio.Event()
        self._closing = False
        self.stir = asyncio.Event()

    @property
    def busy(self) -> bool:
        return bool(self._attempts or self._next or self._desk.unsettled)

    async def cycle(self) -> bool:
        """Settle what has ended, start what is due. False when there was nothing to do."""
        self.stir.clear()
        self._enough.clear()
        self._return_overdue()
        usual = max(self._ended, self._before)  # a step that only settles is short
        ahead = min(usual + usual // 2, self._most * 4)
        self._before, self._ended = self._ended, 0
        wanted = self._most - len(self._attempts) + ahead - len(self._next)
        parcels = await asyncio.to_thread(self._desk.step, max(0, wanted))
        self._return_overdue()  # the step may have waited for a lock
        if parcels and monotonic() > self._desk.asked_at + LATE:
            log.warning("gate_asked_too_long_ago count=%d: the database is slow", len(parcels))
            for parcel in parcels:
                self._desk.finished(Outcome(parcel, None))
        elif parcels:
            since = asyncio.get_running_loop().time()
            waiting = [*self._next, *((since, parcel) for parcel in parcels)]
            self._next = deque(sorted(waiting, key=_urgency))
            self._oldest = min(since for since, _ in waiting)
            self._begin()
        return parcels is not None

    async def wait(self) -> None:
        """Until something ends or somebody wakes us, a second at most; results gather a moment."""
        try:
            async with asyncio.timeout(LOOK):
                await self.stir.wait()
        except TimeoutError:
            return
        if self._attempts and not self._closing:
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHER):
                    await self._enough.wait()

    async def wind_up(self) -> None:
        """Nothing new; what hasn't begun goes back, what doesn't end in time is in doubt."""
        self._closing = True
        self._give_back(lambda _since, _parcel: True)
        if self._attempts:
            await asyncio.wait(self._attempts, timeout=WIND_UP)
        attempts = list(self._attempts)
        for attempt in attempts:
            attempt.cancel()
        await asyncio.gather(*attempts, return_exceptions=True)
        for parcel in await asyncio.to_thread(self._desk.step, 0) or ():
            self._desk.finished(Outcome(parcel, None))
        await asyncio.to_thread(self._desk.step, 0)

    def _begin(self) -> None:
        while self._next and len(self._attempts) < self._most:
            _, parcel = self._next.popleft()
            if self._may_begin(parcel):
                self._attempts.add(asyncio.create_task(self._attempt(parcel)))
            else:
                self._desk.finished(Outcome(parcel, None))

    def _return_overdue(self) -> None:
        earliest = asyncio.get_running_loop().time() - HELD
        if self._oldest < earliest:  # else each text that ends would look at all that wait
            self._give_back(lambda since, _: since < earliest)
            self._oldest = min((since for since, _ in self._next), default=inf)

    def _give_back(self, which: Callable[[float, Parcel], bool]) -> None:
        """What waits goes back into the outbox."""
        kept: deque[tuple[float, Parcel]] = deque()
        for since, parcel in self._next:
            if which(since, parcel):
                self._desk.finished(Outcome(parcel, None))
            else:
                kept.append((since, parcel))
        self._next = kept

    async def _attempt(self, parcel: Parcel) -> None:
        result: Sent | SendFailed = _CUT_OFF
        try:
            result = await self._send(parcel)
        finally:
            self._attempts.discard(cast("asyncio.Task[None]", asyncio.current_task()))
            self._end(Outcome(parcel, result))

    def _end(self, outcome: Outcome) -> None:
        self._desk.finished(outcome)
        if outcome.failure and policy.POLICY[outcome.failure.verdict].rest:
            channel = outcome.parcel.channel
            self._give_back(lambda _, parcel: parcel.channel == channel)
        if not self._closing:
            self._return_overdue()
            self._begin()
        self._ended += 1
        if self._ended >= self._most:
            self._enough.set()
        self.stir.set()

    def _may_begin(self, parcel: Parcel) -> bool:
        now = self._office.clock()
        return parcel.claimed_at <= now < parcel.claimed_at + FRESH and (
            parcel.best_before is None or now < parcel.best_before
        )

    async def _send(self, parcel: Parcel) -> Sent | SendFailed:
        try:
            async with asyncio.timeout(LONGEST_SEND):
                return await self._office.channels[parcel.channel].send(parcel.outgoing)
        except SendFailed as failed:
            return failed
        except Exception as error:  # noqa: BLE001 -- a fault in one channel mustn't stop the others
            # Its words may hold a number or a text.
            log.error("send_broke channel=%s error=%s", parcel.channel, type(error).__name__)
            return SendFailed(Verdict.DOUBTFUL, "broken", f"the send broke: {type(error).__name__}")


def _urgency(waiting: tuple[float, Parcel]) -> int:
    return KINDS.index(waiting[1].kind)


_CUT_OFF = SendFailed(Verdict.DOUBTFUL, "cut off", "the service stopped while sending")


class Delivery:
    """The only way out for what isn't the answer to a webhook."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        *,
        clock: Callable[[], datetime],
        compose: Compose,
        show: Show = nothing,
        alert: Callable[[str, str], None],
        quiet: tuple[time, time],
        rates: Mapping[str, float | None],
        budget: Budget = NO_LIMIT,
        windows: Mapping[str, Window] = NO_WINDOWS,
        in_flight: int = 64,
        first: Callable[[], int] = lambda: 0,
    ) -> None:
        """`rates`: segments a second by channel, for all workers together; None: no limit.
        `windows`: of the channels on which we write freely only for a while after a text.

        `first` is done before rows are taken; none are while it returns more than 0, so that nothing
        overtakes an opt-out that waits to be stored.
        """
        self._office = Office(
            store=store,
            channels=channels,
            clock=clock,
            compose=compose,
            show=show,
            alert=alert,
            quiet=quiet,
            budget=budget,
            windows=windows,
            first=first,
            rates=rates,
        )
        self._in_flight = in_flight
        self._stopping = threading.Event()
        self._resting = threading.Event()
        self._thread: threading.Thread | None = None
        self._running: tuple[asyncio.AbstractEventLoop, Round] | None = None

    async def drain(self) -> None:
        """Deliver on the caller's loop until nothing more may go at this moment."""
        work = Round(self._office, self._in_flight)
        while await work.cycle() or work.busy:
            if work.busy:
                await work.wait()

    @contextmanager
    def resting(self) -> Iterator[None]:
        """The thread takes nothing meanwhile: somebody else delivers with `drain`."""
        self._resting.set()
        try:
            yield
        finally:
            self._resting.clear()

    def start(self) -> None:
        """Deliver in a thread of its own until `stop`."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something is due now. From any thread; without effect while nothing runs."""
        running = self._running
        if running is not None:
            loop, work = running
            try:
                loop.call_soon_threadsafe(work.stir.set)
            except RuntimeError:  # the loop closed in this moment
                return

    def stop(self, timeout: float = 10.0) -> None:
        """End within seconds: attempts in flight are settled or in doubt, the rest is queued."""
        self._stopping.set()
        self.wake()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def _run(self) -> None:
        asyncio.run(self._deliver())

    async def _deliver(self) -> None:
        work = Round(self._office, self._in_flight)
        self._running = asyncio.get_running_loop(), work
        try:
            while not self._stopping.is_set():
                await self._turn(work)
            await self._wind_up(work)
        finally:
            self._running = None

    async def _turn(self, work: Round) -> None:
        try:
            if work.busy or not self._resting.is_set():
                await work.cycle()
            else:
                work.stir.clear()  # else whoever wakes us once would have us turn without a pause
        except (StoreBusy, StoreFailed) as error:
            log.error("delivery_without_database: %s", error)
            await work.wait()
        except Exception:  # the door of this thread: delivery must outlive a fault in one row
            log.exception("delivery_step_broke")
        await work.wait()

    async def _wind_up(self, work: Round) -> None:
        try:
            await work.wind_up()
        except (StoreBusy, StoreFailed) as error:
            log.error("delivery_unsettled: %s; the sweep will look these texts up", error)
        for channel in self._office.channels.values():
            await channel.close()
