"""A service that runs while it is being killed, and the audit afterwards."""

import json
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select

from service.channels.twilio import Twilio
from service.outbox.claim import expire
from service.outbox.sweep import LOOKING, LOOKS, sweep
from service.store.engine import Store, StoreBusy, StoreFailed
from service.store.tables import Entry, Plan
from service.timekeeper import system_time
from tests.chaos import people
from tests.chaos.children import TOKEN, Cast
from tests.chaos.ledger import Taken, audit, rows_of
from tests.chaos.report import Report
from tests.chaos.script import Act, Script
from tests.chaos.stops import Stops, planned
from tests.standin_reports import ACCOUNT

_OPEN = ("queued", "sending", "doubtful")
_TOLD = 20.0  # seconds between two lines about how far it is
_LOOK = 0.2  # seconds between two looks at whether it is done
_SWEEPS = 200  # with a later time, until nothing is open


@dataclass
class Stage:
    """`provider` is the stand-in's address, `web` the port of the webhooks."""

    script: Script
    store: Store
    cast: Cast
    provider: str
    web: int
    say: Callable[[str], None]

    def play(self, name: str, acts: Sequence[Act]) -> Report:
        """Do what is planned, wait until nothing is open, end everything, and look at the ledger."""
        script, self._began = self.script, time.time()
        last = max(act.at for act in acts)
        texting = Stops(
            self.web, planned(script.people, script.stops, self._began, last, script.seed)
        )
        texting.start()
        for act in acts:
            self._until(partial(self._passed, act.at))
            act.do()
            self.say(f"{time.time() - self._began:6.1f} s  {act.name}")
        self._until(self._all_written)
        self._until(lambda: not self._left("queued"))
        texting.finish(60.0)
        if script.to_the_end:
            self._until(lambda: not self._left(*_OPEN))
        stubborn = self.cast.end(but="provider")
        if not script.to_the_end:
            self._sweep_later()
        return self._report(name, acts, texting.planned, stubborn)

    def _passed(self, seconds: float) -> bool:
        return time.time() >= self._began + seconds

    def _until(self, done: Callable[[], bool]) -> None:
        """Wait; whoever ended is started again, as a supervisor would. Some patience at most."""
        told = time.time()
        while not done() and time.time() < self._began + self.script.patience:
            self.cast.watch()
            if time.time() - told > _TOLD:
                told = time.time()
                self.say(f"{told - self._began:6.1f} s  {self._states()}")
            time.sleep(_LOOK)

    def _states(self) -> Mapping[str, int]:
        try:
            with self.store.read() as session:
                found = session.execute(select(Entry.state, func.count()).group_by(Entry.state))
                return {state: count for state, count in found}  # noqa: C416
        except (StoreBusy, StoreFailed):
            return {"unknown": 1}

    def _left(self, *states: str) -> int:
        found = self._states()
        return sum(found.get(state, 0) for state in (*states, "unknown"))

    def _all_written(self) -> bool:
        try:
            with self.store.read() as session:
                following = session.scalar(select(func.min(Plan.next_at)))
        except (StoreBusy, StoreFailed):
            return False
        return following is not None and following > system_time()

    def _sweep_later(self) -> None:
        """What the clock would do within some ten minutes, at once."""
        twilio = Twilio(
            account_sid=ACCOUNT, tokens=TOKEN, public_url="http://127.0.0.1",
            sender="+14155550100", api_url=self.provider,
        )  # fmt: skip
        now = system_time() + LOOKS[-1] + timedelta(minutes=1)
        for _ in range(_SWEEPS):
            if not self._left(*_OPEN):
                break
            with self.store.write() as session:
                expire(session, ["sms"], now)
            sweep(self.store, {"sms": twilio}, now)
            now += LOOKING

    def _report(
        self, name: str, acts: Sequence[Act], texted: Sequence[Any], stubborn: Sequence[str]
    ) -> Report:
        heard = {stop.number: stop.answered for stop in texted if stop.answered is not None}
        with self.store.read() as session:
            rows = rows_of(session)
        taken = [Taken(*text) for text in self._ask("/accepted")]
        numbers = [people.number_of(person) for person in range(1, self.script.people + 1)]
        ledger = audit(numbers, rows, taken, heard)
        ledger.faults += [f"{child} had to be killed in the end" for child in stubborn]
        return Report(
            name=name,
            ledger=ledger,
            seconds=time.time() - self._began,
            done=Counter(act.name.split(" ")[0] + " " + act.name.split(" ")[1] for act in acts)
            + self.cast.fell,
            provider=self._ask("/counts"),
            heard=len(heard),
            tried_again=sum(max(0, stop.tries - 1) for stop in texted),
            logged=self.cast.complaints(),
        )

    def _ask(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.provider}{path}", timeout=60) as answer:
            return json.load(answer)
