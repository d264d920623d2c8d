"""Whatever order claims, sends, crashes, sweeps, receipts and STOP come in: nothing twice, nothing lost.

Two workers take, prepare, send and settle in steps that interleave at will, on a real database; the
provider is a list of the attempts that it accepted, and its look-up and receipts tell the truth.
"""

import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cache
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from service.envelopes import Outgoing, Receipt, SendFailed, Sent, State, Verdict
from service.outbox import entries, receipts
from service.outbox.claim import Claim, claim, expire, waiting
from service.outbox.deliver import FRESH
from service.outbox.entries import STARTED
from service.outbox.prepare import Parcel, prepare
from service.outbox.settle import Outcome, settle
from service.outbox.sweep import RESENDS, sweep
from service.people import consent
from service.store.engine import open_store
from service.store.migrate import migrate
from service.store.tables import AddressRow, Entry, Person
from tests.outbox.line import House, Line, compose, failed

PEOPLE = (1, 2, 3)
KINDS = ("reminder", "snooze", "notice", "reply", "consent", "emergency")
ENDS = {State.SENT, State.DELIVERED, State.UNDELIVERED, State.FAILED}
WITH_A_REASON = {State.EXPIRED, State.DROPPED, State.LOST}
NOT_ACCEPTED = [
    Verdict.RETRY, Verdict.SLOW_DOWN, Verdict.SET_UP, Verdict.REFUSED, Verdict.OPTED_OUT, Verdict.DEAD,
]  # fmt: skip
_QUIET = (time(0), time(23, 59))


@cache
def template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="upright-model-")) / "upright.db"
    migrate(f"sqlite:///{path}")
    return path


@dataclass
class Worker:
    """What one process holds in memory; a crash forgets it."""

    claims: list[Claim] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass
class Provider(Line):
    accepted: list[Outgoing] = field(default_factory=list)

    def look_up(self, outgoing: Outgoing, known: Sequence[str]) -> Sent | None:
        taken = {accepted.attempt for accepted in self.accepted}
        return Sent(f"SM-{outgoing.attempt}") if outgoing.attempt in taken else None


class Delivery(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="upright-model-"))
        path = shutil.copy(template(), self.folder / "upright.db")
        self.provider = Provider()
        self.house = House(open_store(f"sqlite:///{path}"), line=self.provider)
        self.workers = defaultdict[str, Worker](Worker)
        self.prepared_before_stop: set[str] = set()
        self.row_of: dict[str, int] = {}
        self.stopped: set[int] = set()
        self.latest = self.now
        for _ in PEOPLE:
            self.house.person()

    @property
    def now(self) -> datetime:
        return self.house.clock.now

    @rule(person=st.sampled_from(PEOPLE), kind=st.sampled_from(KINDS))
    def put(self, person: int, kind: str) -> None:
        with self.house.store.write() as session:
            entries.put(
                session,
                person_id=person,
                address_id=person,
                kind=kind,
                now=self.now,
                slot=self.now.replace(second=0) if kind in STARTED else None,
                text="" if kind in STARTED else kind,
                key="STOP_OK" if kind == "consent" else "",
            )

    @rule(worker=st.sampled_from("AB"), limit=st.integers(1, 4))
    def take(self, worker: str, limit: int) -> None:
        with self.house.store.write() as session:
            expire(session, self.now, waiting(session, self.now))
            self.workers[worker].claims += claim(session, "sms", self.now, limit)

    @precondition(lambda self: any(worker.claims for worker in self.workers.values()))
    @rule(worker=st.sampled_from("AB"))
    def get_ready(self, worker: str) -> None:
        mine = self.workers[worker]
        with self.house.store.write() as session:
            parcels = prepare(
                session, mine.claims, self.now, quiet=_QUIET, budget=None, compose=compose
            )
        mine.claims = []
        mine.parcels += parcels
        self.row_of |= {parcel.outgoing.attempt: parcel.entry_id for parcel in parcels}
        allowed = [parcel for parcel in parcels if parcel.address_id not in self.stopped]
        self.prepared_before_stop |= {parcel.outgoing.attempt for parcel in allowed}

    def _parcel(self, worker: str) -> Parcel | None:
        """The next one that may begin; as deliver.py does, one held too long is given back."""
        mine = self.workers[worker]
        if not mine.parcels:
            return None
        parcel = mine.parcels.pop(0)
        in_time = parcel.best_before is None or self.now < parcel.best_before
        if in_time and parcel.claimed_at <= self.now < parcel.claimed_at + FRESH:
            return parcel
        mine.outcomes.append(Outcome(parcel, None))
        return None

    @precondition(lambda self: any(worker.parcels for worker in self.workers.values()))
    @rule(worker=st.sampled_from("AB"), heard=st.booleans(), crash=st.booleans())
    def send_accepted(self, worker: str, heard: bool, crash: bool) -> None:
        parcel = self._parcel(worker)
        if parcel is None:
            return
        self.provider.accepted.append(parcel.outgoing)
        result = Sent(f"SM-{parcel.outgoing.attempt}") if heard else failed(Verdict.DOUBTFUL)
        self._ended(worker, parcel, result)
        if crash:
            self.crash(worker)

    @precondition(lambda self: any(worker.parcels for worker in self.workers.values()))
    @rule(worker=st.sampled_from("AB"), verdict=st.sampled_from([*NOT_ACCEPTED, Verdict.DOUBTFUL]))
    def send_not_accepted(self, worker: str, verdict: Verdict) -> None:
        parcel = self._parcel(worker)
        if parcel is not None:
            self._ended(worker, parcel, failed(verdict))

    def _ended(self, worker: str, parcel: Parcel, result: Sent | SendFailed) -> None:
        self.workers[worker].outcomes.append(Outcome(parcel, result))

    @rule(worker=st.sampled_from("AB"))
    def settle(self, worker: str) -> None:
        mine = self.workers[worker]
        with self.house.store.write() as session:
            settle(session, mine.outcomes, self.now)
        mine.outcomes = []

    @rule(worker=st.sampled_from("AB"))
    def crash(self, worker: str) -> None:
        self.workers[worker] = Worker()

    @rule()
    def sweep(self) -> None:
        sweep(self.house.store, {"sms": self.provider}, self.now)

    @precondition(lambda self: self.provider.accepted)
    @rule(data=st.data(), state=st.sampled_from(sorted(ENDS)))
    def receipt(self, data: st.DataObject, state: State) -> None:
        outgoing = data.draw(st.sampled_from(self.provider.accepted))
        self._report(outgoing, state)

    def _report(self, outgoing: Outgoing, state: State) -> None:
        with self.house.store.write() as session:
            receipts.record(
                session, Receipt(outgoing.attempt, f"SM-{outgoing.attempt}", state), self.now
            )

    @rule(person=st.sampled_from(PEOPLE))
    def stop(self, person: int) -> None:
        with self.house.store.write() as session:
            address = session.get_one(AddressRow, person)
            evidence = consent.Evidence(source="text", rule="stop")
            consent.withdraw(session, address, evidence, "keyword", self.now)
            session.get_one(Person, person).state = "stopped"
            entries.withdraw(session, person, self.now, "opted out")
        self.stopped.add(person)

    @rule(seconds=st.sampled_from([1, 30, 59, 125, 300, 900, -3600]))
    def time_passes(self, seconds: int) -> None:
        self.house.clock.forward(seconds=seconds)
        self.latest = max(self.latest, self.now)

    @invariant()
    def nothing_comes_twice(self) -> None:
        times = Counter(self.row_of[outgoing.attempt] for outgoing in self.provider.accepted)
        with self.house.store.read() as session:
            kinds = {row: kind for row, kind in session.execute(select(Entry.id, Entry.kind))}  # noqa: C416
        for row, count in times.items():
            worth_repeating = kinds[row] in {"consent", "emergency"}
            assert count <= (RESENDS if worth_repeating else 1), (kinds[row], count)

    @invariant()
    def stop_is_sacred(self) -> None:
        for outgoing in self.provider.accepted:
            row = self.house.entry(self.row_of[outgoing.attempt])
            assert outgoing.attempt in self.prepared_before_stop or row.kind not in STARTED

    def teardown(self) -> None:
        """Everything dies; one worker and a sweep go on: each text went, or says why not."""
        try:
            self.workers.clear()
            self.house.clock.now = self.latest
            for _ in range(6):
                self.house.clock.forward(minutes=15)
                self.sweep()
                self._drain()
            for outgoing in self.provider.accepted:
                self._report(outgoing, State.DELIVERED)
            self.nothing_comes_twice()
            self._all_has_ended()
        finally:
            self.house.store.close()
            shutil.rmtree(self.folder)

    def _drain(self) -> None:
        self.take("A", 100)
        self.get_ready("A")
        while self.workers["A"].parcels:
            self.send_accepted("A", heard=True, crash=False)
        self.settle("A")

    def _all_has_ended(self) -> None:
        went = {self.row_of[outgoing.attempt] for outgoing in self.provider.accepted}
        with self.house.store.read() as session:
            rows = session.scalars(select(Entry)).all()
        for row in rows:
            state = State(row.state)
            assert state in ENDS if row.id in went else state in {*WITH_A_REASON, State.FAILED}
            assert row.error or row.id in went, row.state


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
