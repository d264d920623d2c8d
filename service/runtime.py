"""The composition root: settings become a store, a catalogue, channels, a clock and a delivery."""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from config.settings import Settings
from messages import broadcasts as broadcast_words
from messages import catalogue as catalogues
from messages.broadcasts import BroadcastWords
from messages.catalogue import Catalogue
from service import broadcasting, places, playback, tidying, wiring
from service.alerts import Alerts
from service.broadcasts.compose import composing
from service.clock import SWEEP, TALLY, TICK, TIDY, Metronome
from service.conversation import closing
from service.conversation.turn import House
from service.counting import Counting
from service.direct import Direct
from service.envelopes import Channel, Inbound, Receipt, Reply, Verdict
from service.heartbeat import Heartbeat
from service.imports import going_on
from service.outbox import receipts, strays, sweep
from service.outbox.deliver import Delivery
from service.outbox.failures import Alert
from service.reception import Reception
from service.reminders import compose, due
from service.slices import Slices
from service.store.engine import Store, StoreBusy, StoreFailed, open_store
from service.store.migrate import require_current
from service.timekeeper import Timekeeper, wall_of

log = logging.getLogger(__name__)
_SKIPS = {"15m": timedelta(minutes=15), "1h": timedelta(hours=1)}


@dataclass
class Runtime:
    settings: Settings
    store: Store
    catalogue: Catalogue
    channels: Mapping[str, Channel]
    clock: Timekeeper
    alerts: Alerts
    house: House
    delivery: Delivery
    reception: Reception
    direct: Direct
    slices: Slices
    heartbeat: Heartbeat
    counting: Counting
    broadcasts: BroadcastWords
    wakeups: wiring.Wakeups | None = None  # to workers on this and other machines
    _metronome: Metronome | None = None
    _playing: threading.Lock = field(default_factory=threading.Lock)
    _ending: threading.Event = field(default_factory=threading.Event)

    def now(self) -> datetime:
        return self.clock.now()

    def receive(self, inbound: Inbound) -> list[Reply]:
        """The texts that answer this one; they are stored, and the same text again gets the same."""
        return self.reception.receive(inbound)

    def decline(self, inbound: Inbound) -> list[Reply]:
        return self.reception.decline(inbound)

    def sorry(self, inbound: Inbound) -> list[Reply]:
        return self.reception.sorry(inbound)

    def hand_over(self, inbound: Inbound, replies: Sequence[Reply]) -> Future[None] | None:
        """Answer a text whose request takes no answer: at once what must be, the rest by the outbox."""
        handed = self.direct.hand_over(inbound, replies)
        self.wake()
        return handed

    def record(self, receipt: Receipt) -> None:
        """Note what a provider reports. Raises StoreBusy, StoreFailed."""
        durable = receipt.verdict is Verdict.OPTED_OUT
        with self.store.write(durable=durable) as session:
            alerts = receipts.record(session, receipt, self.now(), self.house.carriers)
        self._raise(alerts)

    def tick(self) -> None:
        """Write what is due now into the outbox, close what nobody answered, wake delivery."""
        now = self.now()
        try:
            self.reception.catch_up()
            self.heartbeat.look(now)
            if self._anything_due(now):
                self._write_due(now)
            self.heartbeat.beat(now)
        except (StoreBusy, StoreFailed) as error:
            log.error("tick_without_database: %s", error)
        self.wake()

    def wake(self) -> None:
        """Something may be due: whoever delivers looks now."""
        self.delivery.wake()
        if self.wakeups is not None:
            self.wakeups.wake()

    def _anything_due(self, now: datetime) -> bool:
        with self.store.read() as session:
            slot, closes = due.next_due_at(session), closing.next_at(session)
        return any(moment is not None and moment <= now for moment in (slot, closes))

    def _write_due(self, now: datetime) -> None:
        for _ in self.slices.write(now):
            self.wake()
            if self._ending.is_set():
                return
        closed = closing.BATCH
        while closed == closing.BATCH:
            with self.store.write(durable=True) as session:
                closed = max(
                    closing.close_due(session, self.house, now),
                    closing.end_doubts(session, self.house, now),
                )

    def broadcast(self) -> None:
        """Write what operators have sent off, and take back what they cancelled."""
        now, ending, house = self.now(), self._ending.wait, self.house
        broadcasting.advance(self.store, house.reach, house.quiet, now, ending, self.wake)

    def sweep(self) -> None:
        """Settle all that is in doubt, at the provider where it must be, and bring in strays."""
        for step in (self._bring_in, self._settle):
            try:
                while step() and not self._ending.is_set():
                    pass
            except (StoreBusy, StoreFailed) as error:
                log.error("sweep_without_database: %s", error)
        self.wake()

    def _bring_in(self) -> bool:
        return strays.bring_in(self.store, self.channels, self.now())

    def _settle(self) -> bool:
        swept = sweep.sweep(self.store, self.channels, self.now(), self._ending.is_set)
        self._raise(swept.alerts)
        return swept.more

    def tidy(self) -> None:
        """Remove what is kept past its time, and count who is reminded when."""
        try:
            now, wall = self.now(), self.clock.wall()
            self._raise(tidying.tidy(self.store, self.settings, now, wall, self._ending.wait))
        except (StoreBusy, StoreFailed) as error:
            log.error("tidy_without_database: %s", error)

    def bring_in(self) -> None:
        """Read lists of people that were handed in, and write those that were confirmed."""
        try:
            going_on.go_on(self.store, self.house, self.now(), self._ending.wait)
        except (StoreBusy, StoreFailed) as error:
            log.error("import_without_database: %s", error)

    def drain(self) -> None:
        """Deliver all that may go at this moment, here and now."""
        asyncio.run(self._drain())

    async def _drain(self) -> None:
        try:
            await self.delivery.drain()
        finally:
            for channel in self.channels.values():  # connections belong to this loop, which ends
                await channel.close()

    def skip(self, number: str, ahead: str) -> datetime:
        """Play time forward for the phone page: 15m, 1h, or to the next working morning of `number`.

        Raises ClockFixed while a real channel is configured.
        """
        step = _SKIPS.get(ahead)
        until = self.now() + step if step else playback.morning(self.store, number, self.now())
        with self._playing, self.delivery.resting():
            playback.play(self, until, self._move)
        return self.now()

    def _move(self, moment: datetime) -> None:
        with self.store.write() as session:
            self.clock.move_to(session, moment)

    def _raise(self, alerts: Sequence[Alert]) -> None:
        for alert in alerts:
            self.alerts.send(alert.title, alert.body, self.now())

    def start(self, *, deliver: bool = True) -> None:
        """Tick, and unless workers do that, deliver, in threads of this process."""
        # Reads the atlas now (half a second), not while somebody waits for an answer about a city.
        threading.Thread(target=places.country_called, args=("GB",), daemon=True).start()
        self.tick()
        if deliver:
            self.start_delivery()
        self._metronome = Metronome(self.beats)
        self._metronome.start()

    def start_delivery(self) -> None:
        """Deliver in a thread of this process."""
        self.delivery.start()

    @property
    def beats(self) -> Sequence[tuple[Callable[[], None], timedelta]]:
        """What the metronome calls, and how often."""
        return (
            (self.tick, TICK),
            (self.broadcast, TICK),
            (self.sweep, SWEEP),
            (self.counting.tally, TALLY),
            (self.tidy, TIDY),
            (self.bring_in, TICK),
        )

    def close(self) -> None:
        """Stop what was started, within seconds; nothing in flight is forgotten."""
        self._ending.set()
        self.counting.stop()
        if self._metronome is not None:
            self._metronome.pause()
        self.delivery.stop()  # while a beat that is under way comes to its end
        if self._metronome is not None:
            self._metronome.shutdown()
        if self.wakeups is not None:
            self.wakeups.close()
        self.reception.close()  # before anybody waits for a provider: it may hold a STOP
        self.direct.close()
        self.store.close()


def build(
    settings: Settings,
    wall: Callable[[], datetime] | None = None,
    catalogue: Catalogue | None = None,
) -> Runtime:
    """A service on its database. Raises CatalogueError, SettingsError, StoreFailed.

    `wall` is the clock on the wall: wall_of(store), unless tests and rehearsals bring their own, as
    they do a loaded catalogue.
    """
    catalogue = catalogue or catalogues.load(settings.programme_name, settings.support_contact)
    store = open_store(settings.database)
    require_current(store)
    clock = Timekeeper(movable=not settings.real, wall=wall or wall_of(store))
    with store.read() as session:
        clock.load(session)
    alerts = Alerts(settings.alert_urls.get_secret_value())
    channels = wiring.channels(settings)
    house = wiring.house(settings, catalogue, channels)
    reception = Reception(store, house, clock)
    alert = alerts.told_at(clock.now)
    words = broadcast_words.load(settings.programme_name)
    delivery = _delivery(settings, store, channels, clock, house, alert, words, reception)
    return Runtime(
        settings=settings,
        store=store,
        catalogue=catalogue,
        channels=channels,
        clock=clock,
        alerts=alerts,
        house=house,
        delivery=delivery,
        reception=reception,
        direct=Direct(store, channels, clock.now, alert, house.carriers),
        slices=Slices(store, settings.quiet),
        heartbeat=Heartbeat(store, alert, settings.quiet),
        counting=Counting(store, clock, timedelta(days=settings.history_days)),
        broadcasts=words,
        wakeups=wiring.wakeups(settings),
    )


def _delivery(
    settings: Settings,
    store: Store,
    channels: Mapping[str, Channel],
    clock: Timekeeper,
    house: House,
    alert: Callable[[str, str], None],
    words: BroadcastWords,
    reception: Reception,
) -> Delivery:
    return Delivery(
        store,
        channels,
        clock=clock.now,
        compose=composing(words, partial(compose.compose, house.showcase)),
        show=house.showcase.picture,
        alert=alert,
        quiet=settings.quiet,
        rates=wiring.rates(settings, channels),
        windows=wiring.windows(settings),
        budget=wiring.budget(settings),
        first=reception.catch_up,
    )
