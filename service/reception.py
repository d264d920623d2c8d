"""Where a text is taken in: understood first, then stored and answered in one transaction.

Danger is answered even when the database isn't there: the answer follows from the text and the
number alone, and is recorded when it can be. So is an opt-out.
"""

import logging
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from threading import Event, Lock, Thread
from typing import Any

from sqlalchemy.exc import IntegrityError

from messages.catalogue import DEFAULT
from service import places
from service.conversation import history, plain, unread
from service.conversation.history import Exchange, attempt_of
from service.conversation.long_texts import understand_all
from service.conversation.receive import durable, leaves, receive
from service.conversation.turn import House
from service.envelopes import Inbound, Reading, Reply
from service.outbox import entries
from service.store.engine import Store, StoreBusy, StoreFailed
from service.store.lanes import within
from service.timekeeper import Timekeeper

log = logging.getLogger(__name__)
URGENT = 0.5  # seconds that a person in danger waits for our database
PATIENCE = 5.0  # seconds that anybody else does; Twilio gives up after 15
HURRY = 1.0  # seconds for an ordinary text while others wait already
AWAY = 0.05  # seconds when another text has just waited in vain
WAITING = 2  # ordinary texts that may wait; the other web threads stay free for danger
RETRY = 1.0  # seconds between attempts to store what waits
KEPT = 10_000  # texts held in memory while the database is away
SHORT = 40  # characters of a text that others send in the same words: DONE, LIFT, "thank you"
RECALLED = 4_096  # such texts whose reading is kept


@dataclass(frozen=True, slots=True)
class _Waiting:
    inbound: Inbound
    reading: Reading
    at: datetime
    given: int  # how many texts of the answer the person already has


def _left(ends: float) -> float:
    """Seconds until then; a moment at least, in which a database that isn't busy has answered."""
    return max(AWAY, ends - time.monotonic())


class Reception:
    def __init__(self, store: Store, house: House, clock: Timekeeper) -> None:
        self._store = store
        self._house = house
        self._clock = clock
        self._waiting: deque[_Waiting] = deque()
        self._urgent = ThreadPoolExecutor(4, thread_name_prefix="urgent")
        self._patient = 0
        self._busy_at = -HURRY
        self._counting = Lock()
        self._catching = Lock()
        self._keeper: Thread | None = None
        self._closing = Event()
        # Reading is a pure function of the text, so a text that comes every minute is read once.
        self._recall = lru_cache(RECALLED)(self._understand)

    def close(self) -> None:
        self._closing.set()
        self._urgent.shutdown()
        if self.catch_up():
            log.error("texts_not_stored count=%d: lost with this process", len(self._waiting))

    def receive(self, inbound: Inbound) -> list[Reply]:
        """The texts that answer this one. Never raises for a database that fails."""
        now = self._clock.now()
        reading = (self._recall if len(inbound.text) <= SHORT else self._understand)(inbound.text)
        if reading.flag:
            return self._receive_urgent(inbound, reading, now)
        try:
            return self._stored_in_turn(inbound, reading, now)
        except (StoreBusy, StoreFailed):
            log.exception("inbound_not_stored intent=%s", reading.intent)
            if leaves(inbound, reading):
                self._keep(_Waiting(inbound, reading, now, given=0))
            return self.sorry(inbound, reading)

    def _understand(self, text: str) -> Reading:
        return understand_all(text, self._house.catalogue.vocabulary)

    def _stored_in_turn(self, inbound: Inbound, reading: Reading, now: datetime) -> list[Reply]:
        """While the database is slow only a few wait for it, so that danger finds a free thread."""
        with self._counting:
            patience = HURRY if self._patient >= WAITING else PATIENCE
            self._patient += 1
        if time.monotonic() - self._busy_at < HURRY:
            patience = AWAY
        if leaves(inbound, reading):  # what isn't stored, workers elsewhere don't know
            patience = max(patience, HURRY)
        patience = min(patience, inbound.patience)
        began = time.monotonic()
        try:
            return self._stored(inbound, reading, now, patience)
        except (StoreBusy, StoreFailed) as error:
            ended = time.monotonic()
            if isinstance(error, StoreBusy) or ended - began > patience:
                self._busy_at = ended
            raise
        finally:
            with self._counting:
                self._patient -= 1

    def sorry(self, inbound: Inbound, reading: Reading | None = None) -> list[Reply]:
        """What somebody hears when we failed: try again, and the emergency number."""
        # An attempt id that no stored text has: what is stored later mustn't pass for this one.
        return [replace(self._reply(inbound, reading, "ERROR", -1), apology=True)]

    def decline(self, inbound: Inbound) -> list[Reply]:
        """What a group hears: we talk with people one by one. Danger is answered there, too."""
        reading = self._understand(inbound.text)
        key = reading.flag.template if reading.flag else "ONE_BY_ONE"
        return [self._reply(inbound, reading, key)]

    def _reply(self, inbound: Inbound, reading: Reading | None, key: str, number: int = 0) -> Reply:
        """In the language of the text: without the database we know no other."""
        country = places.country_of(inbound.address.handle)
        catalogue = self._house.catalogue
        guess = catalogue.language_of(inbound.language) or DEFAULT
        language = reading.language if reading and reading.spoken else guess
        text = catalogue.say(key, language, country)
        return Reply(text, attempt_of(inbound, number))

    def _receive_urgent(self, inbound: Inbound, reading: Reading, now: datetime) -> list[Reply]:
        assert reading.flag is not None
        work = self._urgent.submit(self._stored, inbound, reading, now, PATIENCE)
        try:
            return work.result(timeout=URGENT)
        except TimeoutError:
            log.error("emergency_answered_before_stored rule=%s", reading.flag.code)
            work.add_done_callback(lambda done: self._stored_late(done, inbound, reading, now))
        except Exception:  # whatever broke on our side, the person hears the number
            log.exception("emergency_answered_before_stored rule=%s", reading.flag.code)
            self._keep(_Waiting(inbound, reading, now, given=1))
        return [self._reply(inbound, reading, reading.flag.template)]

    def _stored_late(
        self, done: Future[list[Reply]], inbound: Inbound, reading: Reading, now: datetime
    ) -> None:
        """The slow store has ended: what it couldn't do, or didn't hand over, is caught up with.

        Storing the same text again is harmless: it finds the same answer.
        """
        if done.exception() is not None or (inbound.inline and len(done.result()) > 1):
            self._keep(_Waiting(inbound, reading, now, given=1))

    def _stored(
        self, inbound: Inbound, reading: Reading, now: datetime, patience: float
    ) -> list[Reply]:
        ends = time.monotonic() + patience
        exchange = self._exchange(inbound, reading, now, patience)
        if exchange is not None and self.write(exchange, _left(ends)):
            if exchange.unread:
                self._keep_unread(exchange.unread)
            return history.replies(self._house.showcase, exchange.answers)
        with self._store.write(durable=durable(inbound, reading), wait=_left(ends)) as session:
            return receive(session, self._house, inbound, reading, now)

    def _exchange(
        self, inbound: Inbound, reading: Reading, now: datetime, patience: float
    ) -> Exchange | None:
        if not plain.is_plain(inbound, reading):
            return None
        began = time.monotonic()
        try:
            return plain.exchange(self._store, self._house, inbound, reading, now, patience)
        except StoreFailed:
            if time.monotonic() - began > patience:
                raise
            return None  # a kept connection may have been lost; a transaction opens another

    def write(self, exchange: Exchange, wait: float) -> bool:
        """False: it came before, or its sender was erased meanwhile; ask in a transaction then."""
        with suppress(IntegrityError):
            if self._store.dialect == "sqlite":
                with self._store.stroke(wait) as lane:
                    return history.put(lane, exchange)
            if len(exchange.answers) == 1:
                with self._store.stroke(wait) as lane:
                    return history.put_at_a_stroke(lane, exchange)
            with self._store.write(wait=wait) as session:
                return history.put(within(session), exchange)
        return False

    def _keep_unread(self, row: dict[str, Any]) -> None:
        """Apart from the answer, which is stored: nobody waits, or hears of it, when this fails."""
        with suppress(StoreBusy, StoreFailed, IntegrityError), self._store.stroke(AWAY) as lane:
            unread.keep(lane, row)

    def _keep(self, waiting: _Waiting) -> None:
        """Hold a text until the database takes it, which is tried every second."""
        with self._counting:
            if len(self._waiting) >= KEPT:
                log.error("text_not_kept intent=%s: too many wait", waiting.reading.intent)
                return
            self._waiting.append(waiting)
            if self._keeper is None:
                self._keeper = Thread(target=self._keep_trying, name="catch-up", daemon=True)
                self._keeper.start()

    def _keep_trying(self) -> None:
        while not self._closing.wait(RETRY):
            self.catch_up()
            with self._counting:
                if not self._waiting:
                    self._keeper = None
                    return

    def catch_up(self) -> int:
        """Store what the database couldn't take earlier; how many are still waiting.

        Called from several threads: by one at a time, so that nobody goes on before it is done.
        """
        with self._catching:
            while self._waiting and self._catch_one(self._waiting.popleft()):
                pass
        return len(self._waiting)

    def _catch_one(self, waiting: _Waiting) -> bool:
        """False when the database still doesn't take it."""
        try:
            replies = self._stored(waiting.inbound, waiting.reading, waiting.at, PATIENCE)
            if waiting.inbound.inline:  # else the outbox has the rest already
                self._send_rest(replies[waiting.given :], waiting.at)
        except (StoreBusy, StoreFailed):
            self._waiting.appendleft(waiting)
            return False
        except Exception:  # a row that can't be read mustn't keep the others waiting
            log.exception("text_not_stored intent=%s", waiting.reading.intent)
        return True

    def _send_rest(self, replies: Sequence[Reply], at: datetime) -> None:
        """Hand texts that missed the webhook's answer to the outbox."""
        if not replies:
            return
        with self._store.write() as session:
            attempts = [reply.attempt for reply in replies]
            entries.queue_answers(session, attempts, at, self._clock.now())
